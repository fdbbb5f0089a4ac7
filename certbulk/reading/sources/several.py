"""Several files as one sheet: the rows of all, each known by its file and its row there."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from certbulk.core.columns.distinct import BLANK, Column
from certbulk.core.columns.headers import How
from certbulk.core.kinds.kind import normal_header
from certbulk.core.references.directory import Directory
from certbulk.errors import ReadError
from certbulk.reading.labels import FILE_AND_ROW, FIRST_ROW, Labels
from certbulk.reading.sheet import placed
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet import Sheet

__all__ = ["combined", "names_of"]


def names_of(paths: Sequence[str | os.PathLike[str]]) -> list[str]:
    """Return a name for each path, as short as they can be told apart.

    Raises:
        ReadError: A file is in the list twice, so that each of its rows would be sent twice.
    """
    whole = [Path(path).resolve() for path in paths]
    twice = [path for path, times in Counter(whole).items() if times > 1]
    if twice:
        raise ReadError(f"{twice[0]} is in the list twice. Leave it out once.")
    names = Counter(path.name for path in whole)
    shared = [path for path in whole if names[path.name] > 1]
    top = _common_folder(shared)
    return [_below(path, top) if path in shared else path.name for path in whole]


def _common_folder(paths: Sequence[Path]) -> str | None:
    try:
        return os.path.commonpath([path.parent for path in paths])
    except ValueError:  # there are none, or they are on several drives
        return None


def _below(path: Path, folder: str | None) -> str:
    return (path.relative_to(folder) if folder else path).as_posix()


def combined(sheets: Sequence[Sheet], names: Sequence[str]) -> Sheet:
    """Return one sheet with the rows of all sheets, and the columns that any of them has.

    A row's label is its file and its row in it. Columns of different sheets are one if they mean
    the same, or if they have the same header and mean nothing. A column that a sheet lacks is blank
    in its rows.

    Args:
        sheets: The sheets, at least one.
        names: What the file of each is called.
    """
    import pandas as pd  # noqa: PLC0415 (only several files have an index)

    heights = [len(sheet) for sheet in sheets]
    total = sum(heights)
    files = Column(np.repeat(np.arange(len(sheets), dtype=np.int32), heights), tuple(names))
    numbers = np.concatenate([sheet.rows for sheet in sheets])
    index = pd.MultiIndex.from_arrays([list(files), numbers], names=FILE_AND_ROW)
    own = [
        SheetColumn(FILE_AND_ROW[0], 1, None, files, How.IGNORED),
        SheetColumn(FILE_AND_ROW[1], 2, None, Column.of(map(str, numbers.tolist())), How.IGNORED),
    ]
    columns = [*own, *_columns(sheets, len(own))]
    spots = {column.field: column for column in reversed(columns) if column.field}
    starts = np.cumsum([FIRST_ROW, *heights])
    findings = [
        moved
        for sheet, name, start in zip(sheets, names, starts.tolist(), strict=False)
        for moved in _findings(sheet, name, start, spots)
    ]
    digest = hashlib.sha256("".join(sheet.sha256 for sheet in sheets).encode()).hexdigest()
    sheet = replace(
        sheets[0],
        source=_source(names),
        sha256=digest,
        name=None,
        header_row=1,
        rows=np.arange(FIRST_ROW, FIRST_ROW + total, dtype=np.int64),
        columns=tuple(columns),
        folder=None,
        directory=_directory(sheets),
        above=(),
        labels=Labels(index, len(own)),
    )
    return replace(sheet, findings=placed(sheet, findings))


def _source(names: Sequence[str]) -> str:
    others = len(names) - 1
    return f"{names[0]} and {others} more" if others else names[0]


class _Key(NamedTuple):
    """What makes columns of different sheets one: their meaning, or else their header."""

    field: str | None
    header: str
    made: bool
    nth: int


def _columns(sheets: Sequence[Sheet], before: int) -> Iterator[SheetColumn]:
    """Yield the columns of all sheets in the order in which they first occur."""
    firsts: dict[_Key, SheetColumn] = {}
    cells: dict[_Key, dict[int, Column]] = {}
    source_of: dict[tuple[int, int], _Key] = {}  # the key of a sheet's column, by its number
    home: dict[_Key, tuple[int, int]] = {}  # the sheet and number of a column's first cells
    for at, sheet in enumerate(sheets):
        seen: Counter[_Key] = Counter()
        for column in sheet.columns:
            header = "" if column.field else normal_header(column.header) or column.header
            plain = _Key(column.field, header, column.made, 0)
            key = plain._replace(nth=seen[plain])
            seen[plain] += 1
            firsts.setdefault(key, column)
            cells.setdefault(key, {})[at] = column.cells
            if column.number is not None:
                home.setdefault(key, (at, column.number))
                if not column.made:
                    source_of[at, column.number] = key
    in_file = [key for key, column in firsts.items() if key in home and not column.made]
    numbers = {key: position for position, key in enumerate(in_file, before + 1)}
    for key, first in firsts.items():
        number = numbers.get(source_of[home[key]]) if key in home else None
        joined = _joined([cells[key].get(at) for at in range(len(sheets))], sheets)
        yield replace(first, number=number, cells=joined)


def _joined(parts: Sequence[Column | None], sheets: Sequence[Sheet]) -> Column:
    """Return the cells of one column below each other; numbers stay numbers."""
    values: list[object] = []
    codes = []
    for part, sheet in zip(parts, sheets, strict=True):
        column = part or Column.blank(len(sheet))
        codes.append(np.where(column.codes == BLANK, BLANK, column.codes + len(values)))
        values.extend(column.values)
    return Column(np.concatenate(codes).astype(np.int32), tuple(values))


def _findings(
    sheet: Sheet, name: str, start: int, spots: dict[str, SheetColumn]
) -> Iterator[Finding]:
    """Yield the findings of a sheet in the rows of the combined one.

    What is not about a row of data is about the whole table there; its message says where it is.
    """
    row_of = {row: start + position for position, row in enumerate(sheet.rows.tolist())}
    for finding in sheet.findings:
        row = row_of.get(finding.row or 0)
        if row is None:
            where = finding.cell or (f"row {finding.row}" if finding.row else "")
            message = f"{name}{f', {where}' if where else ''}: {finding.message}"
            yield replace(finding, row=None, cell=None, message=message)
        else:
            column = spots.get(finding.field or "")
            yield replace(finding, row=row, cell=column.address(row) if column else None)


def _directory(sheets: Sequence[Sheet]) -> Directory:
    """Return the lists of names of all files, one below the other."""
    lists = dict(sheets[0].directory.lists)
    for sheet in sheets[1:]:
        for name, listing in sheet.directory.lists.items():
            there = lists.get(name)
            written = (*there.written, *listing.written) if there else listing.written
            lists[name] = replace(listing, written=tuple(dict.fromkeys(written)))
    return Directory(lists)
