"""Columns as a mapping arranges them: renamed, filled with a constant, made of several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.core.addresses import letters_of
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds.kind import normal_header, tidy
from certbulk.core.suggestions import nearest_word
from certbulk.errors import ReadError
from certbulk.reading.extension.cells import RESTRICTION, TERM
from certbulk.reading.extension.pasted_rows import taken_apart
from certbulk.reading.formats.error_texts import error_code_of
from certbulk.reading.headers.units import units_in_headers
from certbulk.reading.sheet_column import SheetColumn
from certbulk.words.column_mappings import Guide
from certbulk.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet import Sheet
    from certbulk.words.column_mappings import ColumnMap, Piece

__all__ = ["Arranged", "arranged", "remade"]


class Arranged(NamedTuple):
    """Columns as they were read, then those that were made of them.

    `parts` are columns that went into a made one, under its name: what is wrong with a cell of
    theirs is wrong with the cell that was made of it. `findings` are about rows that could not be
    made, and headers to ignore that are not there.
    """

    columns: list[SheetColumn]
    parts: list[SheetColumn]
    findings: list[Finding]


def arranged(
    columns: Sequence[SheetColumn],
    vocabulary: Vocabulary,
    rows: NDArray[np.int64],
    header_row: int,
) -> Arranged:
    """Return columns as the mapping says, if `vocabulary` is a guide with one.

    Raises:
        ReadError: A header of the mapping is not in the sheet, or there twice; or the sheet has a
            column that the mapping gives as well.
    """
    if not isinstance(vocabulary, Guide) or vocabulary.column_map is None:
        return Arranged(list(columns), [], [])
    return _Arranging(columns, vocabulary, vocabulary.column_map, rows, header_row).arranged()


_FIRST_OF = {"item_type_id": RESTRICTION, "expiration_type_id": TERM}
"""The columns that a column of the browser extension begins with when it is taken apart."""


class _Arranging:
    """One mapping laid on one sheet."""

    def __init__(
        self,
        columns: Sequence[SheetColumn],
        guide: Guide,
        column_map: ColumnMap,
        rows: NDArray[np.int64],
        header_row: int,
    ) -> None:
        self.columns = columns
        self.guide = guide
        self.map = column_map
        self.rows = rows
        self.header_row = header_row
        self.renamed: dict[int, str] = {}  # the field by the number of its column
        self.used: set[int] = set()
        self.made: list[SheetColumn] = []
        self.parts: list[SheetColumn] = []
        self.findings: list[Finding] = []

    def arranged(self) -> Arranged:
        for field, header in self.map.rename.items():
            source = self._called(header)
            if (number := source.number or 0) in self.renamed:  # a second column of the same cells
                self.made.append(replace(source, field=field, how=How.MAPPED, made=True))
            self.renamed.setdefault(number, field)
        for field, pieces in self.map.template.items():
            self._fill(field, pieces)
        kept = [self._kept(column) for column in self.columns]
        self._look_for_ignored()
        for field, value in self.map.constant.items():
            from certbulk.reading.formats.tables.plain_sources import cell_text  # noqa: PLC0415 (it brings pandas)

            cells = Column.constant(cell_text(value), len(self.rows))
            self.made.append(SheetColumn(field, None, field, cells, How.MAPPED, made=True))
        return Arranged([*kept, *self.made], self.parts, self.findings)

    def _called(self, header: str | int) -> SheetColumn:
        """Return the column below a header, or of a number."""
        if isinstance(header, int):
            return self._numbered(header)
        exact = [column for column in self.columns if column.header == header]
        alike = exact or [
            column
            for column in self.columns
            if column.header and normal_header(column.header) == normal_header(header)
        ]
        if len(alike) > 1:
            where = ", ".join(str(column.address(self.header_row)) for column in alike)
            letter = letters_of(alike[0].number or 0)
            raise ReadError(
                f"{self.map.name}: there are several columns {quoted(header)} ({where}). Rename "
                f'the others, or name the one by its letter: {{column = "{letter}"}}.'
            )
        if not alike:
            headers = [column.header for column in self.columns if column.header]
            near = nearest_word(header, headers)
            hint = f"Did you mean {quoted(near)}? " if near else ""
            raise ReadError(
                f"{self.map.name}: the sheet has no column {quoted(header)}. {hint}"
                f"It has: {', '.join(headers)}."
            )
        self.used.add(alike[0].number or 0)
        return alike[0]

    def _numbered(self, number: int) -> SheetColumn:
        found = next((column for column in self.columns if column.number == number), None)
        if found is None:
            raise ReadError(
                f"{self.map.name}: the sheet has no values in column {letters_of(number)}."
            )
        self.used.add(number)
        return found

    def _kept(self, column: SheetColumn) -> SheetColumn:
        """Return a column of the source with what it means now."""
        number = column.number or 0
        if number in self.renamed:
            return replace(column, field=self.renamed[number], how=How.MAPPED)
        if self.map.ignores(column.header, column.number):
            return replace(column, field=None, how=How.IGNORED)
        match = Vocabulary.match(self.guide, column.header)
        if match is None or match.field not in self.map.targets:
            how = How.MAPPED if number in self.used else None
            field = match.field if match else None
            return replace(column, field=field, how=match.how if match else how)
        if number in self.used:  # what it meant by itself, the mapping gives in another way
            return replace(column, field=None, how=How.MAPPED)
        raise ReadError(
            f"{self.map.name}: it fills {match.field}, and the sheet has a column for it: "
            f"{quoted(column.header)} ({column.address(self.header_row)}). Rename that column, or "
            "add its header to ignore."
        )

    def _look_for_ignored(self) -> None:
        """Add findings about headers to ignore that are not there: they may be misspelt."""
        headers = {normal_header(c.header): c.header for c in self.columns if c.header}
        for header in self.map.ignore:
            if isinstance(header, int) or normal_header(header) in headers:
                continue
            near = nearest_word(normal_header(header), headers)
            hint = f" Did you mean {quoted(headers[near])}?" if near else ""
            message = (
                f"{self.map.name} ignores {quoted(header)}, which is not a header of the sheet."
                f"{hint} Correct it, or remove it from ignore."
            )
            self.findings.append(found("ignored_column_missing", message, value=header))

    def _fill(self, field: str, pieces: tuple[Piece, ...]) -> None:
        """Make a column whose cells are put together from those of others."""
        sources = [self._called(piece.header) for piece in pieces if piece.header]
        first = sources[0]
        if len(pieces) == 1:  # the very cells, numbers as numbers
            self.made.append(replace(first, field=field, how=How.MAPPED, made=True))
            return
        cells = _put_together(pieces, [source.cells for source in sources])
        blank = np.stack([~source.cells.filled for source in sources])
        gaps = blank.any(axis=0) & ~blank.all(axis=0)
        for position in np.flatnonzero(gaps).tolist():
            empty = next(
                s for s, missing in zip(sources, blank[:, position], strict=True) if missing
            )
            row = int(self.rows[position])
            self.findings.append(
                found(
                    "blank_in_template",
                    f"{BY_NAME[field].label} is made of several columns, and "
                    f"{quoted(empty.header)} is blank here. Fill it in.",
                    row=row,
                    cell=empty.address(row),
                    field=field,
                    parts={"other": empty.header},
                )
            )
        self.made.append(SheetColumn(field, first.number, field, cells, How.MAPPED, made=True))
        self.parts += [replace(source, field=field) for source in sources]


def _put_together(pieces: Sequence[Piece], sources: Sequence[Column]) -> Column:
    """Return the texts that the pieces make of each row's cells, one cell for each header.

    They are blank if a cell is blank or broken. What repeats is put together once.
    """
    kinds = np.zeros(len(sources[0]), dtype=np.int64)
    for source in sources:  # numbered again each time: the product of many counts has no end
        _, kinds = np.unique(kinds * (len(source.values) + 1) + source.codes, return_inverse=True)
    _, firsts = np.unique(kinds, return_index=True)
    texts = [
        [None if error_code_of(text) else tidy(text) for text in source.values] + [None]
        for source in sources
    ]
    rows = zip(*(source.codes[firsts].tolist() for source in sources), strict=True)
    return Column.of(
        _joined(pieces, [t[code] for t, code in zip(texts, row, strict=True)]) for row in rows
    ).take(kinds)


def _joined(pieces: Sequence[Piece], cells: Sequence[str | None]) -> str | None:
    """Return the text of one row; BLANK cells and broken ones are None."""
    given = [cell for cell in cells if cell is not None]
    if len(given) < len(cells):
        return None
    texts = iter(given)
    return "".join(next(texts) if piece.header else piece.text for piece in pieces)


def remade(sheet: Sheet) -> Sheet:
    """Return the sheet with what a mapping or a format makes of its columns as they are now.

    A mapping makes its own again; a sheet that came back from a saved plan has lost its mapping,
    and keeps what was made.
    """
    sources = [column for column in sheet.columns if not column.made]
    again_made = {How.POSITION, How.TERM, How.UNIT}
    kept = [column for column in sheet.columns if column.made and column.how not in again_made]
    of_file = [column for column in sources if column.number is not None]
    again = arranged(of_file, sheet.vocabulary, sheet.rows, sheet.header_row).columns
    made = [column for column in again if column.made] or kept
    columns = (*sources, *_pasted(sheet, sources), *made)
    return replace(sheet, columns=(*columns, *units_in_headers(columns, sheet.vocabulary)))


def _pasted(sheet: Sheet, sources: list[SheetColumn]) -> Iterator[SheetColumn]:
    """Yield the columns that those of the booster format are taken apart into."""
    by_number = {column.number: column for column in sources}
    for column in sheet.columns:
        apart = column.made and column.how in {How.POSITION, How.TERM}
        if apart and column.field in _FIRST_OF:
            source = by_number[column.number]
            for part in taken_apart(_FIRST_OF[column.field], source, sheet.vocabulary):
                yield replace(part, how=column.how)
