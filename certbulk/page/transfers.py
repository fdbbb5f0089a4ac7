"""Files that come from the page and go to it, in parts: a message has a largest size."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import certbulk as cb
from certbulk.core.cleaning import clean
from certbulk.core.file_formats import format_of, suffixes
from certbulk.errors import ReadError
from certbulk.repairing.target_workbook import extension_of_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certbulk.page.state import State

__all__ = ["LARGEST", "Inbox", "Outbox", "short_name"]

LARGEST = 20 << 20
"""Bytes of an uploaded file. A full plan of a chain is far below one megabyte."""

_PART = 256 << 10
_LONGEST_NAME, _LONGEST_ENDING = 200, 10  # bytes: with what is put behind it, a name fits
_SHOWN, _HEAD = 60, 40


class Inbox:
    """Takes one file at a time, in parts, into a folder that ends with the page.

    The file that was kept last stays until another one is kept: what was read from it can still
    be asked for if the next one cannot be read.

    Attributes:
        path: The file that was kept last.
        arrived: The file that is coming, or has come and is not kept yet.
        size: How much of it is there.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="certbulk-"))
        self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self.path = self.arrived = self._folder / "nothing" / "nothing"
        self.size = 0

    def take(self, message: Mapping[str, Any], buffers: Sequence[bytes]) -> bool:
        """Take a part and return whether the file is whole.

        Raises:
            ReadError: It is too large, one of several, of no kind that is read, or out of order.
        """
        if int(message.get("files", 1)) != 1:
            raise ReadError("Drop one workbook at a time.")
        size, at = int(message["size"]), int(message["at"])
        if size > LARGEST:
            raise ReadError(
                f"The file has {size / (1 << 20):.0f} MB; this page takes {LARGEST >> 20} MB. Take "
                "pictures and other sheets out of it, or split it in two."
            )
        if at == 0:
            self._begin(str(message["name"]))
        part = b"".join(buffers)
        if at != self.size or at + len(part) > size or (not part and size):
            raise ReadError("The upload was cut off. Drop the file again.")
        with self.arrived.open("ab") as file:
            file.write(part)
        self.size += len(part)
        return self.size == size

    def keep(self) -> None:
        """Let the file that has come take the place of the one that was kept before."""
        if self.path != self.arrived:
            _forget(self.path)
            self.path = self.arrived

    def adopt(self, path: Path) -> None:
        """Take a copy of a file that was kept.

        Raises:
            ReadError: It is gone.
        """
        self._begin(path.name)
        try:
            shutil.copyfile(path, self.arrived)
        except OSError:
            raise ReadError("The workbook is gone. Drop it again.") from None
        self.size = self.arrived.stat().st_size

    def _begin(self, name: str) -> None:
        safe = _safe(name)
        if format_of(safe) is None:
            raise ReadError(
                f"{short_name(safe)} is not a kind of file that can be read here. Save it as one "
                f"of: {', '.join(suffixes())}."
            )
        if self.arrived != self.path:
            _forget(self.arrived)
        # In a folder of its own: the next one may have the name of the one before.
        self.arrived = Path(tempfile.mkdtemp(dir=self._folder)) / safe
        self.arrived.touch(mode=0o600)
        self.size = 0

    def put_away(self) -> None:
        """Remove the file that has come and was not kept."""
        if self.arrived != self.path:
            _forget(self.arrived)
            self.arrived, self.size = self.path, 0

    def plain(self, message: str) -> str:
        """Return a message with a file's name if it has the path of its folder as well."""
        for path in (self.path, self.arrived):
            message = message.replace(f"{path.parent}{os.sep}", "")
        return message

    def close(self) -> None:
        """Remove the files."""
        self._remove()


def _forget(path: Path) -> None:
    shutil.rmtree(path.parent, ignore_errors=True)


class Outbox:
    """Hands out files in parts; each is made when its first part is asked for."""

    def __init__(self) -> None:
        self._name, self._data = "", b""

    def part(self, state: State, message: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return the answer to a request for a part of a file, and the part.

        Raises:
            CertbulkError: There is no such file now, or it cannot be written.
        """
        kind, at = str(message["file"]), int(message["at"])
        if at == 0:
            self._name, self._data = _made(kind, state)
        answer = {"kind": "part", "file": kind, "at": at, "size": len(self._data)}
        return {**answer, "name": self._name}, self._data[at : at + _PART]


def _made(kind: str, state: State) -> tuple[str, bytes]:
    """Return the name and the bytes of a file to download."""
    writers: dict[str, tuple[str, Callable[[Path], object]]] = {
        "template": ("certificate_types.xlsx", cb.template)
    }
    if state.report is not None and kind == "annotated":
        source = Path(_safe(state.report.sheet.source))
        ending = extension_of_copy(state.report.sheet)
        writers["annotated"] = (
            f"{source.stem}.to_repair{ending}",
            partial(cb.annotate, state.report),
        )
    if state.plan is not None:
        name = _safe(Path(state.plan.report.sheet.source).stem)
        writers["plan"] = (f"{name}.plan.xlsx", state.to_send.to_excel)
    if state.run is not None:
        name = _safe(Path(state.run.plan.report.sheet.source).stem)
        writers["results"] = (f"{name}.results.xlsx", state.run.to_excel)
    if kind not in writers:
        raise ReadError("This file is not there any more. Load the page again.")
    name, write = writers[kind]
    with tempfile.TemporaryDirectory(prefix="certbulk-") as folder:
        path = Path(folder, name)
        write(path)
        return name, path.read_bytes()


def _safe(name: str) -> str:
    """Return a file's name without what could lead elsewhere, or mean something to a system."""
    last = name.replace("\\", "/").rpartition("/")[2]
    last = clean(last, max(1, len(last)))  # whole: the ending is what tells the kind of file
    kept = "".join(" " if letter in '<>:"|?*' else letter for letter in last).strip(" .")
    ending = Path(kept).suffix[:_LONGEST_ENDING]
    stem = kept.removesuffix(ending).encode()[:_LONGEST_NAME].decode(errors="ignore")
    return stem.rstrip() + ending or "workbook"


def short_name(name: str) -> str:
    """Return a file's name for the page: of a long one, the beginning and the end.

    Example:
        >>> short_name("a" * 200 + " of May.xlsx")
        'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…aaaaaaa of May.xlsx'
    """
    name = clean(name)
    return name if len(name) <= _SHOWN else f"{name[:_HEAD]}…{name[_HEAD + 1 - _SHOWN :]}"
