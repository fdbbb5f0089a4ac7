"""Progress reporting: a bar for long work, silence otherwise, and Ctrl-C at any time."""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Tell: TypeAlias = Callable[[str, float], None]
    """Reports the stage of the work, in words, and the share that is done, from 0 to 1."""

__all__ = ["bar_class", "interruptible", "left_behind", "silent", "stage_bar", "watched"]

_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
_LOCK = threading.RLock()
_THREAD = "certbulk-native"
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


@contextmanager
def stage_bar(title: str, *, shown: bool) -> Iterator[Tell]:
    """Show a bar called `title` if `shown`, and give the function that reports how far it is."""
    watcher = _WATCHER.get()
    if not shown:
        yield watcher
        return
    with bar_class()(total=100, desc=title, bar_format=_FORMAT, leave=False) as bar:

        def tell(stage: str, share: float) -> None:
            watcher(stage, share)
            bar.set_postfix_str(stage, refresh=False)
            bar.n = round(100 * share)
            bar.refresh()

        yield tell


def bar_class() -> Any:
    """Return tqdm's class of bars: a widget in a notebook that has widgets, else a line on stderr.

    It is imported only when a bar is needed, so that the command line starts at once.
    """
    from tqdm import TqdmWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        # Without ipywidgets a notebook gets the plain bar; a warning about it helps nobody.
        warnings.simplefilter("ignore", TqdmWarning)
        from tqdm.auto import tqdm  # noqa: PLC0415

    # Only threads share a bar. tqdm's own lock is for processes too, and a process that is killed
    # would leave its semaphore behind.
    tqdm.set_lock(_LOCK)
    return tqdm


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
