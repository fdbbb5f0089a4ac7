"""A sheet: its first rows with their addresses, and how its headers were matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    ALL_UP_TO,
    MOST_LIVE,
    Choice,
    RowNames,
    head_cell,
    long_table,
    more_lines,
    note,
    page,
    text_cell,
)
from certbulk.reading.matches import missing_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.reading import Sheet, SheetColumn

__all__ = ["MOST_COLUMNS", "heads", "html", "match_lines", "text"]

MOST_COLUMNS = 30
_MOST_FINDINGS = 10
_MATCH_HEADS = ("cell", "header", "column", "how", "")


def html(sheet: Sheet) -> Html:
    """Return the sheet's first rows as a table."""
    columns, names = sheet.columns[:MOST_COLUMNS], RowNames(sheet)
    more = len(sheet.columns) - len(columns)

    def cells(at: int) -> Iterable[Html]:
        yield from names.cells(int(sheet.rows[at]))
        yield from (text_cell(column.cells[at] or "") for column in columns)

    return page(
        tag("p", tag("strong", sheet.origin), f": {_size(sheet)}"),
        long_table(
            heads(columns, names),
            range(len(sheet)),
            cells,
            Choice(
                range(min(len(sheet), ALL_UP_TO)),
                range(min(len(sheet), MOST_LIVE)),
                {"more rows": max(0, len(sheet) - ALL_UP_TO)},
            ),
            where="sheet.frame",
            stacks=False,
        )
        if columns
        else None,
        note(f"Not shown: {counted(more, 'more column')}. All: sheet.frame" if more > 0 else None),
        _found(sheet),
    )


def text(sheet: Sheet) -> list[str]:
    """Return the sheet in words."""
    known = [column.field for column in sheet.columns if column.field]
    unknown = [column.header for column in sheet.columns if not column.known and column.header]
    return [
        repr(sheet),
        *([f"  columns: {', '.join(known)}"] if known else []),
        *([f"  unknown, ignored: {', '.join(unknown[:MOST_COLUMNS])}"] if unknown else []),
        *(f"  {f.severity} {f.code}  {f}" for f in sheet.findings[:_MOST_FINDINGS]),
        *more_lines(len(sheet.findings) - _MOST_FINDINGS),
    ]


def heads(columns: Sequence[SheetColumn], names: RowNames) -> list[object]:
    """Return headers: the letter and the text in the file; the field is shown on hover."""
    return [
        *names.heads,
        *(
            head_cell(
                tag("small", f"{_letter(column)}: ") if names.has_letters else None,
                column.header or "(no header)",
                None if column.known else tag("small", " (unknown)"),
                title=f"means {column.field}" if column.field else None,
            )
            for column in columns
        ),
    ]


def _letter(column: SheetColumn) -> str:
    letters = (column.address(1) or "given").removesuffix("1")
    return letters if letters.isalpha() else f"column {column.number}"


def _size(sheet: Sheet) -> str:
    known = sum(column.field is not None for column in sheet.columns)
    columns = counted(len(sheet.columns), "column")
    return f"{counted(len(sheet), 'row')}, {columns}, {known} of them known"


def _found(sheet: Sheet) -> Html | None:
    if not sheet.findings:
        return None
    return tag("p", f"{counted(len(sheet.findings), 'finding')}: cb.validate(sheet) shows them.")


def match_lines(sheet: Sheet) -> list[str]:
    """Return a line for each column of the sheet, and the columns that new types still need."""
    rows = [tuple(part or "-" for part in match[:4]) + match[4:] for match in sheet.header_matches]
    missing = [f"{name} ({BY_NAME[name].label})" for name in missing_columns(sheet.columns)]
    return [
        repr(sheet),
        *_aligned([_MATCH_HEADS, *rows]),
        *([f"Missing, and needed for new types: {', '.join(missing)}"] if missing else []),
        *(one.message for one in sheet.findings if one.code == "ignored_column_missing"),
    ]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
