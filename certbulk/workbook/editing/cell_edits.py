"""New values in the cells of a sheet; everything else in it stays byte for byte."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel

from certbulk.workbook.editing.markup import attribute, children, escaped, named
from certbulk.workbook.editing.package import damaged
from certbulk.workbook.editing.sheet_part import END_OF_CELLS
from certbulk.workbook.editing.styles import Styles
from certbulk.workbook.writing.cells import writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from certbulk.workbook.editing.package import Package
    from certbulk.workbook.editing.sheet_part import Coordinates, Rectangle

__all__ = ["array_formulas", "formulas_among", "put_cells", "table_headers_among"]

Value = int | float | str | date | None

_TAG_END = rb"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?"
_ROW = re.compile(rb"<(?P<p>(?:\w+:)?)row\b(?P<tag>" + _TAG_END + rb")(?P<empty>/)?>")
_CELL = re.compile(
    rb"<(?P<p>(?:\w+:)?)c\b(?P<tag>" + _TAG_END + rb")(?:/>|>(?P<inner>.*?)</(?P=p)c\s*>)",
    re.DOTALL,
)
_CLOSING = re.compile(rb"</(?:\w+:)?\Z")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_FORMULA_TAG = re.compile(rb"<(?:\w+:)?f\s[^<>]*>")
_FILLING = {"array", "dataTable"}
_AREA = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?")


def put_cells(package: Package, path: str, values: Mapping[Coordinates, Value]) -> None:
    """Save cells of the sheet at `path` with these values; their formats stay.

    None clears a cell. A number in a date format, or a date in a number format, is written as text.
    A date in a cell without a format gets a date format, and a number loses a percentage format, in
    which 6 would be 600%.

    Raises:
        OutputError: While saving: the sheet does not have a row.
    """
    formats = _formats_for(package, path, values)
    rows: dict[int, dict[int, Value]] = defaultdict(dict)
    for (row, column), value in values.items():
        rows[row][column] = value

    def change(number: int, tag: bytes, prefix: bytes, cells: bytes) -> bytes:
        return _edited(cells, tag, rows.pop(number), _Row(number, prefix.decode(), formats))

    def changed(pieces: Iterator[bytes]) -> Iterable[bytes]:
        yield from _rows(pieces, rows, change)
        if rows:
            raise damaged(package.source, ValueError(f"{path} has no row {min(rows)}"))

    package.rewrite(path, changed)


def formulas_among(package: Package, path: str, wanted: Iterable[Coordinates]) -> set[Coordinates]:
    """Return those of the `wanted` cells that contain a formula."""
    return {
        (row, column)
        for row, _, cells in _wanted_rows(package, path, wanted)
        for column, cell in cells.items()
        if _FORMULA.search(cell["inner"] or b"")
    }


def array_formulas(package: Package, path: str) -> list[Rectangle]:
    """Return the areas that one formula fills: array formulas, spills, data tables.

    Only the first cell has the formula; the results in the others look like typed values.
    """
    areas: list[Rectangle] = []
    rest = b""
    for piece in package.pieces(path):
        rest += piece
        whole = rest.rfind(b">") + 1
        for tag in _FORMULA_TAG.findall(rest[:whole]):
            area = attribute(tag, "ref") if attribute(tag, "t") in _FILLING else None
            if area and _AREA.fullmatch(area):
                left, top, right, bottom = (number or 1 for number in range_boundaries(area))
                areas.append((left, top, right, bottom))
        rest = rest[whole:]
    return areas


def table_headers_among(
    package: Package, path: str, wanted: Iterable[Coordinates]
) -> set[Coordinates]:
    """Return those of the `wanted` cells that are headers of a table: it needs their texts."""
    headers: set[Coordinates] = set()
    for relation in package.relations(path).values():
        if relation.kind == "table" and relation.path in package:
            xml = package.read(relation.path)
            table = named(children(xml), "table")
            area = attribute(table.tag(xml), "ref") if table else None
            match = re.fullmatch(r"([A-Z]+)(\d+)(?::([A-Z]+)\d+)?", area or "")
            if match:
                first = column_index_from_string(match[1])
                last = column_index_from_string(match[3] or match[1])
                headers |= {(int(match[2]), column) for column in range(first, last + 1)}
    return headers & set(wanted)


def _rows(
    pieces: Iterator[bytes],
    wanted: Mapping[int, object],
    change: Callable[[int, bytes, bytes, bytes], bytes],
) -> Iterator[bytes]:
    """Yield a sheet's XML with changed cells in the wanted rows.

    `change` takes the number of a row, its tag, the prefix of its name and its cells.
    """
    row = 0
    rest = b""
    for piece in pieces:
        rest += piece
        end = END_OF_CELLS.search(rest)
        # Whole rows only: the rest waits for the next piece.
        whole = rest[: end.start() if end else _last_end(rest)]
        done = 0
        for match in _ROW.finditer(whole):
            row = int(attribute(b" " + match["tag"], "r") or row + 1)
            if row in wanted and not match["empty"]:
                closing = whole.index(b"</" + match["p"] + b"row", match.end())
                yield whole[done : match.end()]
                yield change(row, match["tag"], match["p"], whole[match.end() : closing])
                done = closing
        yield whole[done:]
        rest = rest[len(whole) :]
        if end:
            yield rest
            yield from pieces
            return
    yield rest


def _last_end(xml: bytes) -> int:
    """Return the end of the last whole row in `xml`; 0 without one."""
    end = xml.rfind(b"row>")
    while end > 0 and not _CLOSING.search(xml, max(0, end - 16), end):
        end = xml.rfind(b"row>", 0, end)  # the word in some text
    return end + 4 if end > 0 else 0


def _cells(xml: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Yield the cells of a row with the numbers of their columns."""
    column = 0
    for match in _CELL.finditer(xml):
        address = attribute(b" " + match["tag"], "r")
        letters = (address or "").rstrip("0123456789")
        column = column_index_from_string(letters) if letters else column + 1
        yield column, match


def _edited(xml: bytes, tag: bytes, values: Mapping[int, Value], row: _Row) -> bytes:
    """Return the cells of a row with these values, new cells included."""
    left = dict(sorted(values.items()))
    pieces = []
    done = 0
    own = attribute(b" " + tag, "s") if attribute(b" " + tag, "customFormat") else None
    for column, match in _cells(xml):
        pieces.append(xml[done : match.start()])
        done = match.start()
        pieces += [row.cell(c, left.pop(c), own) for c in list(left) if c < column]
        if column in left:
            style = attribute(b" " + match["tag"], "s")
            pieces.append(row.cell(column, left.pop(column), style))
            done = match.end()
    pieces.append(xml[done:])
    pieces += [row.cell(column, value, own) for column, value in left.items()]
    return b"".join(pieces)


class _Formats(NamedTuple):
    """The formats of a workbook's cells.

    Attributes:
        dates: The styles that show a number as a date.
        percents: Styles that show 6 as 600%, each with the style to use instead.
        plain: The styles for a date and for a date with a time in a cell without a format.
        since: The first day of the workbook's date system.
    """

    dates: frozenset[int]
    percents: Mapping[int, int]
    plain: tuple[int, int]
    since: datetime

    def number_of(self, value: Value, style: int) -> tuple[float | None, int]:
        """Return the number for a value in a cell, and the cell's style.

        The number is None if the value must be written as text.
        """
        if isinstance(value, date):
            style = style or self.plain[isinstance(value, datetime)]
            days = to_excel(value, self.since)  # type: ignore[no-untyped-call]
            return (days if style in self.dates else None), style
        style = style if value is None else self.percents.get(style, style)
        if isinstance(value, int | float) and style not in self.dates:
            return value, style
        return None, style


def _formats_for(package: Package, path: str, values: Mapping[Coordinates, Value]) -> _Formats:
    """Return the workbook's formats; adds styles only if these values need them."""
    styles = Styles(package)
    some = any(isinstance(value, date) for value in values.values())
    plain = (styles.date(with_time=False), styles.date(with_time=True)) if some else (0, 0)
    used = _styles_among(package, path, values) & styles.percents if styles.percents else ()
    percents = {style: styles.without_format(style) for style in sorted(used)}
    return _Formats(styles.dates, percents, plain, package.first_day)


def _styles_among(package: Package, path: str, wanted: Iterable[Coordinates]) -> set[int]:
    """Return the styles of the `wanted` cells, and of their rows."""
    styles = set()
    for _, row, cells in _wanted_rows(package, path, wanted):
        tags = [row, *(cell["tag"] for cell in cells.values())]
        styles |= {int(attribute(b" " + tag, "s") or 0) for tag in tags}
    return styles


def _wanted_rows(
    package: Package, path: str, wanted: Iterable[Coordinates]
) -> list[tuple[int, bytes, dict[int, re.Match[bytes]]]]:
    """Return the number, the tag and the existing cells, by column, of rows with `wanted` cells."""
    columns: dict[int, set[int]] = defaultdict(set)
    for row, column in wanted:
        columns[row].add(column)
    found: list[tuple[int, bytes, dict[int, re.Match[bytes]]]] = []

    def look(number: int, tag: bytes, _prefix: bytes, cells: bytes) -> bytes:
        matches = {column: cell for column, cell in _cells(cells) if column in columns[number]}
        found.append((number, tag, matches))
        return cells

    for _ in _rows(package.pieces(path), columns, look):
        pass
    return found


class _Row(NamedTuple):
    """A row to write cells in: its number, the prefix of its names, the workbook's formats."""

    number: int
    prefix: str
    formats: _Formats

    def cell(self, column: int, value: Value, style: str | None) -> bytes:
        """Return a cell of this style."""
        p = self.prefix
        number, shown_as = self.formats.number_of(value, int(style or 0))
        opening = f'<{p}c r="{get_column_letter(column)}{self.number}"'
        opening += f' s="{shown_as}"' if shown_as or style else ""
        if value is None:
            return f"{opening}/>".encode()
        if number is not None:
            return f"{opening}><{p}v>{number}</{p}v></{p}c>".encode()
        text = escaped(writable(str(value))).decode()
        held = f'<{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is>'
        return f'{opening} t="inlineStr">{held}</{p}c>'.encode()
