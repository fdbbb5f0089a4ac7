"""A thread that takes what the page says, one thing after the other, and looks again later."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.errors import CertbulkError
from certbulk.upload.mistakes import written_down
from certbulk.upload.show import shown_to_page
from certbulk.upload.state import State, may

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

__all__ = ["Message", "Worker"]

Message = dict[str, Any]


class Worker:
    """Takes events in a thread of its own: `_on_NAME` is called where the event makes sense now.

    Whatever goes wrong there is a line on the page; the thread goes on.

    Args:
        show: Called with what the page is to show, from any thread.

    Attributes:
        state: What the page knows.
    """

    def __init__(self, show: Callable[[dict[str, Any]], None]) -> None:
        self._show = show
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="certbulk-page")
        self._gone = threading.Event()
        self._timer: threading.Timer | None = None
        self.state = State()

    def receive(self, message: Message, buffers: Sequence[bytes] = ()) -> Future[None]:
        """Take a message of the page; what comes of it is shown later.

        Returns:
            What is done when it has been dealt with.

        Raises:
            RuntimeError: It has been closed.
        """
        return self._thread.submit(self._take, message, [bytes(buffer) for buffer in buffers])

    def close(self) -> None:
        """Take nothing more, and look no more."""
        self._gone.set()
        if self._timer is not None:
            self._timer.cancel()
        self._thread.shutdown(wait=False)

    def _take(self, message: Message, buffers: Sequence[bytes]) -> None:
        event = str(message.get("do", ""))
        try:
            if event in ("hello", "fetch") or may(event, self.state):
                getattr(self, f"_on_{event}")(message, buffers)
        except CertbulkError as error:
            self._put(self.state.refused(self._plain(str(error))))
        except Exception as error:  # noqa: BLE001 (a page shows a line, never a traceback)
            self._put(self.state.refused(written_down(error)))

    def _put(self, state: State) -> None:
        self.state = state
        self._show(shown_to_page(state))

    def _busy_with(self, words: str, trouble: str = "") -> None:
        self._put(replace(self.state, work=words, trouble=trouble))

    def _plain(self, message: str) -> str:
        """Return a message without what is of no use to the person."""
        return message

    def _look_later(self, seconds: float) -> None:
        """Look again after a while; one look waits at a time, the one that was asked for last."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._look_now)
        self._timer.daemon = True
        self._timer.start()

    def _look_now(self) -> None:
        if not self._gone.is_set():
            self._thread.submit(self._look)

    def _look(self) -> None:
        """Look how things stand."""
        raise NotImplementedError
