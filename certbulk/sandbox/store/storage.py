"""Reading and writing the state file of a sandbox."""

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from certbulk.sandbox.store.records import Record, blank

__all__ = ["StateUnreadableError", "load", "save"]

_FORMAT = "certbulk sandbox 1"


class StateUnreadableError(ValueError):
    """The state file is not one that a sandbox wrote."""


def load(path: Path) -> tuple[list[Record], int]:
    """Return the records and the next id from a state file.

    Raises `StateUnreadableError`, and `OSError` if the file cannot be read at all.
    """
    try:
        stored = json.loads(path.read_bytes())
        records, next_id = stored["types"], stored["next_id"]
        known = blank(0, 0).keys()
        sound = stored["format"] == _FORMAT and all(one.keys() == known for one in records)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path) from error
    if not sound or not isinstance(next_id, int):
        raise _unreadable(path)
    return records, next_id


def save(path: Path, records: Iterable[Record], next_id: int) -> None:
    """Write the records whole or not at all, readable by this user only.

    After a crash there is either the old file or the new one.
    """
    # One record a line: json's own indentation is many times slower.
    lines = ",\n".join(json.dumps(record) for record in records)
    text = f'{{"format": "{_FORMAT}", "next_id": {next_id}, "types": [\n{lines}\n]}}\n'
    # In the same folder, as a rename is atomic only within a file system; its mode is 0600.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may undo the rename. Windows does not have it.
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unreadable(path: Path) -> StateUnreadableError:
    return StateUnreadableError(
        f"{path} is not the state of a sandbox. Choose another file, or move this one away."
    )
