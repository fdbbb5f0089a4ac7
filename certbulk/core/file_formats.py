"""The lists of file formats: what can be read and written, and what help and documents say of it.

A format is one entry here and its reader: a function that takes a `FileToRead` and returns a
`Found` (both in `certbulk.reading.formats.grid`). It is named here, and imported when a file of its
format is read, so that `--help` need not wait for it. The sheets of the workbook to fill in are
named here as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CHANGE",
    "CHOICES",
    "FILE_FORMATS",
    "HELPERS",
    "HOW_TO",
    "TYPES",
    "WRITTEN_FORMATS",
    "FileFormat",
    "WrittenFormat",
    "either",
    "format_of",
    "suffixes",
    "written_format",
]

TYPES = "certificate_types"
CHOICES = "choices"
HOW_TO = "how_to"
HELPERS = (CHOICES, HOW_TO)
"""Sheets for people and drop-downs, in which nobody writes rows. `LISTS` are names of more."""

CHANGE = "change"
"""How the source of rows begins that are not from a file, but from a change in words."""


class FileFormat(NamedTuple):
    """One format of files.

    Attributes:
        suffix: The end of a file's name, in lower case.
        name: What it is, for the reference.
        known_as: The word for it and its like on the page.
        reader: `module:function` of its reader.
        has_sheets: Whether a file has sheets with names.
        has_encoding: Whether the encoding of its text can be given.
        is_kept: Whether a copy with notes or repairs keeps everything else as it is.
    """

    suffix: str
    name: str
    known_as: str
    reader: str
    has_sheets: bool = False
    has_encoding: bool = False
    is_kept: bool = False


_WORKBOOK = "certbulk.reading.workbook:read_workbook"
_TEXT = "certbulk.reading.formats.text.text_files:read_text"

FILE_FORMATS: tuple[FileFormat, ...] = (
    FileFormat(".xlsx", "Excel workbook", "Excel", _WORKBOOK, has_sheets=True, is_kept=True),
    FileFormat(
        ".xlsm", "Excel workbook with macros", "Excel", _WORKBOOK, has_sheets=True, is_kept=True
    ),
    FileFormat(".xls", "Excel 97-2003 workbook", "Excel", _WORKBOOK, has_sheets=True),
    FileFormat(".xlsb", "Excel binary workbook", "Excel", _WORKBOOK, has_sheets=True),
    FileFormat(".ods", "OpenDocument spreadsheet", "LibreOffice", _WORKBOOK, has_sheets=True),
    FileFormat(".csv", "Values with commas or semicolons", ".csv", _TEXT, has_encoding=True),
    FileFormat(".tsv", "Values with tabs", ".csv", _TEXT, has_encoding=True),
    FileFormat(".txt", "Values with any of these between them", ".csv", _TEXT, has_encoding=True),
    FileFormat(
        ".parquet",
        "Parquet table",
        ".parquet",
        "certbulk.reading.formats.tables.plain_sources:read_parquet",
    ),
)


class WrittenFormat(NamedTuple):
    """One format in which a table can be written: see `--format`.

    Attributes:
        name: The name for `--format`.
        suffix: The end of a file's name.
        what: What it is, for the reference.
        writer: Its writer in `certbulk.workbook.writing.output_tables`: a function that takes an
            `OutputTable` and returns bytes.
        is_text: Whether it can be shown in a terminal.
    """

    name: str
    suffix: str
    what: str
    writer: str
    is_text: bool = False


WRITTEN_FORMATS: tuple[WrittenFormat, ...] = (
    WrittenFormat("csv", ".csv", "Values with commas, in UTF-8", "csv_bytes", is_text=True),
    WrittenFormat("json", ".json", "A list of objects", "json_bytes", is_text=True),
    WrittenFormat("parquet", ".parquet", "Parquet table", "parquet_bytes"),
    WrittenFormat("xlsx", ".xlsx", "Excel workbook", "xlsx_bytes"),
)


def written_format(name: str) -> WrittenFormat | None:
    """Return the format in which tables are written that has this name or suffix; None if none."""
    wanted = name.lower()
    return next((one for one in WRITTEN_FORMATS if wanted in {one.name, one.suffix}), None)


def format_of(name: str) -> FileFormat | None:
    """Return the format of a file by its name; None if it is not one that can be read."""
    stem, _, ending = name.rpartition(".")
    suffix = f".{ending.lower()}" if stem else ""
    return next((known for known in FILE_FORMATS if known.suffix == suffix), None)


def suffixes(*, kept: bool = False) -> list[str]:
    """Return the suffixes of all formats, or only of those whose copies are kept as they are."""
    return [known.suffix for known in FILE_FORMATS if known.is_kept or not kept]


def either(words: Iterable[str], last: str = "or") -> str:
    """Return the words as an enumeration: `.csv, .tsv or .parquet`; each once."""
    *before, end = dict.fromkeys(words)
    return f"{', '.join(before)} {last} {end}" if before else end
