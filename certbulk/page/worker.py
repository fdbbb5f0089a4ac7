"""A thread that takes what the page says, one thing after the other, and looks again later."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from certbulk.errors import CertbulkError
from certbulk.page.background import Background, Cancelled
from certbulk.page.crash_log import written_down
from certbulk.page.state import State, Work, may
from certbulk.page.texts.by_code import of_error
from certbulk.page.view import shown_to_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Message", "Worker"]

Message = dict[str, Any]
_Result = TypeVar("_Result")

_ALWAYS = ("hello", "fetch")
"""Events that make sense wherever the page is."""


class Worker:
    """Takes events in a thread of its own: `_on_NAME` is called if the event makes sense now.

    A message that has an `id` is acknowledged as soon as it is here, before anything is done: the
    page says so if that does not come. Whatever goes wrong later is a line on the page; the thread
    goes on.

    Args:
        show: Called with what the page is to show, from any thread.
        send: Called with an answer that is not a state: a message, and bytes.

    Attributes:
        state: What the page knows.
    """

    def __init__(
        self,
        show: Callable[[dict[str, Any]], None],
        send: Callable[[Message, Sequence[bytes]], None],
    ) -> None:
        self._show = show
        self._send = send
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="certbulk-page")
        self._background = Background()
        self._gone = threading.Event()
        self._timer: threading.Timer | None = None
        self._due = 0.0
        self.state = State()

    def receive(self, message: Message, buffers: Sequence[bytes] = ()) -> Future[None]:
        """Take a message of the page; what comes of it is shown later.

        Returns:
            What is done when it has been dealt with, or will not be.
        """
        nothing: Future[None] = Future()
        nothing.set_result(None)
        if self._gone.is_set():
            return nothing
        # While something is done, the page shows what it was: clicks on that mean nothing.
        takes = self.state.work is None or message.get("do") in (*_ALWAYS, "cancel", "dismiss")
        if not takes and self._ignores(message):
            return nothing
        if "id" in message:
            self._send({"kind": "taken", "id": message["id"]}, [])
        if message.get("do") == "cancel":
            self._background.cancel()
        elif takes:
            return self._thread.submit(self._take, message, [bytes(buffer) for buffer in buffers])
        return nothing

    def _ignores(self, message: Message) -> bool:
        """Say that a part of a file is ignored, and return whether it was one.

        A person may give a click that had no effect a second time; a file that was dropped is
        waited for.
        """
        if message.get("do") != "upload":
            return False
        self._send({"kind": "ignored", "id": message.get("id")}, [])
        return True

    def close(self) -> None:
        """Take nothing more, and look no more."""
        self._gone.set()
        self._background.cancel()
        if self._timer is not None:
            self._timer.cancel()
        self._thread.shutdown(wait=False)

    def _take(self, message: Message, buffers: Sequence[bytes]) -> None:
        event, before = str(message.get("do", "")), self.state
        try:
            if event in _ALWAYS or may(event, before):
                getattr(self, f"_on_{event}")(message, buffers)
            else:  # a click on what has just gone: the page is behind
                self._ignores(message)
                self._put(before)
        except Cancelled:
            self._cancelled(before)
        except CertbulkError as error:
            self._put(self._refused(error))
        except Exception as error:  # noqa: BLE001 (a page shows a line, never a traceback)
            self._put(self.state.refused(written_down(error)))

    def _cancelled(self, before: State) -> None:
        """Be where the page was before what was cancelled."""
        self._put(before)

    def _put(self, state: State) -> None:
        self.state = state
        self._show(shown_to_page(state))

    def _busy_with(
        self, name: str, words: str, work: Callable[[threading.Event], _Result], trouble: str = ""
    ) -> _Result:
        """Show what is being done, do it, and return what comes of it.

        Args:
            name: As in `Work`.
            words: As in `Work`.
            work: Called with an event that is set when it is cancelled. It changes nothing here:
                nothing of what was cancelled may remain.
            trouble: What is shown meanwhile.

        Raises:
            Cancelled: The person did not want to wait for it.
        """
        self._background = Background()
        doing = Work(name, words, time.monotonic())
        self._put(replace(self.state, work=doing, trouble=trouble, renews=""))
        return self._background.run(work)

    def _refused(self, error: CertbulkError) -> State:
        """Return the state after something could not be done."""
        return self.state.refused(of_error(error, self._plain, self._file))

    @property
    def _file(self) -> str:
        """What the person calls the file that was read last; empty for none."""
        return ""

    def _plain(self, text: str) -> str:
        """Return a message without what is of no use to the person."""
        return text

    def _look_later(self, seconds: float) -> None:
        """Look again after a while, or sooner if that was asked for already."""
        due = time.monotonic() + seconds
        if self._gone.is_set() or (self._timer is not None and self._due <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._due = threading.Timer(seconds, self._look_now), due
        self._timer.daemon = True
        self._timer.start()

    def _look_now(self) -> None:
        self._timer = None
        if not self._gone.is_set():
            self._thread.submit(self._look)

    def _look(self) -> None:
        """Look what has happened since."""
        raise NotImplementedError
