"""Repairs and marks of sources that have no workbook of their own are at the rows they name."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from tests.reading.files import open_document, workbook, zipped
from tests.repairing.books import GOOD

Grid = list[list[str]]
ROW = [
    "", "много", "1000", "товары+услуги", "срок-6м", "да", "нет", "нет", "", "", "", "", "720441",
]  # fmt: skip


def _pasted(slips: set[int], blank: set[int]) -> Grid:
    rows = [[f"Card {n}", *ROW[1:]] for n in range(1, 6)]
    return _grid(rows, 1, slips, blank, "многоразвый")


def _table(slips: set[int], blank: set[int]) -> Grid:
    rows = [[f"Card {n}", *map(str, [*GOOD.values()][1:])] for n in range(2, 7)]
    return [[*GOOD], *_grid(rows, 2, slips, blank, "ture")]


def _grid(rows: Grid, first: int, slips: set[int], blank: set[int], slip: str) -> Grid:
    """Return rows, with what is not a flag in `slips`, and blank rows before those of `blank`.

    Rows are numbered as in the file, from `first` on, before the blank ones are put in.
    """
    grid: Grid = []
    for number, row in enumerate(rows, first):
        grid += [[""] * len(row)] if number in blank else []
        column = row.index("yes") if "yes" in row else row.index("много")
        grid.append([slip if number in slips and n == column else t for n, t in enumerate(row)])
    return grid


def _text(mark: str) -> Callable[[Path, Grid], object]:
    def write(path: Path, grid: Grid) -> object:
        path.write_text("".join(mark.join(row) + "\n" for row in grid), encoding="utf-8")
        return path

    return write


def _ods(path: Path, grid: Grid) -> object:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
            "</table:table-cell>"
            if text
            else "<table:table-cell/>"
            for text in row
        )
        + "</table:table-row>"
        for row in grid
    )
    return zipped(path, open_document(cells))


def _own(path: Path, grid: Grid) -> object:
    cells = {
        f"{chr(65 + column)}{row}": text
        for row, texts in enumerate(grid, 1)
        for column, text in enumerate(texts)
        if text
    }
    return workbook(path, ("Types", cells))


def _frame(path: Path, grid: Grid) -> object:  # noqa: ARG001 (a frame has no path)
    return pd.DataFrame(grid[1:], columns=grid[0])


class Source(NamedTuple):
    """What is read: its name, how it is read, its cells, and how they are written."""

    name: str
    way: str
    grid: Callable[[set[int], set[int]], Grid]
    write: Callable[[Path, Grid], object]

    def checked(self, source: object) -> cb.Report:
        """Return the report on a file or frame of this way."""
        return cb.validate(cb.read(source, format=self.way))  # type: ignore[arg-type]


SOURCES = [
    Source("a.txt", "booster", _pasted, _text("\t")),
    Source("a.csv", "booster", _pasted, _text("\t")),
    Source("a.ods", "booster", _pasted, _ods),
    Source("a.xlsx", "booster", _pasted, _own),
    Source("a.csv", "table", _table, _text(",")),
    Source("a.ods", "table", _table, _ods),
    Source("a.xlsx", "table", _table, _own),
    Source("frame", "table", _table, _frame),
]
SLIPS: list[tuple[set[int], set[int]]] = [({3}, set()), ({2, 5}, {4}), ({4}, {3, 4, 5})]


def _texts(path: Path) -> Iterator[list[str]]:
    """Yield the rows of the first sheet as texts."""
    book = openpyxl.load_workbook(path)
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if value is None else str(value) for value in row]


@pytest.mark.parametrize(("slips", "blank"), SLIPS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: f"{source.name}-{source.way}")
def test_what_is_written_is_what_was_read_but_for_the_changes(
    tmp_path: Path, source: Source, slips: set[int], blank: set[int]
) -> None:
    """Row by row, at the row that the change names, and at that of the findings sheet too."""
    grid = source.grid(slips, blank)
    report = source.checked(source.write(tmp_path / source.name, grid))
    faulty = [n for n, row in enumerate(grid, 1) if {"ture", "многоразвый"} & {*row}]
    fixed = cb.fix(report, ["not_a_flag"])
    assert [change.row for change in fixed.changes] == faulty

    marked = cb.annotate(report, tmp_path / "marked.xlsx")
    assert [*_texts(marked)] == grid
    listed = list(openpyxl.load_workbook(marked)["findings"].values)[1:]
    addresses = [row[0] for row in listed if row[-1] == "not_a_flag"]
    assert addresses == [change.cell for change in fixed.changes]

    written = fixed.to_excel(tmp_path / "fixed.xlsx")
    for change in fixed.changes:
        column = ord(change.cell[0]) - 65
        assert grid[change.row - 1][column] == change.old
        grid[change.row - 1][column] = "много" if source.way == "booster" else "yes"
    assert [*_texts(written)] == grid
    again = source.checked(written)
    assert again.ok
    assert again.sheet.rows.tolist() == report.sheet.rows.tolist()
