"""A progress bar for notebooks that ends as a sentence.

It is plain HTML that is updated in place, so it needs no widgets, and a notebook that is saved,
converted or shown elsewhere says how the work ended: a widget would leave a bar at 0%, or a broken
icon, where its state is not saved.
"""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle
from tqdm.std import tqdm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

__all__ = ["NotebookBar"]

_SECONDS = 0.1  # between two updates: a browser draws no more


class NotebookBar(tqdm):  # type: ignore[type-arg]
    """tqdm as one output of a notebook's cell; at its end, it says so in words."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "gui": True})  # that is: nothing on stderr
        self._failed = False
        self._drawn = 0.0
        # IPython's own annotations are incomplete: Any, so that strict mypy does not mind.
        handle: Any = DisplayHandle
        self._handle = None if self.disable else handle()
        if self._handle is not None:
            self._handle.display(self._bundle(self._words(), self._share()), raw=True)

    def display(self, *_: Any, **__: Any) -> None:
        """Draw it as it is now, a few times a second at most."""
        now = time.monotonic()
        if self._handle is None or now - self._drawn < _SECONDS:
            return
        self._drawn = now
        self._handle.update(self._bundle(self._words(), self._share()), raw=True)

    def clear(self, *_: Any, **__: Any) -> None:
        """Do nothing: what is printed does not disturb it."""

    def close(self) -> None:
        """Replace the bar by a sentence that says how the work ended."""
        if self.disable or self._handle is None:
            return
        known = self.format_dict
        super().close()
        self._handle.update(self._bundle(self._end(known)), raw=True)
        self._handle = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._failed = kind is not None
        super().__exit__(kind, error, trace)

    def _share(self) -> float:
        return self.n / self.total if self.total else 0.0

    def _words(self) -> str:
        known = self.format_dict
        looks = (known["bar_format"] or "{desc} {percentage:3.0f}%").replace("|{bar}|", " ")
        return self.format_meter(**{**known, "bar_format": looks})

    def _end(self, known: Mapping[str, Any]) -> str:
        """Return how it ended: a bar that stays counts rows, one that does not only shares."""
        ended, total = known["n"], known["total"] or 0
        whole = not self._failed and (ended >= total or not self.leave)
        clock = self.format_interval(known["elapsed"])
        rows = f", {ended:,} of {total:,} rows" if self.leave else ""
        told = [part for part in (known["postfix"] or "").split(", ") if not part.endswith(" left")]
        rest = f": {', '.join(told)}" if self.leave and any(told) else ""
        how = "finished" if whole else "stopped"
        return f"{self.desc.removesuffix(': ')} {how}{rows} in {clock}{rest}"

    @staticmethod
    def _bundle(words: str, share: float | None = None) -> dict[str, str]:
        bar = "" if share is None else f'<progress value="{share:.3f}" max="1"></progress> '
        return {"text/plain": words, "text/html": f"<p>{bar}{escape(words)}</p>"}
