"""A sheet as it was read: text cells, each at its true address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.core.findings.finding import one_line
from certbulk.core.places.directory import NO_NAMES
from certbulk.displayable import Displayable
from certbulk.errors import ReadError
from certbulk.reading.labels import ROW_INDEX
from certbulk.reading.matches import HeaderMatch, header_matches
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.core.places.directory import Directory
    from certbulk.reading.labels import Labels
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["Sheet", "column_name", "original_bytes", "original_path"]


@dataclass(frozen=True, slots=True, repr=False)
class Sheet(Displayable):
    """What was read.

    Attributes:
        source: The file's name, or "DataFrame".
        sha256: The hash of the file's bytes; of a frame, that of its texts.
        name: The sheet's name in its workbook; None if the source has no sheets.
        header_row: The true number of the row of the headers; 0 for none.
        rows: The true numbers of the rows that are not blank, ascending.
        columns: The columns from left to right, supplied ones last.
        findings: What reading found: about headers, error cells, formulas without values.
        folder: The folder of the file; None for a frame.
        vocabulary: The words that its headers and cells are understood by.
        directory: The names in the workbook's own sheets of locations, services, categories.
        above: What is above the header, and above merged cells that reach down to it: the row,
            the column's number and the text of each cell.
        labels: The index of the frame that was read; None for a file.

    Example:
        >>> import certbulk as cb
        >>> sheet = cb.read("sample_data/certificate_types.xlsx")
        >>> sheet  # `print(sheet)`, or a notebook, shows the first rows
        Sheet of certificate_types.xlsx, sheet certificate_types: 42 rows, 19 columns ...
        >>> sheet.address("balance", 2), sheet.frame.loc[2, "Face value"]
        ('D2', '25')
        >>> sheet.column("balance").header
        'Face value'
        >>> sheet.matches.loc[3].to_dict()
        {'cell': 'D1', 'header': 'Face value', 'column': 'balance', 'how': 'label', 'note': ''}

        The rows of a frame are known by its index:

        >>> import pandas as pd
        >>> sheet = cb.read(pd.DataFrame({"id": [288901], "balance": [60]}, index=["spring"]))
        >>> sheet.index.to_list(), sheet.in_index(sheet.column("id"))
        (['spring'], False)
    """

    source: str
    sha256: str
    name: str | None
    header_row: int
    rows: NDArray[np.int64]
    columns: tuple[SheetColumn, ...]
    findings: tuple[Finding, ...]
    folder: str | None = None
    vocabulary: Vocabulary = field(default_factory=shipped)
    directory: Directory = NO_NAMES
    above: tuple[tuple[int, int, str], ...] = ()
    labels: Labels | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def origin(self) -> str:
        """The source in words, with the sheet's name if it has sheets."""
        return f"{self.source}, sheet {self.name}" if self.name else self.source

    def column(self, field: str) -> SheetColumn | None:
        """Return the first column whose header means `field`."""
        return next((column for column in self.columns if column.field == field), None)

    def address(self, field: str, row: int) -> str | None:
        """Return the A1 address of `field` in the true row `row`; None without such a column."""
        column = self.column(field)
        return column.address(row) if column else None

    @property
    def index(self) -> pd.Index:
        """What the rows are known by: the labels of a frame; of a file, the true row numbers."""
        import pandas as pd  # noqa: PLC0415

        return self.labels.at(self.rows) if self.labels else pd.Index(self.rows, name=ROW_INDEX)

    def in_index(self, column: SheetColumn) -> bool:
        """Whether a column is a level of the index of the frame that was read."""
        number = column.number or 0
        return self.labels is not None and 0 < number <= self.labels.columns and not column.made

    @property
    def frame(self) -> pd.DataFrame:
        """The texts as a frame: headers as columns, blank as ''.

        The index is that of the frame that was read; of a file, the true row numbers.
        """
        import pandas as pd  # noqa: PLC0415

        columns = [column for column in self.columns if not self.in_index(column)]
        data = [[cell or "" for cell in column.cells] for column in columns]
        frame = pd.DataFrame(dict(enumerate(data)), index=self.index)
        frame.columns = pd.Index([column.header or "" for column in columns])
        return frame

    @property
    def matches(self) -> pd.DataFrame:
        """How each header was matched.

        Columns: cell, header, column, how (canonical, label, alias, vocabulary, mapping, unknown,
        …), note (which vocabulary, what it goes into, what is nearest to it).
        """
        import pandas as pd  # noqa: PLC0415

        return pd.DataFrame(self.header_matches, columns=list(HeaderMatch._fields))

    @property
    def header_matches(self) -> list[HeaderMatch]:
        """How each header was matched, one for each column in the sheet's order."""
        return header_matches(self.columns, self.header_row, self.vocabulary)

    def __repr__(self) -> str:
        matched = sum(column.field is not None for column in self.columns)
        columns = counted(len(self.columns), "column")
        return (
            f"Sheet of {self.origin}: {counted(len(self), 'row')}, {columns} ({matched} known), "
            f"header in row {self.header_row}"
        )


def column_name(sheet: Sheet, field: str) -> str:
    """Return the name of a column for messages: the person's own header, else its label."""
    column = sheet.column(field)
    own = one_line(column.header) if column and column.number and not column.made else ""
    return own or BY_NAME[field].label


def original_path(sheet: Sheet) -> Path | None:
    """Return the path of the file that `sheet` was read from; None for a frame."""
    return Path(sheet.folder) / sheet.source if sheet.folder is not None else None


def original_bytes(sheet: Sheet) -> bytes | None:
    """Return the bytes of the file that `sheet` was read from; None for a frame.

    Raises:
        ReadError: The file is gone, or is not the one that was read.
    """
    path = original_path(sheet)
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(
            f"{path} was read before and cannot be opened now ({error.strerror})."
        ) from None
    if hashlib.sha256(data).hexdigest() != sheet.sha256:
        raise ReadError(f"{path} was changed since it was read. Read it again.")
    return data
