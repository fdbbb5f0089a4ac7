"""A sheet as it was read: text cells, each at its true address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.core.findings.finding import found, one_line, quoted
from certbulk.core.references.directory import NO_NAMES
from certbulk.displayable import Displayable
from certbulk.errors import ReadError
from certbulk.reading.labels import ROW_INDEX
from certbulk.reading.matches import HeaderMatch, header_matches
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.reading.labels import Labels
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = [
    "Sheet",
    "cell_finding",
    "column_name",
    "original_bytes",
    "original_path",
    "placed",
    "short_name",
]

_LONGEST_HEADER = 40


@dataclass(frozen=True, slots=True, repr=False, eq=False)
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
        vocabulary_file: The file of words that was given; empty for none.
        mapping_file: The file of the mapping that was given; empty for none.

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
        >>> sheet.row_name(2)  # what messages call the first row
        '"spring"'
    """

    source: str
    sha256: str
    name: str | None
    header_row: int
    rows: NDArray[np.int64]
    columns: tuple[SheetColumn, ...]
    findings: tuple[Finding, ...]
    folder: str | None = None
    vocabulary: Vocabulary = field(default_factory=shipped, compare=False)
    directory: Directory = NO_NAMES
    above: tuple[tuple[int, int, str], ...] = ()
    labels: Labels | None = None
    vocabulary_file: str = ""
    mapping_file: str = ""

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

    def row_name(self, row: int) -> str:
        """Return what messages call a row: its label in a frame, else its true number."""
        in_frame = self.labels is not None and row > self.header_row
        return self.labels.text(row) if self.labels and in_frame else str(row)

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
        has_addresses = self.labels is None
        return header_matches(
            self.columns, self.header_row, self.vocabulary, addresses=has_addresses
        )

    def __repr__(self) -> str:
        matched = sum(column.field is not None for column in self.columns)
        columns = counted(len(self.columns), "column")
        of_file = f", header in row {self.header_row}" if self.labels is None else ""
        return (
            f"Sheet of {self.origin}: {counted(len(self), 'row')}, {columns} ({matched} known)"
            f"{of_file}"
        )


def cell_finding(
    sheet: Sheet,
    position: int,
    field: str,
    code: str,
    message: str,
    *,
    suggestion: str | None = None,
    parts: Mapping[str, str] | None = None,
) -> Finding:
    """Return a finding about the cell of a row, or about the row if it has no such cell.

    Args:
        sheet: The sheet.
        position: The position of the row among those of the sheet, from 0.
        field: The canonical name of the column.
        code: The code of the finding.
        message: The message.
        suggestion: A repair. A value that was made of other cells gets none: those would keep it.
        parts: What the message names besides the value, the column and the row.
    """
    row, column = int(sheet.rows[position]), sheet.column(field)
    return found(
        code,
        message,
        row=row,
        cell=column.address(row) if column else None,
        field=field,
        value=column.cells[position] if column else None,
        suggestion=None if column and column.made else suggestion,
        parts=parts,
    )


def placed(sheet: Sheet, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings; those of a frame name rows by their labels and columns by their names.

    Use it for all findings about a sheet that are made after it was read.
    """
    if sheet.labels is None:
        return tuple(findings)
    own = (column for column in sheet.columns if column.number and not column.made)
    names = {(c.address(1) or "").removesuffix("1"): c for c in own}
    return tuple(replace(f, place=_place(f, sheet, names)) for f in findings)


def _named(column: SheetColumn, sheet: Sheet) -> str:
    """Return what a column of a frame is called; one without a name is counted."""
    header = one_line(column.header)
    levels = sheet.labels.columns if sheet.labels else 0
    return f"column {quoted(header)}" if header else f"column {(column.number or 0) - levels}"


def _place(finding: Finding, sheet: Sheet, names: Mapping[str, SheetColumn]) -> str:
    """Return the row, and the column unless the message names it."""
    if finding.row is None:
        return ""
    column = names.get((finding.cell or "").removesuffix(str(finding.row)))
    if finding.row <= sheet.header_row:
        return _named(column, sheet) if column else ""
    row = f"row {sheet.row_name(finding.row)}"
    if column is None or _names(finding, one_line(column.header)):
        return row
    return f"{row}, {_named(column, sheet)}"


def _names(finding: Finding, header: str) -> bool:
    """Whether the message has the column's name, and not as the text of the cell."""
    named = bool(header) and quoted(header) in finding.message
    return named and one_line(finding.value or "") != header


def column_name(sheet: Sheet, field: str) -> str:
    """Return the name of a column for messages: the person's own header, else its label."""
    column = sheet.column(field)
    own = one_line(column.header) if column and column.number and not column.made else ""
    return own or BY_NAME[field].label


def short_name(sheet: Sheet, field: str) -> str:
    """Return the name of a column, short enough for a line of text: see `column_name`.

    The asterisk of columns that a new type needs is left out, and a long header is cut.
    """
    header = column_name(sheet, field).removesuffix("*").rstrip()
    if len(header) > _LONGEST_HEADER:
        return header[: _LONGEST_HEADER - 1].rstrip() + "…"
    return header or BY_NAME[field].label


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


def row_label(sheet: Sheet, row: int | None) -> Any:
    """Return the label of a row of a frame as a JSON-ready value; None for a file."""
    return sheet.labels.document(row) if sheet.labels else None


def finding_document(sheet: Sheet, finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON-ready values; of a frame, with the row's label and no cell."""
    of_frame = {"cell": None, "row_label": row_label(sheet, finding.row)} if sheet.labels else {}
    return finding.as_dict() | of_frame
