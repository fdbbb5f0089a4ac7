"""How the headers of a sheet came to mean their columns, for people who look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.columns.headers import How
from certbulk.core.findings.finding import quoted
from certbulk.core.results.result_columns import is_result
from certbulk.reading.headers.apply_mapping import Guide
from certbulk.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet import Sheet, SheetColumn
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


def header_matches(sheet: Sheet) -> list[HeaderMatch]:
    """Return how each column of a sheet was matched, in the sheet's order."""
    return [_match(column, sheet) for column in sheet.columns]


def missing_columns(sheet: Sheet) -> list[str]:
    """Return the canonical names of the columns that new types need and the sheet does not have."""
    there = {column.field for column in sheet.columns}
    return [f.name for f in PAYLOAD_FIELDS if f.required and f.name not in there]


def missing_ignored(sheet: Sheet) -> list[Finding]:
    """Return what is said of headers that a mapping passes over and the sheet does not have."""
    return [finding for finding in sheet.findings if finding.code == "ignored_column_missing"]


def _match(column: SheetColumn, sheet: Sheet) -> HeaderMatch:
    letter = "" if column.made else (column.address(1) or "").removesuffix("1")
    cell = f"{letter}{sheet.header_row or ''}" if letter else ""
    how, note = _how(column, sheet)
    header = "" if column.made or column.number is None else column.header
    return HeaderMatch(cell, header, column.field or "", how, note)


def _how(column: SheetColumn, sheet: Sheet) -> tuple[str, str]:
    """Return in a word how a column was matched, and a note on it."""
    if column.number is None:
        return str(column.how or "supplied"), "the same in every row"
    if column.made:
        return str(column.how), _made_of(column, sheet)
    if column.how is How.WORD:
        return str(column.how), _by_name(column, sheet)
    if column.how is not None:
        notes = (_goes_into(column, sheet), _by_name(column, sheet))
        return str(column.how), ", ".join(filter(None, notes))
    if is_result(column.header):
        return "result", "of an earlier run"
    meant = sheet.vocabulary.may_mean(column.header)
    nearest = " or ".join(f"{match.field} ({match.written})" for match in meant)
    return "unknown", f"nearest: {nearest}" if nearest else ""


def _by_name(column: SheetColumn, sheet: Sheet) -> str:
    """Return which vocabulary knows a header, and what was left out of it."""
    match = Vocabulary.match(sheet.vocabulary, column.header)
    if match is None or column.how is not match.how:
        return ""
    left_out = f"without {quoted(match.left_out)}" if match.left_out else ""
    unit = f"in the unit {match.unit}" if match.unit else ""
    return ", ".join(filter(None, (match.source, left_out, unit)))


def _made_of(column: SheetColumn, sheet: Sheet) -> str:
    template = map_.template_text(column.field or "") if (map_ := _map(sheet)) else ""
    source = next((c for c in sheet.columns if c.number == column.number and not c.made), column)
    return f"made of {template or source.header}"


def _goes_into(column: SheetColumn, sheet: Sheet) -> str:
    """Return which columns of the table are made of this one."""
    map_ = _map(sheet)
    fields = map_.gives(column.header) if map_ else ()
    made = (c.field for c in sheet.columns if c.made and c.number == column.number)
    others = [str(field) for field in fields or made if field != column.field]
    return f"goes into {', '.join(others)}" if others else ""


def _map(sheet: Sheet) -> ColumnMap | None:
    return sheet.vocabulary.column_map if isinstance(sheet.vocabulary, Guide) else None
