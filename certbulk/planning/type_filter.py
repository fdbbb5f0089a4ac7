"""Which live types are wanted: the filters of `list` and `export`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.references.reference_problems import ids_of
from certbulk.core.titles import strict
from certbulk.planning.live import archived, times_issued

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TypeFilter"]

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TypeFilter:
    """What a type must have to be chosen; each blank one asks for nothing.

    Attributes:
        title: A part of its title, whatever the case.
        location: The id of a location where it is valid.
        issued: Whether certificates of it were issued.
        archived: Whether it is archived.
        ids: The ids to choose from.
    """

    title: str = ""
    location: int | None = None
    issued: bool | None = None
    archived: bool = False
    ids: frozenset[int] | None = None

    def of(self, records: Iterable[Record]) -> tuple[list[Record], int]:
        """Return the chosen records, and the number of those left out only as archived."""
        fitting = [record for record in records if self._fits(record)]
        chosen = [record for record in fitting if archived(record) is self.archived]
        return chosen, 0 if self.archived else len(fitting) - len(chosen)

    def _fits(self, record: Record) -> bool:
        locations = BY_NAME["salon_ids"].kind.load(record.get("salon_ids"))
        return (
            strict(self.title).casefold() in strict(record.get("title")).casefold()
            and (self.location is None or self.location in ids_of(locations))
            and (self.issued is None or self.issued is (times_issued(record) > 0))
            and (self.ids is None or record["id"] in self.ids)
        )
