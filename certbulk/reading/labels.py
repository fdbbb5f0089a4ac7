"""The index of a frame that was read: how an analyst knows its rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from certbulk.core.comparing import Compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "FILE_AND_ROW",
    "FIRST_ROW",
    "ROW_INDEX",
    "Labels",
    "label_document",
    "label_text",
    "missing_allowed",
]

ROW_INDEX = "row"
"""The name of the index of the frames that certbulk gives of files: true row numbers."""

FILE_AND_ROW = ("file", "row")
"""The names of the index of several files: the file, and the true row number in it."""

FIRST_ROW = 2
"""The row number of a frame's first row; its column names are row 1."""

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True, eq=False)
class Labels(Compared):
    """The labels of a frame's rows.

    Attributes:
        index: A label for each row of the frame, rows that are blank and not read included.
        columns: How many of the sheet's first columns are levels of it: an index with a name is
            read like a column.
    """

    index: pd.Index
    columns: int = 0

    @property
    def count_only(self) -> bool:
        """Whether they count the rows from 0, as those of a frame without an index of its own."""
        import pandas as pd  # noqa: PLC0415 (the command line needs no frames)

        counts = isinstance(self.index, pd.RangeIndex)
        return counts and self.index.equals(pd.RangeIndex(len(self.index)))

    @property
    def are_of_files(self) -> bool:
        """Whether the rows are those of several files."""
        return tuple(self.index.names) == FILE_AND_ROW

    def at(self, rows: NDArray[np.int64]) -> pd.Index:
        """Return the labels of the rows with these true numbers, with the index's own type."""
        return self.index.take(rows - FIRST_ROW)

    def text(self, row: int) -> str:
        """Return the label of the row with this true number, as messages have it: `5 of a.csv`."""
        if self.are_of_files:
            file, number = self.index[row - FIRST_ROW]
            return f"{number} of {file}"
        return label_text(self.index[row - FIRST_ROW])

    def document(self, row: int | None) -> Any:
        """Return the label of the row with this true number, JSON-ready; None for None."""
        if row is None or row < FIRST_ROW:
            return None
        return label_document(self.index[row - FIRST_ROW])

    def where_known(self, rows: Iterable[int | None]) -> pd.Index:
        """Return the labels of these rows; a missing one for None, and for a row of headers.

        An index of whole numbers or flags becomes a nullable one if a label is missing.
        """
        positions = np.array([max((row or 0) - FIRST_ROW, -1) for row in rows], dtype=np.intp)
        if (positions >= 0).all():
            return self.index.take(positions)
        return missing_allowed(self.index).take(positions, allow_fill=True, fill_value=np.nan)

    def as_document(self) -> dict[str, Any]:
        """Return the labels as JSON-ready values."""
        from certbulk.reading.label_document import index_document  # noqa: PLC0415

        return {"columns": self.columns, "index": index_document(self.index)}

    @classmethod
    def of_document(cls, document: Mapping[str, Any], rows: NDArray[np.int64]) -> Self:
        """Return the labels that `as_document` made the document from.

        Raises:
            ValueError: It is not such a document, or it has no labels for these rows.
        """
        from certbulk.reading.label_document import index_of  # noqa: PLC0415

        index, columns = index_of(document["index"]), document["columns"]
        if not isinstance(columns, int) or not 0 <= columns <= index.nlevels:
            raise ValueError("its index is not one of its columns")
        if rows.size and not FIRST_ROW <= rows.min() <= rows.max() < len(index) + FIRST_ROW:
            raise ValueError("its index is not that of its rows")
        return cls(index, columns)


def missing_allowed(index: pd.Index) -> pd.Index:
    """Return an index that can hold missing labels: one of whole numbers as a nullable one."""
    nullable = {"i": "Int64", "u": "UInt64", "b": "boolean"}
    kind = index.dtype.kind if isinstance(index.dtype, np.dtype) else ""
    return index.astype(nullable[kind]) if kind in nullable else index


def label_text(label: Any) -> str:
    """Return a label as people write it: texts in quotation marks, levels with commas."""
    if isinstance(label, tuple):
        return f"({', '.join(map(label_text, label))})"
    if isinstance(label, str):
        short = label if len(label) <= _LONGEST_SHOWN else f"{label[:_LONGEST_SHOWN]}…"
        return f'"{short}"'
    shown = str(label)
    return shown.removesuffix(" 00:00:00") if hasattr(label, "isoformat") else shown


def label_document(label: Any) -> Any:
    """Return a label as a JSON-ready value: a list for levels, a text for a date, for example."""
    if isinstance(label, tuple):
        return [*map(label_document, label)]
    plain = label.item() if isinstance(label, np.generic) else label
    whole = isinstance(plain, str | int) or (isinstance(plain, float) and math.isfinite(plain))
    return plain if whole or plain is None else str(label)
