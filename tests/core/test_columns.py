"""A column is a plain list that is stored in another way."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from certbulk.core.columns.distinct import BLANK, Column, LateColumn, filled_rows, positions

from .strategies import UNHURRIED

CELLS = st.lists(st.none() | st.sampled_from(["", "a", "b", "c", "A", "0"]) | st.text(max_size=2))


def plain(cells: list[str | None]) -> list[str | None]:
    """Return cells as a column gives them back: the empty text is blank."""
    return [cell or None for cell in cells]


@UNHURRIED
@given(cells=CELLS)
def test_a_column_gives_back_its_cells(cells: list[str | None]) -> None:
    """In their order, as many as there were; the empty text and None are blank."""
    column = Column.of(cells)
    assert list(column) == plain(cells)
    assert [column[row] for row in range(len(cells))] == plain(cells)
    assert len(column) == len(cells)
    assert column.filled.tolist() == [bool(cell) for cell in cells]


@UNHURRIED
@given(cells=CELLS)
def test_a_column_keeps_each_value_once(cells: list[str | None]) -> None:
    """Its values are the distinct cells, in the order in which they first stand."""
    assert Column.of(cells).values == tuple(dict.fromkeys(filter(None, cells)))


@UNHURRIED
@given(cells=CELLS)
def test_map_changes_every_cell(cells: list[str | None]) -> None:
    """It changes as a comprehension does, looks at each value once, and None makes blank."""
    seen: list[str] = []

    def change(text: str) -> str | None:
        seen.append(text)
        return text.upper() if text > "B" else None

    changed = Column.of(cells).map(change)
    assert list(changed) == [cell.upper() if cell and cell > "B" else None for cell in plain(cells)]
    assert len(seen) == len(set(seen))
    assert changed.filled.tolist() == [bool(cell and cell > "B") for cell in cells]


@UNHURRIED
@given(cells=CELLS)
def test_where_tests_every_cell_and_never_a_blank_one(cells: list[str | None]) -> None:
    """The mask is true where a filled cell passes."""
    assert Column.of(cells).where(lambda text: text >= "a").tolist() == [
        bool(cell and cell >= "a") for cell in cells
    ]
    assert Column.of(cells).where(lambda _: True).tolist() == [bool(cell) for cell in cells]


@UNHURRIED
@given(data=st.data(), cells=CELLS)
def test_take_takes_rows(data: st.DataObject, cells: list[str | None]) -> None:
    """By mask or by position."""
    mask = data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells)))
    kept = [cell for cell, keep in zip(plain(cells), mask, strict=True) if keep]
    column, rows = Column.of(cells), np.array(mask, dtype=np.bool_)
    assert list(column.take(rows)) == kept
    assert list(column.take(np.flatnonzero(rows))) == kept
    assert positions(rows) == [position for position, keep in enumerate(mask) if keep]


@UNHURRIED
@given(rows=st.lists(st.tuples(st.none() | st.text(), st.none() | st.text(), st.booleans())))
def test_overlaid_takes_some_rows_from_another(
    rows: list[tuple[str | None, str | None, bool]],
) -> None:
    """If the mask is true the other column's cell stands, blank or not."""
    one, other = Column.of(row[0] for row in rows), Column.of(row[1] for row in rows)
    mask = np.array([row[2] for row in rows], dtype=np.bool_)
    assert list(one.overlaid(other, mask)) == [
        (second if from_other else first) or None for first, second, from_other in rows
    ]


@UNHURRIED
@given(rows=st.integers(0, 20), value=st.just(()) | st.just(0) | st.text(min_size=1))
def test_constant_and_blank_columns(rows: int, value: Any) -> None:
    """One value throughout, or none."""
    assert list(Column.constant(value, rows)) == [value] * rows
    assert list(Column.blank(rows)) == [None] * rows
    assert Column.blank(rows).codes.tolist() == [BLANK] * rows


@UNHURRIED
@given(cells=CELLS, data=st.data())
def test_a_late_column_is_the_same_column(cells: list[str | None], data: st.DataObject) -> None:
    """Whether it was encoded before or not, for each row, for some of the rows, and copied."""
    rows = data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells)))
    mask = np.array(rows, dtype=np.bool_)
    late, column = LateColumn(cells, Column.of), Column.of(cells)
    assert [late[row] for row in range(len(cells))] == [*column]
    for _ in ("before it is encoded", "afterwards"):
        assert (len(late), [*late.take(mask)]) == (len(column), [*column.take(mask)])
        assert [*late.take(np.flatnonzero(mask))] == [*column.take(mask)]
        assert late.values == column.values
        assert late.codes.tolist() == column.codes.tolist()
    assert [*copy.copy(late)] == [*column]


def test_a_late_column_is_encoded_once_and_only_if_needed() -> None:
    """Not for single cells, for some of the rows, or for rows that are filled elsewhere."""
    encoded: list[int] = []

    def encode(cells: Sequence[str]) -> Column:
        encoded.append(len(cells))
        return Column.of(cells)

    late = LateColumn(["a", "", "c"], encode)
    assert filled_rows([Column.of("xyz"), late], 3).all()
    assert (late[2], len(late.take(np.array([0, 1])))) == ("c", 2)
    assert encoded == [1]
    assert (late.values, late.filled.tolist()) == (("a", "c"), [True, False, True])
    assert encoded == [1, 3]
