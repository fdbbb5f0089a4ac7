"""`Run.join`: the outcomes of the rows, added to the frame that was read.

The worst error here is an id on the wrong row: the next plan would overwrite that type. So labels
that do not identify rows are refused, and the id and title of each row are compared.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from certbulk.applying.outcome import Status
from certbulk.applying.results_workbook import ended_rows
from certbulk.arguments import Arguments
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.dtypes import typed_array
from certbulk.core.columns.field import CREATE
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import tidy
from certbulk.core.results import result_columns
from certbulk.errors import PlanError
from certbulk.reading import SheetColumn
from certbulk.reading.formats.tables.plain_sources import cell_text, frame_digest
from certbulk.reading.labels import FIRST_ROW, ROW_INDEX, label_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.applying.rows_ended import RowsEnded
    from certbulk.core.columns.dtypes import Dtype
    from certbulk.reading import Sheet

__all__ = ["joined"]

_NAMES_THE_ROW = ("id", "title")
_WAY_ON = "Join the frame that was read, or one with its index."


def joined(run: RowsEnded, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy of `frame` with ids and result columns: see `Run.join`."""
    Arguments("Run.join").noun("frame", frame, pd.DataFrame, _WAY_ON)
    if frame.columns.nlevels > 1:
        raise PlanError(
            f"The frame's columns have {frame.columns.nlevels} levels, those of a run have one. "
            "Join the frame that was read."
        )
    positions = _positions_in_run(run, frame)
    rows = np.flatnonzero(positions >= 0)
    matched = dict(zip(rows.tolist(), positions[rows].tolist(), strict=True))
    _check_same(run, frame, matched)
    done = frame.copy()
    if isinstance(done.columns, pd.CategoricalIndex):  # which takes no new names
        done.columns = done.columns.astype(object)
    _fill_ids(run, done, matched)
    _carry_out(run, done, matched)
    ended = list(ended_rows(run))
    for column in result_columns.RESULT_COLUMNS:
        cells = {row: column.cell(ended[position]) for row, position in matched.items()}
        _put(done, column.header, cells, column.dtype)
    return done


def _positions_in_run(run: RowsEnded, frame: pd.DataFrame) -> NDArray[np.intp]:
    """Return the position in the run of each row of the frame; -1 for rows that it did not have."""
    sheet = run.plan.report.sheet
    if sheet.labels is not None:
        known = sheet.labels.index
        rows = np.arange(len(known)) + FIRST_ROW
    elif frame.index.nlevels == 1 and frame.index.name == ROW_INDEX:
        known, rows = sheet.index, sheet.rows
    else:
        raise PlanError(
            f"Run {run.id} is of the file {sheet.source}, so its rows are identified by their row "
            "numbers. Join run.plan.report.sheet.frame, or a frame with these numbers as an index "
            f"called {ROW_INDEX}."
        )
    positions = _positions(run, frame, known)
    if len(frame) and len(known) and (positions < 0).all():
        raise PlanError(
            f"None of these rows is one of run {run.id}: its first row is {label_text(known[0])}, "
            f"that of the frame is {label_text(frame.index[0])}. {_WAY_ON}"
        )
    of_rows = np.full(
        len(rows) + 1, -1, dtype=np.intp
    )  # the last entry is for rows that are not in the run
    of_rows[np.searchsorted(rows, sheet.rows)] = np.arange(len(sheet))  # blank rows have no entry
    return np.asarray(of_rows[positions], dtype=np.intp)


def _positions(run: RowsEnded, frame: pd.DataFrame, known: pd.Index) -> NDArray[np.intp]:
    """Return the positions of the frame's labels among the known ones; -1 for others."""
    index = frame.index
    if known.nlevels != index.nlevels:
        raise PlanError(
            f"The index of the frame has {counted(index.nlevels, 'level')}, that of run {run.id} "
            f"has {known.nlevels}. {_WAY_ON}"
        )
    for ours, theirs in zip(known.names, index.names, strict=True):
        if ours != theirs and None not in (ours, theirs):
            raise PlanError(
                f"The index of the frame is called {label_text(theirs)}, that of run {run.id} is "
                f"called {label_text(ours)}. {_WAY_ON}"
            )
    if known.is_unique and index.is_unique:
        return known.get_indexer(index)
    sheet = run.plan.report.sheet
    if sheet.labels is not None and frame_digest(frame, sheet.vocabulary) == sheet.sha256:
        return np.arange(len(frame), dtype=np.intp)  # the very rows that were read, in their order
    repeats = index if known.is_unique else known
    raise PlanError(
        f"Several rows have the label {label_text(repeats[repeats.duplicated()][0])}, so the rows "
        "cannot be told apart. Join the frame exactly as it was read; or add the results by "
        "position: run.frame has the rows in the order in which they were read, and its column "
        "row has their numbers, from 2."
    )


def _check_same(run: RowsEnded, frame: pd.DataFrame, matched: dict[int, int]) -> None:
    """Refuse a frame with a different row under the same label, for example after reset_index.

    A row is identified by its id and title. A row with neither in this frame, or with no id and a
    title that other rows have, is identified by all its cells.
    """
    sheet = run.plan.report.sheet
    pairs = list(_columns_of(frame, sheet))
    named = _named(sheet, {column.field for column, _ in pairs})
    for column, at in pairs:
        cells = frame.iloc[:, at].astype(object).tolist()
        for row, position in matched.items():
            if column.field not in _NAMES_THE_ROW and named[position]:
                continue
            now, then = tidy(cell_text(cells[row])), tidy(column.cells[position] or "")
            if not _agree(run, column, position, then, now):
                if column.field == "id":
                    then = then or str(run.outcomes[position].id)
                raise PlanError(
                    f"Row {label_text(sheet.index[position])} has {_shown(then)} as "
                    f"{column.header} in run {run.id}, and {_shown(now)} in this frame, so it is "
                    "another row. "
                    f"This happens after reset_index. {_WAY_ON}"
                )


def _named(sheet: Sheet, there: set[str | None]) -> list[bool]:
    """Return, per row, whether its id or title, in the columns that exist, identifies it.

    Levels of the index count as well: labels are compared anyway.
    """
    known = {
        name: column
        for name in _NAMES_THE_ROW
        if (column := sheet.column(name)) and (name in there or sheet.in_index(column))
    }
    title, ids = known.get("title"), known.get("id")
    counts = Counter(title.cells if title else ())
    return [
        bool(ids and ids.cells[position]) or bool(title and counts[title.cells[position]] == 1)
        for position in range(len(sheet))
    ]


def _shown(text: str) -> str:
    return label_text(text) if text else "(blank)"


def _columns_of(frame: pd.DataFrame, sheet: Sheet) -> Iterator[tuple[SheetColumn, int]]:
    """Yield the columns of the source that the frame has, with their positions in the frame."""
    for column in sheet.columns:
        if column.number and not column.made and not sheet.in_index(column):
            at = _at(frame, column.header)
            if at is None and column.field in _NAMES_THE_ROW:
                at = _column_at(frame, sheet, column.field)
            if at is not None:
                yield column, at
    if sheet.column("id") is None and (at := _column_at(frame, sheet, "id")) is not None:
        yield SheetColumn("id", None, "id", Column.blank(len(sheet))), at  # filled in since


def _agree(run: RowsEnded, column: SheetColumn, position: int, then: str, now: str) -> bool:
    """Whether a cell means the same as before; the run's id may have been filled in since."""
    if column.field is None or then == now:
        return then == now
    report = run.plan.report
    kind = report.sheet.vocabulary.kinds[column.field]
    was, value = (kind.parse(text, report.time_zone) if text else None for text in (then, now))
    if column.field == "id":
        meant = was if then else run.outcomes[position].id
        return not now or meant is None or meant == value
    if column.field == "action":
        return now == "update"
    if isinstance(was, Problem) or isinstance(value, Problem):
        return bool(BY_NAME[column.field].refers_to)  # a name and an id may mean the same
    return bool(was == value)


def _fill_ids(run: RowsEnded, done: pd.DataFrame, matched: dict[int, int]) -> None:
    """Fill in the ids of live types in blank cells."""
    given = {
        row: outcome.id
        for row, position in matched.items()
        if (outcome := run.outcomes[position]).id is not None
        and outcome.status is not Status.DELETED
        and run.plan.decisions[position].replaces is None  # the row stands for the replaced type
    }
    at = _column_at(done, run.plan.report.sheet, "id")
    if at is None:
        done["id"] = pd.array([given.get(row) for row in range(len(done))], dtype="Int64")
        return
    cells = done.iloc[:, at].astype(object).tolist()
    as_text = isinstance(done.dtypes.iloc[at], pd.StringDtype)
    filled = {
        row: str(number) if as_text else number
        for row, number in given.items()
        if not tidy(cell_text(cells[row]))
    }
    _set(done, at, filled)


def _carry_out(run: RowsEnded, done: pd.DataFrame, matched: dict[int, int]) -> None:
    """Write "update" for "create" if a row has an id now: with both, it would be refused."""
    report = run.plan.report
    at = _column_at(done, report.sheet, "action")
    if at is None:
        return
    cells = done.iloc[:, at].astype(object).tolist()
    created = {
        row: "update"
        for row, position in matched.items()
        if report.actions[position] == CREATE
        and run.outcomes[position].id is not None
        and run.plan.decisions[position].replaces is None
        and tidy(cell_text(cells[row]))
    }
    _set(done, at, created)


def _set(done: pd.DataFrame, at: int, cells: dict[int, Any]) -> None:
    """Put cells into a column, in its dtype if that can hold them."""
    if not cells:
        return
    before = done.iloc[:, at]
    values = before.astype(object).tolist()
    for row, cell in cells.items():
        values[row] = cell
    texts = [cell_text(value) for value in values]
    for dtype in ("Int64" if before.dtype.kind == "f" else before.dtype, before.dtype):
        if isinstance(dtype, pd.CategoricalDtype):
            continue  # a new text is not one of its categories
        column = _as_type(values, dtype)
        if column is not None and [cell_text(cell) for cell in column] == texts:
            break
    else:
        column = pd.Series(values, dtype=object).array
    done.isetitem(at, column)


def _put(done: pd.DataFrame, header: str, cells: dict[int, Any], dtype: Dtype) -> None:
    """Put results into a column; rows of other runs keep their cells."""
    at = _at(done, header)
    values: list[Any] = [None] * len(done)
    if at is not None:
        before = done.iloc[:, at]
        values = before.astype(object).where(before.notna(), None).tolist()
    for row, cell in cells.items():
        values[row] = None if cell == "" else cell
    column = pd.Series(
        typed_array(dtype, values)
    ).array  # objects if a person put other values there
    if at is None:
        done[header] = column
    else:
        done.isetitem(at, column)


def _as_type(values: Sequence[Any], dtype: Any) -> Any:
    """Return values as an array of this dtype; None if it cannot hold them."""
    try:
        return pd.Series(values, dtype=object).astype(dtype).array
    except (TypeError, ValueError, OverflowError):
        return None


def _column_at(frame: pd.DataFrame, sheet: Sheet, field: str) -> int | None:
    """Return the position of the column that means `field`; None if there is none."""
    column = sheet.column(field)
    if column is not None and (at := _at(frame, column.header)) is not None:
        return at
    matches = [sheet.vocabulary.match(cell_text(name)) for name in frame.columns]
    return next((at for at, match in enumerate(matches) if match and match.field == field), None)


def _at(frame: pd.DataFrame, header: str) -> int | None:
    """Return the position of the first column with this header."""
    return next((at for at, name in enumerate(frame.columns) if cell_text(name) == header), None)
