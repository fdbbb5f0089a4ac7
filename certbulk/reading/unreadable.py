"""Why bytes cannot be read as a workbook, in words for whoever chose the file."""

from __future__ import annotations

import re
from contextlib import suppress
from io import BytesIO
from zipfile import BadZipFile, ZipFile

__all__ = ["why_unreadable"]

_PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml")
_OTHERS = {
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"%PDF": "PDF document",
}
"""What files begin with that are given the name of a workbook now and then."""

_COMPOUND = b"\xd0\xcf\x11\xe0"
_OLD_AND_LOCKED = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}\x2f\x00", re.DOTALL)
"""How an .xls workbook begins: with a record that says so, and one that it is encrypted."""


def why_unreadable(data: bytes, source: str, error: BaseException) -> str:
    """Return why these bytes cannot be read, and what to do."""
    if not data:
        return f"{source} is empty (0 bytes). Save it again in your spreadsheet program."
    if data[:512].lstrip().lower().startswith(_PAGES):
        return (
            f"{source} is a web page or XML, not a workbook, whatever its name says. "
            "Open it in a spreadsheet program and save it as .xlsx."
        )
    if _is_locked(data):
        return f"{source} is protected by a password. Save a copy without one."
    if what := next((kind for begin, kind in _OTHERS.items() if data.startswith(begin)), ""):
        return (
            f"{source} is a {what}, not a workbook, whatever its name says. Choose the workbook, "
            "or type what it shows into one."
        )
    reason = str(error).partition("\n")[0].removeprefix("calamine error: ")
    return (
        f"{source} cannot be read as a workbook ({reason}). "
        "Open it in a spreadsheet program and save it as .xlsx."
    )


def _is_locked(data: bytes) -> bool:
    """Tell whether a workbook is encrypted: as .xlsx and .xlsb, as .xls, or as .ods."""
    if data.startswith(_COMPOUND):
        return b"E\0n\0c\0r\0y\0p\0t" in data or bool(_OLD_AND_LOCKED.search(data))
    with (
        suppress(BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError),
        ZipFile(BytesIO(data)) as package,
    ):
        return b"encryption-data" in package.read("META-INF/manifest.xml")
    return False
