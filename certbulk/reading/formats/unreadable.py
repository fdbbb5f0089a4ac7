"""Messages for files that cannot be read as a workbook."""

from __future__ import annotations

import re
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from certbulk.errors import ReadError
from certbulk.reading.formats.parts import CONTRADICTIONS

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["OLD", "is_another_format", "is_workbook", "unreadable"]

_PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml")
_OTHERS = {
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"%PDF": "PDF document",
    b"PAR1": "parquet file",
    b"{\\rtf": "text document",
    b"SQLite format 3": "database",
    b"Rar!": "packed archive",
    b"7z\xbc\xaf": "packed archive",
    b"\x1f\x8b": "packed archive",
}
"""How other files begin that are sometimes given the name of a workbook."""

_PACKED = {
    "word/document.xml": "text document",
    "ppt/presentation.xml": "presentation",
    "Index/Document.iwa": "document of Apple Numbers or Pages",
    "Index/Metadata.iwa": "document of Apple Numbers or Pages",
}
"""Parts of archives that are not workbooks."""

OLD = b"\xd0\xcf\x11\xe0"
"""The first bytes of compound files: .xls and encrypted workbooks."""

_OLD_AND_LOCKED = re.compile(rb"\x09\x08.\x00\x00[\x05\x06]..{4,12}?\x2f\x00", re.DOTALL)
"""The beginning of an encrypted .xls workbook: its first record, then one about encryption."""

_SEEN = 4096  # bytes that are looked at to recognise a text
_NO_LETTERS = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def unreadable(data: bytes, source: str, error: BaseException) -> ReadError:
    """Return the error that says why these bytes cannot be read, and what to do."""
    code, message = _why(data, source, error)
    return ReadError(message, code=code)


def _why(data: bytes, source: str, error: BaseException) -> tuple[str, str]:  # noqa: PLR0911 (a reason each)
    """Return the code of what keeps these bytes from being read, and the message."""
    if not data:
        return (
            "empty_file",
            f"{source} is empty (0 bytes). Save it again in your spreadsheet program.",
        )
    if _is_page(data):
        return "another_format", (
            f"{source} is a web page or XML, not a workbook. "
            "Open it in a spreadsheet program and save it as .xlsx."
        )
    if _is_locked(data, error):
        return "password", f"{source} is protected by a password. Save a copy without one."
    if what := _other(data):
        rename = " To read it as parquet, change its file extension to .parquet." * (
            what == "parquet file"
        )
        return "another_format", (
            f"{source} is a {what}, not a workbook. Choose the workbook, or type the rows into "
            f"one.{rename}"
        )
    parts = _parts(data)
    if what := next((kind for part, kind in _PACKED.items() if part in parts), ""):
        return "another_format", (
            f"{source} is a {what}, not a workbook. Open it in its own program, and save or export "
            "the table as .xlsx."
        )
    if _is_text(data):
        ending = ".tsv" if data.count(b"\t") > data.count(b",") + data.count(b";") else ".csv"
        return "text_file", (
            f"{source} is a text file, not a workbook. Change its file extension to {ending}, or "
            "open it in a spreadsheet program and save it as .xlsx."
        )
    return "damaged" if is_workbook(data) else "another_format", (
        f"{source} cannot be read as a workbook ({_reason(data, error)}). "
        "Open it in a spreadsheet program and save it as .xlsx."
    )


def is_another_format(data: bytes) -> bool:
    """Whether bytes begin like a file that is neither a workbook nor text with columns."""
    return _is_page(data) or bool(_other(data))


def is_workbook(data: bytes) -> bool:
    """Whether bytes begin like a workbook of some format."""
    return data.startswith((OLD, b"PK\x03\x04"))


def _is_page(data: bytes) -> bool:
    return data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES)


def _other(data: bytes) -> str:
    """Return in words what bytes are that begin like another kind of file; blank for none."""
    return next((kind for begin, kind in _OTHERS.items() if data.startswith(begin)), "")


def _reason(data: bytes, error: BaseException) -> str:
    """Return the reason that the reader gave, in plain words."""
    reason = str(error).partition("\n")[0].removeprefix("calamine error: ")
    if "Cannot detect file format" in reason or isinstance(error, BadZipFile):
        begin = "it begins like one, but is cut short or damaged"
        return begin if is_workbook(data) else "it has none of the formats of workbooks"
    return reason or type(error).__name__


def _is_locked(data: bytes, error: BaseException) -> bool:
    """Whether a workbook is encrypted, in any format."""
    if data.startswith(OLD):
        return (
            b"E\0n\0c\0r\0y\0p\0t" in data
            or bool(_OLD_AND_LOCKED.search(data))
            or "encrypted" in str(error).lower()
        )
    if "encrypted" in str(error).lower():
        return True
    with (
        suppress(*CONTRADICTIONS),
        ZipFile(BytesIO(data)) as package,
    ):
        return b"encryption-data" in package.read("META-INF/manifest.xml")
    return False


def _parts(data: bytes) -> Collection[str]:
    with (
        suppress(*CONTRADICTIONS),
        ZipFile(BytesIO(data)) as package,
    ):
        return package.namelist()
    return ()


def _is_text(data: bytes) -> bool:
    """Whether bytes look like lines of text in any encoding."""
    seen = data[:_SEEN]
    if seen.startswith(_MARKS):
        return True
    return len(seen) > 1 and seen.translate(None, _NO_LETTERS) == seen
