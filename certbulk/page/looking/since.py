"""What has changed in a chain since a run, as the page lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean
from certbulk.page.tables.paging import one_page
from certbulk.page.texts.text import Exact, told
from certbulk.planning.in_words import shown

if TYPE_CHECKING:
    from certbulk.auditing import Drift
    from certbulk.auditing.drifted import Drifted

__all__ = ["Since"]

_PER_PAGE = 30
_LONGEST_TITLE, _LONGEST_VALUE = 120, 120


@dataclass(frozen=True, slots=True)
class Since:
    """What has changed since a run.

    Attributes:
        run: The run's number.
        drift: The differences.
        kind: What they are narrowed to: gone, archived, changed or new; empty for all.
        page: Which page is shown, from 0.
    """

    run: str
    drift: Drift
    kind: str = ""
    page: int = 0

    @property
    def shown(self) -> dict[str, Any]:
        """What the page is shown of it."""
        return {
            "kind": "since",
            "run": self.run,
            "compared": self.drift.compared,
            "not_compared": len(self.drift.not_compared),
            "counts": {kind: n for kind, n in self.drift.counts.items() if n},
            "shown": self.kind,
            **one_page(self.page, self._found, self._line, _PER_PAGE),
        }

    @property
    def printed(self) -> list[dict[str, Any]]:
        """The differences on all its pages."""
        return [self._line(one) for one in self._found]

    @property
    def _found(self) -> list[Drifted]:
        return [one for one in self.drift.found if self.kind in ("", one.kind)]

    def _line(self, one: Drifted) -> dict[str, Any]:
        def words(name: str, value: Any) -> str:
            return clean(shown(name, value, self.drift.directory), _LONGEST_VALUE)

        return {
            "kind": one.kind,
            "row": one.row,
            "id": one.id,
            "title": clean(one.title, _LONGEST_TITLE),
            "changes": [
                [name, words(name, meant), words(name, live)]
                for name, (meant, live) in one.changes.items()
            ],
            "remark": told(Exact(one.remark, "why.remark")) if one.remark else None,
        }
