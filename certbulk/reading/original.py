"""The file that a sheet was read from, as long as it is still the same."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.errors import ReadError

if TYPE_CHECKING:
    from certbulk.reading.sheet import Sheet

__all__ = ["original_bytes", "original_path"]


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
            f"{path}, which was read, cannot be opened any more ({error.strerror})."
        ) from None
    if hashlib.sha256(data).hexdigest() != sheet.sha256:
        raise ReadError(f"{path} was changed since it was read. Read it again.")
    return data
