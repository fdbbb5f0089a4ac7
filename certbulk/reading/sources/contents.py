"""Bytes and open files: their content, what they are called, and their format."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.file_formats import FILE_FORMATS, format_of
from certbulk.errors import ReadError
from certbulk.reading.formats.unreadable import is_another_format, is_workbook, unreadable

if TYPE_CHECKING:
    from certbulk.core.file_formats import FileFormat
    from certbulk.reading.sources.source import OpenFile

__all__ = ["Content", "content_of"]

_PARQUET = b"PAR1"
_JSON = (b"{", b"[")
_SEEN = 512  # bytes
_UNNAMED = "unnamed file"


class Content(NamedTuple):
    """The content of a file that is not on a disk, or is open.

    Attributes:
        name: What it is called in messages.
        data: Its bytes; a text's in UTF-8.
        format: Its format, by its name, else by its first bytes.
        is_text: Whether its bytes had been decoded already.
    """

    name: str
    data: bytes
    format: FileFormat
    is_text: bool = False


def content_of(source: bytes | bytearray | memoryview | OpenFile, largest: int) -> Content:
    """Return the content of bytes, or of an open file from its start to its end.

    Args:
        source: The bytes, or the file.
        largest: The most bytes that are read.

    Raises:
        ReadError: The file is not at its start, cannot be read, or is too large; or the content
            has no format that can be read.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return _content(_UNNAMED, bytes(source), largest, is_text=False)
    given = getattr(source, "name", None)
    name = PurePath(given).name if isinstance(given, str) else ""
    name = name or _UNNAMED
    _check_at_start(source, name)
    text = _read(source, name, largest + 1)
    if isinstance(text, bytes):
        return _content(name, text, largest, is_text=False)
    try:
        return _content(name, text.encode(), largest, is_text=True)
    except UnicodeEncodeError:
        raise ReadError(
            f"{name} was opened as text in the wrong encoding. Open it with mode 'rb'."
        ) from None


def _check_at_start(source: OpenFile, name: str) -> None:
    """Check that nothing of a file was read before: the rows before its position would be lost."""
    try:
        at = source.tell()  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):  # a pipe, a socket, an answer of a server
        return
    if at:
        raise ReadError(
            f"{name} is not at its start: something has read it before. Go back with "
            "file.seek(0), or open it again."
        )


def _read(source: OpenFile, name: str, most: int) -> str | bytes:
    """Return what a file has, at most so much of it."""
    pieces: list[str | bytes] = []
    size = 0
    try:
        while size < most and (piece := source.read(most - size)):  # a pipe gives it in pieces
            if not isinstance(piece, str | bytes):
                raise ReadError(
                    f"{name} gives a {type(piece).__name__} when it is read, not bytes. Give the "
                    "bytes themselves."
                )
            pieces.append(piece)
            size += len(piece)
    except UnicodeDecodeError:
        raise ReadError(
            f"{name} was opened as text, but is not text in that encoding. Open it with mode 'rb'."
        ) from None
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise ReadError(f"{name} cannot be read: {error}.") from None
    if pieces and isinstance(pieces[0], str):
        return "".join(map(str, pieces))
    return b"".join(piece for piece in pieces if isinstance(piece, bytes))


def _content(name: str, data: bytes, largest: int, *, is_text: bool) -> Content:
    if len(data) > largest:
        raise ReadError(f"{name} is larger than {largest >> 20} MB. Split it.")
    return Content(name, data, format_of(name) or _format_of(name, data), is_text)


def _format_of(name: str, data: bytes) -> FileFormat:
    """Return the format of a content; its name has no known extension."""
    begin = data[:_SEEN].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith(_JSON):
        raise ReadError(
            f"{name} looks like JSON, which is not read. Give the list itself: json.loads(...)."
        )
    if is_workbook(data):
        suffix = ".xlsx"  # its reader tells all workbooks apart
    elif data.startswith(_PARQUET):
        suffix = ".parquet"
    elif not data or is_another_format(data):
        raise unreadable(data, name, ValueError())
    else:
        suffix = ".csv"
    return next(known for known in FILE_FORMATS if known.suffix == suffix)
