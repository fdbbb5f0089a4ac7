"""A sheet: its first rows with their addresses, and how its headers were matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import ALL_UP_TO, more_lines, note, number_cell, page, table
from certbulk.reading.matches import missing_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading import Sheet, SheetColumn

__all__ = ["MOST_COLUMNS", "heads", "html", "match_lines", "text"]

MOST_COLUMNS = 30
_MOST_FINDINGS = 10
_MATCH_HEADS = ("cell", "header", "column", "how", "")


def html(sheet: Sheet) -> Html:
    """Return the sheet's first rows as a table."""
    columns = sheet.columns[:MOST_COLUMNS]
    shown = range(min(len(sheet), ALL_UP_TO))
    rows = (
        [
            number_cell(int(sheet.rows[position])),
            *(tag("td", column.cells[position] or "") for column in columns),
        ]
        for position in shown
    )
    hidden = {"more row": len(sheet) - len(shown), "more column": len(sheet.columns) - len(columns)}
    more = [counted(number, what) for what, number in hidden.items() if number > 0]
    return page(
        tag("p", tag("strong", sheet.origin), f": {_size(sheet)}"),
        table(heads(columns), rows) if columns else None,
        note(f"Not shown: {', '.join(more)}. All of it: sheet.frame" if more else None),
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


def heads(columns: Sequence[SheetColumn]) -> list[Html]:
    """Return headers: the letter and the text in the file; the field is shown on hover."""
    return [
        tag("th", "row", scope="col"),
        *(
            tag(
                "th",
                tag("small", _letter(column)),
                column.header or "(no header)",
                None if column.known else tag("small", "unknown"),
                scope="col",
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
