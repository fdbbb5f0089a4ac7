"""The runs of a chain, newest first, as the page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import Status
from certbulk.core.cleaning import clean
from certbulk.page.looking.to_approve import asked_line
from certbulk.page.tables.paging import one_page

if TYPE_CHECKING:
    from certbulk.applying.asking import Asked

__all__ = ["MOST_RUNS", "History"]

MOST_RUNS = 200
"""How many runs are listed, newest first: each is read with all of its rows."""

_PER_PAGE = 20
_OPEN = (Status.NOT_SENT, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class History:
    """The runs of a chain.

    Attributes:
        runs: Each as `certbulk.applying.history.run_summaries` has it, newest first.
        find: The text that they are narrowed to: of their files, numbers and people.
        page: Which page is shown, from 0.
        asked: The plans for which an approval was asked.
    """

    runs: tuple[dict[str, Any], ...]
    find: str = ""
    page: int = 0
    asked: tuple[Asked, ...] = ()

    @property
    def shown(self) -> dict[str, Any]:
        """What the page is shown of it."""
        return {
            "kind": "history",
            "all": len(self.runs),
            "asked": [asked_line(asked) for asked in self.asked],
            "find": self.find,
            "more": len(self.runs) >= MOST_RUNS,
            **one_page(self.page, self._found, _line, _PER_PAGE),
        }

    @property
    def printed(self) -> list[dict[str, Any]]:
        """The runs on all its pages."""
        return [_line(run) for run in self._found]

    @property
    def _found(self) -> list[dict[str, Any]]:
        return [run for run in self.runs if self._fits(run)]

    def _fits(self, run: dict[str, Any]) -> bool:
        words = (run["run"], run["file"], run.get("who") or "")
        return any(self.find.casefold() in str(word).casefold() for word in words)


def _line(run: dict[str, Any]) -> dict[str, Any]:
    open_ = sum(run.get(str(status), 0) for status in _OPEN)
    return {
        "run": run["run"],
        "kind": run["kind"],
        "file": clean(run["file"], 120),
        "started": run["started"],
        "state": run["state"],
        "who": clean(run.get("who") or "", 60),
        "rows": run["rows"],
        "left": 0 if run["state"] == "unreadable" else open_,
        "counts": {str(status): run[status] for status in map(str, Status) if run.get(status)},
    }
