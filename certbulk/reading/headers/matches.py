"""How the headers of a sheet came to mean their columns, for people who look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.columns.headers import How
from certbulk.core.findings.finding import quoted
from certbulk.core.results.result_columns import is_result
from certbulk.reading.headers.guides import Guide
from certbulk.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.column_mappings import ColumnMap

__all__ = ["HeaderMatch", "header_matches", "missing_columns", "missing_ignored"]


class HeaderMatch(NamedTuple):
    """A column of a sheet, and what it was taken for.

    Attributes:
        cell: The address of its header, or its letter where it has none; blank for a made one.
        header: The header as it was read.
        column: The canonical name of the column that it means; blank for none.
        how: `canonical`, `label`, `alias`, `vocabulary`, `mapping`, `ignored`, `place` (of the
            booster format), `unit` (in the header of a length),
            `term` (a way to expire with its date or length), `supplied`, `result`
            (of an earlier run) or `unknown`.
        note: Which vocabulary, what it goes into, what it is made of, or what is nearest to it.
    """

    cell: str
    header: str
    column: str
    how: str
    note: str


def header_matches(
    columns: Sequence[SheetColumn], vocabulary: Vocabulary, header_row: int
) -> list[HeaderMatch]:
    """Return how each column of a sheet was matched, in the sheet's order.

    Args:
        columns: The columns of the sheet.
        vocabulary: The words that its headers were understood by.
        header_row: The true number of the row that the headers stand in; 0 for none.
    """
    headers = _Headers(columns, vocabulary, header_row)
    return [_match(column, headers) for column in columns]


def missing_columns(columns: Iterable[SheetColumn]) -> list[str]:
    """Return the canonical names of the columns that new types need and that are not there."""
    there = {column.field for column in columns}
    return [f.name for f in PAYLOAD_FIELDS if f.required and f.name not in there]


def missing_ignored(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings about headers that a mapping ignores and the sheet does not have."""
    return [finding for finding in findings if finding.code == "ignored_column_missing"]


class _Headers(NamedTuple):
    """What the headers of a sheet were matched by."""

    columns: Sequence[SheetColumn]
    vocabulary: Vocabulary
    row: int


def _match(column: SheetColumn, headers: _Headers) -> HeaderMatch:
    letter = "" if column.made else (column.address(1) or "").removesuffix("1")
    cell = f"{letter}{headers.row or ''}" if letter else ""
    how, note = _how(column, headers)
    header = "" if column.made or column.number is None else column.header
    return HeaderMatch(cell, header, column.field or "", how, note)


def _how(column: SheetColumn, headers: _Headers) -> tuple[str, str]:
    """Return in a word how a column was matched, and a note on it."""
    if column.number is None:
        return str(column.how or "supplied"), "the same in every row"
    if column.made:
        return str(column.how), _made_of(column, headers)
    if column.how is How.WORD:
        return str(column.how), _by_name(column, headers)
    if column.how is not None:
        notes = (_goes_into(column, headers), _by_name(column, headers))
        return str(column.how), ", ".join(filter(None, notes))
    if is_result(column.header):
        return "result", "of an earlier run"
    meant = headers.vocabulary.may_mean(column.header)
    nearest = " or ".join(f"{match.field} ({match.written})" for match in meant)
    return "unknown", f"nearest: {nearest}" if nearest else ""


def _by_name(column: SheetColumn, headers: _Headers) -> str:
    """Return which vocabulary knows a header, and what was left out of it."""
    match = Vocabulary.match(headers.vocabulary, column.header)
    if match is None or column.how is not match.how:
        return ""
    left_out = f"without {quoted(match.left_out)}" if match.left_out else ""
    unit = f"in the unit {match.unit}" if match.unit else ""
    return ", ".join(filter(None, (match.source, left_out, unit)))


def _made_of(column: SheetColumn, headers: _Headers) -> str:
    template = map_.template_text(column.field or "") if (map_ := _map(headers)) else ""
    source = next((c for c in headers.columns if c.number == column.number and not c.made), column)
    return f"made of {template or source.header}"


def _goes_into(column: SheetColumn, headers: _Headers) -> str:
    """Return which columns of the table are made of this one."""
    map_ = _map(headers)
    fields = map_.gives(column.header) if map_ else ()
    made = (c.field for c in headers.columns if c.made and c.number == column.number)
    others = [str(field) for field in fields or made if field != column.field]
    return f"goes into {', '.join(others)}" if others else ""


def _map(headers: _Headers) -> ColumnMap | None:
    return headers.vocabulary.column_map if isinstance(headers.vocabulary, Guide) else None
