"""Progress reporting: a bar for long work, silence otherwise, and Ctrl-C at any time.

A bar redraws its line, so only somebody who watches gets one: at a terminal, or in a notebook.
Files and logs get a plain line a minute instead.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from certbulk.logs import LOG, is_logged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Tell: TypeAlias = Callable[[str, float], None]
    """Reports the stage of the work, in words, and the share that is done, from 0 to 1."""

__all__ = [
    "MinuteLines",
    "bar_class",
    "has_viewer",
    "in_notebook",
    "interruptible",
    "left_behind",
    "note",
    "silent",
    "stage_bar",
    "watched",
]

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
_LOCK = threading.RLock()
_THREAD = "certbulk-native"
_MINUTE = 60.0
_SECONDS = 0.2  # between two looks at a worker thread
_Result = TypeVar("_Result")


def silent(stage: str, share: float) -> None:
    """Report nothing: the `Tell` of work that is short or that nobody watches."""


_WATCHER: ContextVar[Tell] = ContextVar("certbulk_progress", default=silent)


@contextmanager
def watched(tell: Tell) -> Iterator[None]:
    """Report the stages of the work in the block to `tell`, too; what it raises ends the work."""
    before = _WATCHER.set(tell)
    try:
        yield
    finally:
        _WATCHER.reset(before)


def has_viewer() -> bool:
    """Whether somebody watches what is printed: at a terminal, or in a notebook."""
    ipython = sys.modules.get("IPython")  # imported already if this is a notebook
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel") or bool(sys.stderr is not None and sys.stderr.isatty())


def note(text: str) -> None:
    """Log a line, or print it to stderr if no log shows it."""
    if is_logged(logging.INFO):
        LOG.info("%s", text)
    elif sys.stderr is not None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class MinuteLines:
    """Tells how far work is, in one plain line a minute, from the first minute on.

    Args:
        now: Returns the time in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._due = now() + _MINUTE

    def tell(self, words: Callable[[], str]) -> None:
        """Tell it in these words, if a minute has passed since the last line."""
        if self._now() >= self._due:
            self._due = self._now() + _MINUTE
            note(words())


@contextmanager
def stage_bar(title: str, *, shown: bool) -> Iterator[Tell]:
    """Show a bar called `title` if `shown`, and give the function that reports how far it is."""
    watcher = _WATCHER.get()
    if not shown:
        yield watcher
        return
    if not has_viewer():
        lines = MinuteLines()

        def tell_in_lines(stage: str, share: float) -> None:
            watcher(stage, share)
            lines.tell(lambda: f"{title}: {stage}, {share:.0%}")

        yield tell_in_lines
        return
    with bar_class()(total=100, desc=title, bar_format=_FORMAT, leave=False) as bar:

        def tell(stage: str, share: float) -> None:
            watcher(stage, share)
            bar.set_postfix_str(stage, refresh=False)
            bar.n = round(100 * share)
            bar.refresh()

        yield tell


def bar_class() -> Any:
    """Return the class of bars: one for notebooks in a notebook, else tqdm's line on stderr.

    It is imported only when a bar is needed, so that the command line starts at once.
    """
    from tqdm.std import tqdm  # noqa: PLC0415

    # Only threads share a bar. tqdm's own lock is for processes too, and a process that is killed
    # would leave its semaphore behind.
    tqdm.set_lock(_LOCK)
    if not in_notebook():
        return tqdm
    from certbulk.notebook_bar import NotebookBar  # noqa: PLC0415

    return NotebookBar


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")  # a notebook's kernel has imported it
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def interruptible(
    work: Callable[[], _Result], meanwhile: Callable[[], None] = lambda: None
) -> _Result:
    """Run native code in a worker thread, so that Ctrl-C still works; return what it returns.

    A thread cannot be stopped from outside: after Ctrl-C the work goes on to its end, unused.

    Args:
        work: What to do. Its errors are raised here.
        meanwhile: Called a few times a second until it is done.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()  # Ctrl-C reaches the main thread only
    outcome: Future[_Result] = Future()

    def carry_out() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits)
            outcome.set_exception(error)

    threading.Thread(target=carry_out, name=_THREAD, daemon=True).start()
    while wait([outcome], _SECONDS).not_done:
        meanwhile()
    return outcome.result()


def left_behind() -> bool:
    """Whether native code is still running that nobody waits for any more."""
    return any(thread.name == _THREAD for thread in threading.enumerate())
