"""Files that are written whole or not at all, and never replace another by accident."""

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

__all__ = [
    "check_target",
    "check_writable",
    "path_beside",
    "same_file",
    "write_whole",
]

_LONGEST_NAME = 255  # bytes, on nearly every file system; UTF-16 units on Windows
_PREFIX = ".certbulk-"  # of temporary files


def path_beside(
    source: Path, kind: str, *, extension: str = ".xlsx", overwrite: bool = False
) -> Path:
    """Return an unused path next to `source`: `prices.results.xlsx` for the kind `results`.

    If that exists and must not be overwritten, or is the source itself, it is
    `prices.results-2.xlsx`, and so on. A name that would be too long is cut before `.results`.
    """
    stem = source.stem
    head, _, tail = stem.rpartition(".")
    if tail == kind or tail.startswith(f"{kind}-"):
        stem = head
    longest = _longest_name(source.parent)
    number = 1
    while True:
        end = f".{kind}{f'-{number}' if number > 1 else ''}{extension}"
        path = source.with_name(_cut(stem, longest - len(end.encode())) + end)
        if not os.path.lexists(path) or (overwrite and path.name != source.name):
            return path
        number += 1


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Raise OutputError if a file cannot be written at `path`.

    A run checks this before it sends anything, so that its results can be saved. The check creates
    a file with the real name, because the length of the name or a character in it may be refused,
    too. A link stands for its target.
    """
    try:
        _try(path, overwrite=overwrite)
    except OutputError:  # also an OSError, with its own message
        raise
    except OSError as error:
        raise _refused(path, error) from None
    except ValueError as error:  # a NUL character
        raise OutputError(f"{path} is not the name of a file ({error}).") from None


def check_target(path: str | Path, *, overwrite: bool) -> Path:
    """Return the path of an .xlsx file that can be written.

    Raises:
        OutputError: It exists and `overwrite` is false, it cannot be written, or it does not end in
            .xlsx.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise OutputError(f"{target} must end in .xlsx.")
    check_writable(target, overwrite=overwrite)
    return target


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same existing file."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # it does not exist, or is not a valid path
        return False


def write_whole(
    path: str | Path, write: Callable[[Path], None], *, overwrite: bool = False
) -> Path:
    """Let `write` fill a temporary file next to `path`, then rename it in one step.

    An overwritten file keeps its permissions, and its owner if possible. A link stands for its
    target. A file with several names (hard links) is rewritten in place, because a new file would
    take over only one of the names.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    path = Path(path)
    check_writable(path, overwrite=overwrite)
    target = _behind_links(path)
    try:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=target.parent)
    except OSError as error:  # the disk is full, for example
        raise _refused(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        _sync(temporary)
        _rename(temporary, target, overwrite=overwrite)
    except OutputError:  # also an OSError, with its own message
        raise
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    return path


def _longest_name(folder: Path) -> int:
    """Return the maximum length of a file name in a folder, in bytes."""
    try:
        here = os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, ValueError, OSError):  # another system, or no such folder
        return _LONGEST_NAME
    return min(here, _LONGEST_NAME) if here > 0 else _LONGEST_NAME


def _cut(text: str, most: int) -> str:
    """Return the beginning of `text`, at most `most` bytes long."""
    if len(os.fsencode(text)) <= most:
        return text
    return os.fsencode(text)[: max(most, 1)].decode(errors="ignore").rstrip()


def _behind_links(path: Path) -> Path:
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _try(path: Path, *, overwrite: bool) -> None:
    """Raise an OSError if a file cannot be written at `path`."""
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
            f"Cannot write to the folder {target.parent} ({error.strerror}). Give another path."
        ) from None
    if target.exists():
        _try_existing(target)
    else:
        _try_new(target)


def _try_existing(path: Path) -> None:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OutputError(f"{path} is not a file that can be replaced. Give another name.")
    # Check the permissions, too: an administrator may write everything.
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise OutputError(f"{path} is read-only. Make it writable, or give another name.")
    with path.open("rb+"):
        pass


def _try_new(path: Path) -> None:
    """Raise an OSError if a file with this name cannot be created; it is removed at once."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    path.unlink()


def _refused(path: Path, error: OSError) -> OutputError:
    """Return the error for a file that the system refuses."""
    if isinstance(error, FileExistsError):
        return OutputError(
            f"{path} exists already. Give another name, or allow overwriting.",
            terminal="To replace it: --overwrite.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return OutputError(f"The file name of {path} is too long here. Give a shorter one.")
    return OutputError(
        f"{path} cannot be written ({error.strerror or error}). Give another name or path."
    )


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _rename(temporary: Path, path: Path, *, overwrite: bool) -> None:
    """Rename the temporary file, with the permissions of the file that it replaces."""
    if overwrite and path.exists():
        if path.stat().st_nlink > 1 or not _has_rights_of(temporary, path):
            _copy_into(temporary, path)
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
    """Copy the permissions of a file to a new one; false if the owner cannot be the same."""
    old, new = path.stat(), temporary.stat()
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.chown(temporary, old.st_uid, old.st_gid)
        except OSError:
            return False
    shutil.copystat(path, temporary)
    os.utime(temporary)
    return True


def _copy_into(temporary: Path, path: Path) -> None:
    """Copy the contents of a file into another, which stays the same file."""
    with temporary.open("rb") as source, path.open("rb+") as file:
        shutil.copyfileobj(source, file)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
