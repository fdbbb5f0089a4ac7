"""Findings about a source that people may not see: hidden rows, other sheets, encodings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.addresses import letters_of, row_ranges
from certbulk.core.counting import counted
from certbulk.core.findings.finding import found, quoted
from certbulk.reading.labels import label_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.formats.display_formats import DisplayFormats, Span
    from certbulk.reading.formats.grid import Grid
    from certbulk.reading.labels import Labels
    from certbulk.reading.shape.choose_sheet import Chosen
    from certbulk.reading.sheet_column import SheetColumn

__all__ = [
    "hidden_findings",
    "hidden_sheet",
    "labels_findings",
    "other_sheets",
]

_MOST_NAMED = 8


def hidden_findings(
    display: DisplayFormats, columns: Sequence[SheetColumn], rows: NDArray[np.int64]
) -> Iterator[Finding]:
    """Yield findings about hidden rows and columns, which are still read."""
    hidden = rows[_in_spans(rows, display.hidden_rows)].tolist()
    if hidden:
        several = len(hidden) > 1
        yield found(
            "hidden_rows",
            f"{counted(len(hidden), 'row is', 'rows are')} hidden in the sheet "
            f"({row_ranges(hidden)}), and read like all others. Show {'them' if several else 'it'} "
            "to check; delete what is not meant, or write skip in an action column.",
            value=row_ranges(hidden),
        )
    numbers = np.array([column.number or 0 for column in columns], dtype=np.int64)
    for position in np.flatnonzero(_in_spans(numbers, display.hidden_columns)).tolist():
        column = columns[position]
        if column.field is not None and column.cells.filled.any():
            letters = letters_of(column.number or 1)
            yield found(
                "hidden_column",
                f"Column {letters}, {quoted(column.header)}, is hidden in the sheet, and read like "
                "all others. Show it to check; delete it if it is not meant.",
                field=column.field,
                value=column.header,
            )


def hidden_sheet(grid: Grid) -> Finding:
    """Return the finding about a hidden sheet that is read."""
    name = str(grid.name)
    return found(
        "hidden_sheet",
        f"The sheet that is read, {quoted(name)}, is hidden in the workbook. Show it to check that "
        "it is the one that is meant.",
        value=name,
    )


def other_sheets(chosen: Chosen) -> Iterator[Finding]:
    """Yield a finding about other sheets that may be meant, as well or instead."""
    if not chosen.others:
        return
    listed = ", ".join(
        f"{quoted(str(grid.name))}{' (hidden)' * grid.display.hidden}" for grid in chosen.others
    )
    says = (
        "Other sheets look like certificate types too, and are not read: {}. Read them one by one."
        if chosen.sure
        else "The sheet that is read, {read}, does not look like certificate types. Others with "
        "rows: {}. If one of them is meant, name it."
    )
    read = quoted(str(chosen.grid.name))
    names = ", ".join(str(grid.name) for grid in chosen.others)
    message = says.format(listed, read=read)
    yield found("other_sheets", message, value=listed, parts={"sheets": names})


def labels_findings(labels: Labels) -> list[Finding]:
    """Return findings about the index of a frame: its labels repeat, or cannot be kept."""
    from certbulk.reading.label_document import kept_whole  # noqa: PLC0415 (it needs pandas)

    findings = []
    index = labels.index
    if not index.is_unique:
        repeated = list(map(label_text, index[index.duplicated()].unique()[:_MOST_NAMED]))
        shown = ", ".join(repeated)
        findings.append(
            found(
                "repeated_index",
                f"The index of the frame repeats labels ({shown}), so they do not tell its rows "
                "apart, and results cannot be joined to the frame once it has changed. Give it a "
                "unique index before it is read: frame.reset_index(drop=True).",
                value=shown,
            )
        )
    if not kept_whole(index):
        findings.append(
            found(
                "labels_as_text",
                "The index of the frame has labels that are neither texts, numbers nor dates. In "
                "saved plans and in the journal they are kept as texts, so a run that is attached "
                "in another process has texts in their place.",
            )
        )
    return findings


def _in_spans(numbers: NDArray[np.int64], spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Return a mask of the numbers, ascending, that lie in one of the spans."""
    inside = np.zeros(len(numbers), dtype=np.bool_)
    if spans:
        first = np.searchsorted(numbers, [span.first for span in spans])
        behind = np.searchsorted(numbers, [span.last for span in spans], side="right")
        for start, end in zip(first.tolist(), behind.tolist(), strict=True):
            inside[start:end] = True
    return inside
