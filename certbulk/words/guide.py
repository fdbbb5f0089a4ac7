"""What guides the reading of headers: a vocabulary, and a mapping that goes before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certbulk.core.columns.headers import How, Match
from certbulk.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from certbulk.words.column_mappings import ColumnMap

__all__ = ["Guide"]


@dataclass(frozen=True)
class Guide(Vocabulary):
    """A vocabulary, and a mapping whose headers go before it."""

    column_map: ColumnMap | None = None

    def may_match(self, text: str) -> bool:
        """Return False for a text that `match` finds nothing for."""
        return Vocabulary.may_match(self, text) or bool(
            self.column_map and self.column_map.gives(text)
        )

    def match(self, header: str) -> Match | None:
        """Return what a header means; one that goes into a column with others means that one."""
        if self.column_map and (fields := self.column_map.gives(header)):
            return Match(fields[0], How.MAPPED, header, self.column_map.name)
        return Vocabulary.match(self, header)
