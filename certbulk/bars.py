"""Progress bars: a widget in a notebook that has widgets, else a line on stderr."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from tqdm import TqdmWarning

with warnings.catch_warnings():
    # Without ipywidgets a notebook gets the plain bar; a warning about it helps nobody.
    warnings.simplefilter("ignore", TqdmWarning)
    from tqdm.auto import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["stage_bar", "tqdm"]

# Only threads share a bar. The library's own lock is for processes too, and a process that is
# killed would leave its semaphore behind.
tqdm.set_lock(RLock())

_LOOKS = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"


@contextmanager
def stage_bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """Show a bar for work in stages, and give the function that tells how far it is."""
    with tqdm(total=100, desc=title, bar_format=_LOOKS, leave=False) as bar:

        def tell(stage: str, share: float) -> None:
            bar.set_postfix_str(stage, refresh=False)
            bar.n = round(100 * share)
            bar.refresh()

        yield tell
