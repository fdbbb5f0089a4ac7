"""The names of columns in conditions and assignments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from certbulk.changing.words import WordError
from certbulk.core.columns.fields import FIELDS, ID, PAYLOAD_FIELDS
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Flag, Kind, Money
from certbulk.core.suggestions import nearest_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certbulk.changing.words import Word
    from certbulk.core.columns.field import Field

__all__ = ["ARCHIVED", "ISSUED", "Named", "column_at", "column_called", "column_names", "no_column"]

ISSUED, ARCHIVED = "issued", "archived"


@dataclass(frozen=True, slots=True)
class Named:
    """A column by its name.

    Attributes:
        name: The canonical name, `issued` or `archived`.
        kind: The kind of its values.
        field: The column of the table; None for what only the service's record has.
    """

    name: str
    kind: Kind
    field: Field | None = None

    @property
    def can_stand_alone(self) -> bool:
        """Whether its name alone is a condition: `issued`, `online_sale_is_enabled`."""
        return self.name == ISSUED or isinstance(self.kind, Flag)

    @property
    def can_be_set(self) -> bool:
        """Whether an update changes it."""
        return self.field in PAYLOAD_FIELDS


@cache
def column_names() -> Mapping[str, Named]:
    """Return the columns by their names: canonical, label and alias, in small letters.

    `location`, `service` and `category` name the lists of a type; `sold` is another word for
    `issued`.
    """
    issued, archived = Named(ISSUED, Money()), Named(ARCHIVED, Flag())
    names = {ISSUED: issued, "sold": issued, ARCHIVED: archived, "is_archived": archived}
    for field in (ID, *PAYLOAD_FIELDS):
        named = Named(field.name, field.kind, field)
        aliases = (".".join(field.path), *field.aliases)
        for name in (field.name, field.label, *filter(None, aliases)):
            names.setdefault(_plain(name), named)
    for name, field_name in (
        ("location", "salon_ids"),
        ("service", "service_ids"),
        ("category", "category_id"),
    ):
        names[name] = names[field_name]
    return names


def column_called(name: str) -> Named | None:
    """Return the column with a name; None if there is none."""
    return column_names().get(_plain(name))


def no_column(name: str, text: str, start: int, end: int) -> WordError:
    """Return the error that there is no column with a name, with the nearest one."""
    near = nearest_word(name.lower(), column_names())
    hint = f" Did you mean {near}?" if near else ""
    return WordError(
        f"There is no column {quoted(name)}.{hint}",
        text,
        start,
        end,
        terminal="All names: certbulk columns",
    )


def column_at(words: Sequence[Word], position: int) -> tuple[Named, int] | None:
    """Return the column that the words from a position on name, and the number of these words.

    The longest name counts: "Valid for how long" is not "Valid for".
    """
    there = words[position : position + _most_words()]
    for number in range(len(there), 0, -1):
        some = there[:number]
        if number > 1 and any(word.quoted for word in some):
            continue
        if named := column_called(" ".join(word.text for word in some)):
            return named, number
    return None


@cache
def _most_words() -> int:
    return max(len(field.label.split()) for field in FIELDS)


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
