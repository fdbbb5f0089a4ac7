"""Files that appear whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["beside", "check_writable", "write_whole"]


def beside(source: Path, kind: str, *, ending: str = ".xlsx", overwrite: bool = False) -> Path:
    """Return a path next to `source` to write to: `prices.results.xlsx` for `results`.

    Where that one exists, and may not be overwritten or is the source itself, it is
    `prices.results-2.xlsx`, and so on.
    """
    stem = source.stem
    head, _, tail = stem.rpartition(".")
    if tail == kind or tail.startswith(f"{kind}-"):
        stem = head
    path = source.with_name(f"{stem}.{kind}{ending}")
    number = 1
    while path.exists() and not (overwrite and path.name != source.name):
        number += 1
        path = source.with_name(f"{stem}.{kind}-{number}{ending}")
    return path


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Raise OutputError when a file cannot be written at `path` later.

    A run asks this first: once it has sent something, its results must find a place.
    """
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists already. Give another name, or allow overwriting.")
    if path.is_dir():
        raise OutputError(f"{path} is a folder. Give the name of a file in it.")
    if not path.parent.is_dir():
        raise OutputError(f"There is no folder {path.parent}. Create it, or give another path.")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise OutputError(
            f"Nothing can be written into {path.parent} ({error.strerror}). Give another path."
        ) from None


def write_whole(
    path: str | Path, write: Callable[[Path], None], *, overwrite: bool = False
) -> Path:
    """Let `write` fill a temporary file next to `path`, then give it its name in one step.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    path = Path(path)
    check_writable(path, overwrite=overwrite)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        _settle(temporary)
        temporary.chmod(0o666 & ~_umask())
        _name(temporary, path, overwrite=overwrite)
    except OutputError:  # an OSError as well, and it says itself what is wrong
        raise
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    return path


def _settle(path: Path) -> None:
    """Wait until the file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _name(temporary: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        temporary.replace(path)
        return
    try:
        path.hardlink_to(temporary)  # unlike a rename, this never replaces a file
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        temporary.replace(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
