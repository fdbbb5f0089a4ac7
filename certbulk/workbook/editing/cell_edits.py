"""Cells of a sheet with other values, everything else in it the same bytes."""

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
from certbulk.workbook.writing.tables import writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from certbulk.workbook.editing.merged import Place, Rectangle
    from certbulk.workbook.editing.package import Package

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


def put_cells(package: Package, path: str, values: Mapping[Place, Value]) -> None:
    """Have cells of the sheet at `path` saved with these values; their formats stay.

    None empties a cell. A number is written as a text where the format would make it a date, and
    a date where the format would make it a number; a cell without a format gets that of a date,
    and a number loses the format of percentages, in which 6 would be 600%.

    Raises:
        OutputError: On saving: the sheet has no such row.
    """
    looks = _looks(package, path, values)
    rows: dict[int, dict[int, Value]] = defaultdict(dict)
    for (row, column), value in values.items():
        rows[row][column] = value

    def change(number: int, tag: bytes, prefix: bytes, cells: bytes) -> bytes:
        return _edited(cells, tag, rows.pop(number), _Row(number, prefix.decode(), looks))

    def changed(pieces: Iterator[bytes]) -> Iterable[bytes]:
        yield from _rows(pieces, rows, change)
        if rows:
            raise damaged(package.source, ValueError(f"{path} has no row {min(rows)}"))

    package.rewrite(path, changed)


def formulas_among(package: Package, path: str, places: Iterable[Place]) -> set[Place]:
    """Return those of `places` whose cells hold a formula."""
    rows: dict[int, set[int]] = defaultdict(set)
    for row, column in places:
        rows[row].add(column)
    found: set[Place] = set()

    def look(number: int, _tag: bytes, _prefix: bytes, cells: bytes) -> bytes:
        for column, cell in _cells(cells):
            if column in rows[number] and _FORMULA.search(cell["inner"] or b""):
                found.add((number, column))
        return cells

    for _ in _rows(package.pieces(path), rows, look):
        pass
    return found


def array_formulas(package: Package, path: str) -> list[Rectangle]:
    """Return the areas that one formula fills: array formulas, spills, tables of data.

    Only their first cell has the formula; in the others its results stand like typed values.
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


def table_headers_among(package: Package, path: str, places: Iterable[Place]) -> set[Place]:
    """Return those of `places` that are headers of a table, which knows its columns by them."""
    headers: set[Place] = set()
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
    return headers & set(places)


def _rows(
    pieces: Iterator[bytes],
    wanted: Mapping[int, object],
    change: Callable[[int, bytes, bytes, bytes], bytes],
) -> Iterator[bytes]:
    """Yield a sheet's XML with the cells of the wanted rows changed.

    `change` gets a row's number, its tag, the prefix of its name and its cells.
    """
    row = 0
    rest = b""
    for piece in pieces:
        rest += piece
        end = END_OF_CELLS.search(rest)
        # Whole rows only: what stands behind the last of them waits for the next piece.
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
    """Return where the last row ends that ends in `xml`; 0 where none does."""
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
    """Return the cells of a row with these values, put in where there is no cell yet."""
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


class _Looks(NamedTuple):
    """How cells of a workbook are shown.

    Attributes:
        dates: The styles that show a number as a date.
        percents: For the styles that show 6 as 600%, those that do not.
        plain: The style for a date in a cell without one, and for a date with a time.
        since: The day that dates are counted from.
    """

    dates: frozenset[int]
    percents: Mapping[int, int]
    plain: tuple[int, int]
    since: datetime

    def number_of(self, value: Value, style: int) -> tuple[float | None, int]:
        """Return the number that stands for a value in a cell, and the cell's style.

        None where it has to be written as a text.
        """
        if isinstance(value, date):
            style = style or self.plain[isinstance(value, datetime)]
            days = to_excel(value, self.since)  # type: ignore[no-untyped-call]
            return (days if style in self.dates else None), style
        style = style if value is None else self.percents.get(style, style)
        if isinstance(value, int | float) and style not in self.dates:
            return value, style
        return None, style


def _looks(package: Package, path: str, values: Mapping[Place, Value]) -> _Looks:
    """Return how the workbook's cells are shown; styles are added only where they are needed."""
    styles = Styles(package)
    some = any(isinstance(value, date) for value in values.values())
    plain = (styles.date(with_time=False), styles.date(with_time=True)) if some else (0, 0)
    used = _styles_among(package, path, values) & styles.percents if styles.percents else ()
    percents = {style: styles.without_format(style) for style in sorted(used)}
    return _Looks(styles.dates, percents, plain, package.first_day)


def _styles_among(package: Package, path: str, places: Iterable[Place]) -> set[int]:
    """Return the styles of the cells at `places`, and of their rows."""
    rows: dict[int, set[int]] = defaultdict(set)
    for row, column in places:
        rows[row].add(column)
    found: set[int] = set()

    def look(number: int, tag: bytes, _prefix: bytes, cells: bytes) -> bytes:
        found.add(int(attribute(b" " + tag, "s") or 0))
        for column, cell in _cells(cells):
            if column in rows[number]:
                found.add(int(attribute(b" " + cell["tag"], "s") or 0))
        return cells

    for _ in _rows(package.pieces(path), rows, look):
        pass
    return found


class _Row(NamedTuple):
    """A row to write cells for: its number, the prefix of its names, how its cells are shown."""

    number: int
    prefix: str
    looks: _Looks

    def cell(self, column: int, value: Value, style: str | None) -> bytes:
        """Return a cell of this style."""
        p = self.prefix
        number, look = self.looks.number_of(value, int(style or 0))
        opening = f'<{p}c r="{get_column_letter(column)}{self.number}"'
        opening += f' s="{look}"' if look or style else ""
        if value is None:
            return f"{opening}/>".encode()
        if number is not None:
            return f"{opening}><{p}v>{number}</{p}v></{p}c>".encode()
        text = escaped(writable(str(value))).decode()
        held = f'<{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is>'
        return f'{opening} t="inlineStr">{held}</{p}c>'.encode()
