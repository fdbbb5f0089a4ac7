"""Columns of the service's records that nobody can set: they are shown, and never sent.

Records have them, and live frames and exports have them behind the columns of the table; a file or
frame that has them is read without a question. Basis: fact:not_in_requests.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds.kind import FLAG, MOMENT, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "CURRENT_TITLE",
    "IN_LIVE_FRAMES",
    "KEPT_BY_THE_SERVICE",
    "READ_ONLY",
    "ReadOnly",
    "counts_rows",
    "has_no_name",
    "is_read_only",
    "read_only_values",
]

_ITEM_TYPE = "item_type"
_UNNAMED = re.compile(r"(?:Unnamed: \d+)?")  # pandas.read_csv calls a column without a header so
CURRENT_TITLE = "current title"
"""The header of what a type is called now, in the rows of a change: it means no field."""
_ROW = "row"  # the index of certbulk's own frames, as a file of such a frame has it


class ReadOnly(NamedTuple):
    """A column that records have and requests do not.

    Attributes:
        name: Its name in the record.
        dtype: Its type in a live frame.
        help: One line for people.
        is_kept: Whether an update should leave it as it is.
    """

    name: str
    dtype: str
    help: str
    is_kept: bool = False

    @property
    def is_flag(self) -> bool:
        """Whether it is yes or no."""
        return self.dtype == FLAG


READ_ONLY: tuple[ReadOnly, ...] = tuple(
    column
    for column in (
        ReadOnly("released_total", NUMBER, "How many certificates of the type were issued."),
        ReadOnly("is_archived", FLAG, "Whether the type is archived.", is_kept=True),
        ReadOnly("date_archived", MOMENT, "When it was archived."),
        ReadOnly("weight", NUMBER, "Its position in lists: the heaviest first.", is_kept=True),
        ReadOnly(
            "is_serial_number_limited",
            FLAG,
            "Whether its serial numbers are limited.",
            is_kept=True,
        ),
        ReadOnly(
            "online_sale_image",
            TEXT,
            "The address of its picture in the online shop.",
            is_kept=True,
        ),
    )
    if column.name not in BY_NAME
)
"""The columns; a part of the record that can be set is a column of the table of fields."""

KEPT_BY_THE_SERVICE = tuple(column.name for column in READ_ONLY if column.is_kept)
"""Those that an update should leave as they are, as it has no word about them."""

IN_LIVE_FRAMES = (*READ_ONLY, ReadOnly("company_group_id", NUMBER, "The chain."))
"""The columns of a live frame behind those of the table."""

_NAMES = frozenset(column.name for column in IN_LIVE_FRAMES)


def is_read_only(header: str, field: str | None, headers: frozenset[str]) -> bool:
    """Whether a header is one of records alone, or the row numbers of certbulk's own frames.

    Args:
        header: The header, as it was read.
        field: The canonical name of the column that it means; None for none.
        headers: All headers of the sheet: `item_type` has the words for `item_type_id`, which is
            the one that counts if both are there.
    """
    if header.partition(".")[0] == _ITEM_TYPE:  # with .id and .title, as json_normalize writes it
        return "item_type_id" in headers
    return field is None and (header in _NAMES or header in {_ROW, CURRENT_TITLE})


def has_no_name(header: str) -> bool:
    """Whether a column has no header, or the name that pandas gives to one without.

    Example:
        >>> has_no_name(""), has_no_name("Unnamed: 0"), has_no_name("Price")
        (True, True, False)
    """
    return _UNNAMED.fullmatch(header) is not None


def counts_rows(texts: Iterable[str | None]) -> bool:
    """Whether texts are the row numbers that pandas writes before a frame, without a header.

    They count from 0, and a filter may have taken some out. No id is 0, so they are not ids.

    Example:
        >>> counts_rows(["0", "1", "5"]), counts_rows(["1", "2"]), counts_rows(["0", "0"])
        (True, False, False)
    """
    found = [text or "" for text in texts]
    if not found or found[0] != "0" or not all(t.isascii() and t.isdecimal() for t in found):
        return False
    return all(int(one) < int(other) for one, other in pairwise(found))


def read_only_values(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record has for these columns: a truth for each flag, None for a blank."""
    values = {}
    for column in READ_ONLY:
        value = record.get(column.name)
        if column.is_flag and value is not None:
            value = value in (True, 1, "1", "true")
        values[column.name] = None if value in ("", [], {}) else value
    return values
