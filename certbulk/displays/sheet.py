"""A sheet: its first rows, with the addresses that a spreadsheet program shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.counting import counted
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import ALL_UP_TO, note, page, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.reading import Sheet, SheetColumn

__all__ = ["MOST_COLUMNS", "heads", "hidden_columns", "html", "text"]

MOST_COLUMNS = 30


def html(sheet: Sheet) -> Html:
    """Return the sheet's first rows as a table."""
    columns = sheet.columns[:MOST_COLUMNS]
    shown = range(min(len(sheet), ALL_UP_TO))
    rows = (
        [
            tag("td", int(sheet.rows[place_]), class_="cb-number"),
            *(tag("td", column.cells[place_] or "") for column in columns),
        ]
        for place_ in shown
    )
    more = [*_hidden_rows(sheet, len(shown)), *hidden_columns(sheet.columns, columns)]
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
        *([f"  not known, left alone: {', '.join(unknown[:MOST_COLUMNS])}"] if unknown else []),
        *(f"  {finding.severity} {finding.code}  {finding}" for finding in sheet.findings[:10]),
        *([f"  … and {len(sheet.findings) - 10} more"] if len(sheet.findings) > 10 else []),  # noqa: PLR2004
    ]


def heads(columns: Sequence[SheetColumn]) -> list[Html]:
    """Return headers: the letter and the header as in the file, what it means on hover."""
    return [
        tag("th", "row", scope="col"),
        *(
            tag(
                "th",
                tag("small", _letter(column)),
                column.header or "(no header)",
                None if column.known else tag("small", "not known"),
                scope="col",
                title=f"means {column.field}" if column.field else None,
            )
            for column in columns
        ),
    ]


def _hidden_rows(sheet: Sheet, shown: int) -> Iterable[str]:
    if len(sheet) > shown:
        yield counted(len(sheet) - shown, "more row")


def hidden_columns(columns: Sequence[SheetColumn], shown: Sequence[SheetColumn]) -> Iterable[str]:
    """Yield how many columns are not shown, where there are any."""
    if len(columns) > len(shown):
        yield counted(len(columns) - len(shown), "more column")


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
