"""Which column a header of the vendor's means."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from certbulk.core.columns.fields import FIELDS
from certbulk.core.kinds.kind import normal_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.kinds import Kind
    from certbulk.core.kinds.units import Phrases

__all__ = ["How", "Lookup", "Match", "canonical", "field_of"]


class How(StrEnum):
    """How a header came to mean its column."""

    NAME = "canonical"
    LABEL = "label"
    ALIAS = "alias"
    WORD = "vocabulary"
    MAPPED = "mapping"
    IGNORED = "ignored"
    POSITION = "place"  # the word that saved plans have
    UNIT = "unit"
    TERM = "term"
    READ_ONLY = "read-only"


class Match(NamedTuple):
    """What a header means: the column, how that is known, and the header as it is written down.

    `source` is the vocabulary that knows it; blank for the table of columns. `left_out` is what
    the header says besides and changes nothing, `unit` the unit of time that it says.
    """

    field: str
    how: How
    written: str
    source: str = ""
    left_out: str = ""
    unit: str = ""


class Lookup(Protocol):
    """Words that are known, as `Vocabulary` has them, for what it is itself made with."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of every column, by its canonical name."""

    def match(self, header: str) -> Match | None:
        """Return what a header means, also with something around its name, or None."""

    def plain_match(self, header: str) -> Match | None:
        """Return what a header means that is a name as it stands, or None."""

    def nearest(self, header: str) -> Match | None:
        """Return what the known header means that is most like `header`, or None."""

    def phrases(self, name: str) -> Phrases:
        """Return the words for a key, such as `dates.until`."""


@cache
def canonical() -> Mapping[str, Match]:
    """Return what every header means that the table of columns itself names, made normal."""
    known: dict[str, Match] = {}
    for field in FIELDS:
        names = [(How.NAME, field.name), (How.LABEL, field.label)]
        names += [(How.ALIAS, alias) for alias in (".".join(field.path), *field.aliases) if alias]
        for how, name in names:
            known.setdefault(normal_header(name), Match(field.name, how, name))
    return known


def field_of(header: str) -> str | None:
    """Return the canonical name of the column that the table itself calls `header`, or None."""
    match = canonical().get(normal_header(header))
    return match.field if match else None
