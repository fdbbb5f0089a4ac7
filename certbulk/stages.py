"""How far work in stages is, for those who wait for it: a bar, where the work is large."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Tell: TypeAlias = Callable[[str, float], None]

__all__ = ["silent", "stages"]


def silent(stage: str, share: float) -> None:
    """Tell nobody that `stage` is under way and `share` of all the work, from 0 to 1, is done."""


def stages(title: str, *, shown: bool) -> AbstractContextManager[Tell]:
    """Give a function that tells how far the work is, as `silent` says."""
    if not shown:
        return nullcontext(silent)
    from certbulk.bars import stage_bar  # noqa: PLC0415 (only large work waits for it)

    return stage_bar(title)
