"""The list of file formats: what can be read, and what help, documents and the page say of it.

A format is one entry here and its reader: a function that takes a `FileToRead` and returns a
`Found` (both in `certbulk.reading.formats.grid`). It is named here, and imported when a file of its
format is read, so that `--help` need not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FILE_FORMATS", "FileFormat", "either", "format_of", "suffixes"]


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


_WORKBOOK = "certbulk.reading.formats.workbook:read_workbook"
_TEXT = "certbulk.reading.formats.plain_sources:read_text"

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
        "certbulk.reading.formats.plain_sources:read_parquet",
    ),
)


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
