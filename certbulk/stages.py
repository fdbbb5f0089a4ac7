"""How far work in stages is, for those who wait for it: a bar for large work, or a watcher."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Tell: TypeAlias = Callable[[str, float], None]

__all__ = ["silent", "stages", "watched"]


def silent(stage: str, share: float) -> None:
    """Tell nobody that `stage` is under way and `share` of all the work, from 0 to 1, is done."""


_WATCHER: ContextVar[Tell] = ContextVar("certbulk_stages", default=silent)


@contextmanager
def watched(tell: Tell) -> Iterator[None]:
    """Tell of all stages in the block, as `silent` says; what `tell` raises ends the work."""
    before = _WATCHER.set(tell)
    try:
        yield
    finally:
        _WATCHER.reset(before)


@contextmanager
def stages(title: str, *, shown: bool) -> Iterator[Tell]:
    """Give a function that tells how far the work is, as `silent` says."""
    watcher = _WATCHER.get()
    if not shown:
        yield watcher
        return
    from certbulk.bars import stage_bar  # noqa: PLC0415 (only large work waits for it)

    with stage_bar(title) as bar:

        def tell(stage: str, share: float) -> None:
            watcher(stage, share)
            bar(stage, share)

        yield tell
