"""How the headers of a sheet were matched with columns, for people to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.columns.headers import How
from certbulk.core.columns.read_only import has_no_name
from certbulk.core.findings.finding import quoted
from certbulk.core.results.result_columns import is_result
from certbulk.words.column_mappings import Guide
from certbulk.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.column_mappings import ColumnMap

__all__ = ["HeaderMatch", "header_matches", "missing_columns"]


class HeaderMatch(NamedTuple):
    """A column of a sheet, and how it was matched.

    Attributes:
        cell: The address of its header, or its letter if it has none; blank for a made one, and
            in a frame, which has no addresses.
        header: The header as it was read.
        column: The canonical name of the column that it means; blank for none.
        how: `canonical`, `label`, `alias`, `vocabulary`, `mapping`, `ignored`, `place` (of the
            booster format), `unit` (in the header of a length),
            `term` (a way to expire with its date or length), `read-only` (of the service's
            records), `supplied`, `result` (of an earlier run) or `unknown`.
        note: Which vocabulary, what it goes into, what it is made of, or what is nearest to it.
    """

    cell: str
    header: str
    column: str
    how: str
    note: str


def header_matches(
    columns: Sequence[SheetColumn],
    header_row: int,
    vocabulary: Vocabulary,
    *,
    addresses: bool = True,
) -> list[HeaderMatch]:
    """Return how each column of a sheet was matched, in the sheet's order.

    Args:
        columns: The columns.
        header_row: The true number of the header's row; 0 for none.
        vocabulary: The words that the headers are understood by, or a guide.
        addresses: Whether the source has addresses of cells.
    """
    found = [_match(column, columns, header_row, vocabulary) for column in columns]
    return found if addresses else [match._replace(cell="") for match in found]


def missing_columns(columns: Sequence[SheetColumn]) -> list[str]:
    """Return the canonical names of the columns that new types need and are not there."""
    there = {column.field for column in columns}
    return [f.name for f in PAYLOAD_FIELDS if f.required and f.name not in there]


def _match(
    column: SheetColumn, columns: Sequence[SheetColumn], header_row: int, vocabulary: Vocabulary
) -> HeaderMatch:
    letter = "" if column.made else (column.address(1) or "").removesuffix("1")
    cell = f"{letter}{header_row or ''}" if letter else ""
    how, note = _how(column, columns, vocabulary)
    header = "" if column.made or column.number is None else column.header
    return HeaderMatch(cell, header, column.field or "", how, note)


def _how(
    column: SheetColumn, columns: Sequence[SheetColumn], vocabulary: Vocabulary
) -> tuple[str, str]:
    """Return in a word how a column was matched, and a note on it."""
    if column.number is None:
        return str(column.how or "supplied"), "the same in every row"
    beside = [other for other in columns if other.number == column.number]
    map_ = vocabulary.column_map if isinstance(vocabulary, Guide) else None
    if column.made:
        return str(column.how), _made_of(column, beside, map_)
    if column.how is How.READ_ONLY:
        counts = has_no_name(column.header)
        whose = "numbers of rows" if counts else "only shown: the service alone decides it"
        return str(column.how), whose
    if column.how is not None:
        notes = (_goes_into(column, beside, map_), _by_name(column, vocabulary))
        return str(column.how), ", ".join(filter(None, notes))
    if is_result(column.header):
        return "result", "of an earlier run"
    meant = vocabulary.may_mean(column.header)
    nearest = " or ".join(f"{match.field} ({match.written})" for match in meant)
    return "unknown", f"nearest: {nearest}" if nearest else ""


def _by_name(column: SheetColumn, vocabulary: Vocabulary) -> str:
    """Return which vocabulary knows a header, and what was left out of it."""
    match = Vocabulary.match(vocabulary, column.header)
    if match is None or column.how is not match.how:
        return ""
    left_out = f"without {quoted(match.left_out)}" if match.left_out else ""
    unit = f"in the unit {match.unit}" if match.unit else ""
    return ", ".join(filter(None, (match.source, left_out, unit)))


def _made_of(column: SheetColumn, beside: Sequence[SheetColumn], map_: ColumnMap | None) -> str:
    template = map_.template_text(column.field or "") if map_ else ""
    source = next((other for other in beside if not other.made), column)
    return f"made of {template or source.header}"


def _goes_into(column: SheetColumn, beside: Sequence[SheetColumn], map_: ColumnMap | None) -> str:
    """Return which columns of the table are made of this one."""
    fields = map_.gives(column.header) if map_ else ()
    made = (other.field for other in beside if other.made)
    others = [str(field) for field in fields or made if field != column.field]
    return f"goes into {', '.join(others)}" if others else ""
