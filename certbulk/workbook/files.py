"""Files that appear whole or not at all, and never in the place of another."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["beside", "check_writable", "same_file", "write_whole"]

_LONGEST_NAME = 255  # bytes, on nearly every file system; units of UTF-16 on Windows
_PREFIX = ".certbulk-"  # of temporary files: short, however long the name is that they get


def beside(source: Path, kind: str, *, ending: str = ".xlsx", overwrite: bool = False) -> Path:
    """Return a path next to `source` to write to: `prices.results.xlsx` for `results`.

    If that one exists, and may not be overwritten or is the source itself, it is
    `prices.results-2.xlsx`, and so on. A name that would be too long is cut before `.results`.
    """
    stem = source.stem
    head, _, tail = stem.rpartition(".")
    if tail == kind or tail.startswith(f"{kind}-"):
        stem = head
    longest = _longest_name(source.parent)
    number = 1
    while True:
        end = f".{kind}{f'-{number}' if number > 1 else ''}{ending}"
        path = source.with_name(_cut(stem, longest - len(end.encode())) + end)
        if not os.path.lexists(path) or (overwrite and path.name != source.name):
            return path
        number += 1


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Raise OutputError if no file can be written at `path` later.

    It is tried under its real name: not only the folder can be in the way, but also the length of
    the name or a letter in it. A run asks this first: once it has sent something, its results must
    find a place. What is behind a link is what is written.
    """
    try:
        _try(path, overwrite=overwrite)
    except OutputError:  # an OSError as well, and it says itself what is wrong
        raise
    except OSError as error:
        raise _refused(path, error) from None
    except ValueError as error:  # a NUL in it
        raise OutputError(f"{path} is not the name of a file ({error}).") from None


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file that is there."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # not there, or not even a name
        return False


def write_whole(
    path: str | Path, write: Callable[[Path], None], *, overwrite: bool = False
) -> Path:
    """Let `write` fill a temporary file next to `path`, then give it its name in one step.

    A file that is overwritten keeps its rights, and its owner where that can be. Of a link, what is
    behind it is written. One file with several names (hard links) is filled anew where it stands,
    as a new one would take only one of its names.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    path = Path(path)
    check_writable(path, overwrite=overwrite)
    target = _behind_links(path)
    try:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=target.parent)
    except OSError as error:  # a disk that is full, say
        raise _refused(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        _settle(temporary)
        _name(temporary, target, overwrite=overwrite)
    except OutputError:  # an OSError as well, and it says itself what is wrong
        raise
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    return path


def _longest_name(folder: Path) -> int:
    """Return how many bytes a file's name may have in a folder."""
    try:
        here = os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, ValueError, OSError):  # another system, or no such folder
        return _LONGEST_NAME
    return min(here, _LONGEST_NAME) if here > 0 else _LONGEST_NAME


def _cut(text: str, most: int) -> str:
    """Return the beginning of `text` that has at most so many bytes."""
    if len(os.fsencode(text)) <= most:
        return text
    return os.fsencode(text)[: max(most, 1)].decode(errors="ignore").rstrip()


def _behind_links(path: Path) -> Path:
    """Return the path of the file that `path` leads to."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _try(path: Path, *, overwrite: bool) -> None:
    """Raise an OSError if no file can be written at `path`."""
    if os.path.lexists(path) and not overwrite:
        raise FileExistsError
    target = _behind_links(path)
    if target.is_dir():
        raise OutputError(f"{path} is a folder. Give the name of a file in it.")
    if not target.parent.is_dir():
        raise OutputError(f"There is no folder {target.parent}. Create it, or give another path.")
    try:
        with tempfile.NamedTemporaryFile(prefix=_PREFIX, dir=target.parent):
            pass
    except PermissionError as error:
        raise OutputError(
            f"Nothing can be written into {target.parent} ({error.strerror}). Give another path."
        ) from None
    if target.exists():
        _try_existing(target)
    else:
        _try_new(target)


def _try_existing(path: Path) -> None:
    """Raise an OSError if a file that is there cannot be written."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OutputError(f"{path} is not a file that can be replaced. Give another name.")
    # The rights are looked at, too: the system lets its administrator write everything.
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise OutputError(f"{path} is read-only. Allow writing it, or give another name.")
    with path.open("rb+"):
        pass


def _try_new(path: Path) -> None:
    """Raise an OSError if no file can be made under this name; it is removed at once."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    path.unlink()


def _refused(path: Path, error: OSError) -> OutputError:
    """Return what to raise if the system refuses a file."""
    if isinstance(error, FileExistsError):
        return OutputError(f"{path} exists already. Give another name, or allow overwriting.")
    if error.errno == errno.ENAMETOOLONG:
        return OutputError(f"The name of {path} is too long for a file here. Give a shorter one.")
    return OutputError(
        f"{path} cannot be written ({error.strerror or error}). Give another name or path."
    )


def _settle(path: Path) -> None:
    """Wait until the file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _name(temporary: Path, path: Path, *, overwrite: bool) -> None:
    """Give the temporary file its name, with the rights of the one that it takes the place of."""
    if overwrite and path.exists():
        if path.stat().st_nlink > 1 or not _has_rights_of(temporary, path):
            _pour(temporary, path)
        else:
            temporary.replace(path)
        return
    temporary.chmod(0o666 & ~_umask())
    if overwrite:
        temporary.replace(path)
        return
    try:
        path.hardlink_to(temporary)  # unlike a rename, this never replaces a file
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        temporary.replace(path)


def _has_rights_of(temporary: Path, path: Path) -> bool:
    """Give a new file the rights of another; false if it must have another owner than that."""
    old, new = path.stat(), temporary.stat()
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.chown(temporary, old.st_uid, old.st_gid)
        except OSError:
            return False
    shutil.copystat(path, temporary)
    os.utime(temporary)
    return True


def _pour(temporary: Path, path: Path) -> None:
    """Write what one file holds into another that stays the same file."""
    with temporary.open("rb") as source, path.open("rb+") as file:
        shutil.copyfileobj(source, file)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
