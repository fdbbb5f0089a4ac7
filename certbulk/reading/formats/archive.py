"""The zip archive of a workbook: its parts by name, unpacked with a limit on their size.

Names are looked up as spreadsheet programs do: in upper or lower case, with either slash. The size
is counted while a part is unpacked, since an archive may claim any size.
"""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from copy import copy
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Archive", "plain_name"]

_BUFFER = 1 << 16  # bytes
_IN_MEMORY = 256 << 20  # bytes of a part that is read as a whole


class Archive:
    """The parts of an archive.

    Raises:
        BadZipFile: The bytes are not an archive, or contradict themselves. `read` and `opened`
            raise it too.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for info in self._archive.infolist():
            name = plain_name(info.filename)
            self._parts.setdefault(name, info)
            if self._parts[name] is not info:  # two parts of one name: which one counts is unclear
                raise zipfile.BadZipFile(f"{info.filename} is in it twice")
        self._folded = {name.casefold(): name for name in self._parts}

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.name_of(name) is not None

    def name_of(self, name: str) -> str | None:
        """Return a part's own name, with slashes; None if there is no such part."""
        name = plain_name(name)
        return name if name in self._parts else self._folded.get(name.casefold())

    def info(self, name: str) -> zipfile.ZipInfo:
        """Return the archive's entry for a part.

        Raises:
            KeyError: There is no such part.
        """
        found = self.name_of(name)
        if found is None:
            raise KeyError(f"There is no part {name!r}")
        return self._parts[found]

    def size(self, name: str) -> int:
        """Return the unpacked size of a part in bytes, as claimed; `opened` checks it."""
        return self.info(name).file_size

    def read(self, name: str, most: int = _IN_MEMORY) -> bytes:
        """Return a whole part.

        Raises:
            ValueError: The part has more than `most` bytes.
        """
        if self.size(name) > most:
            raise ValueError(f"{name} unpacks to {self.size(name) >> 20} MB")
        with self.opened(name) as part:
            return part.read()

    @contextmanager
    def opened(self, name: str) -> Iterator[io.BufferedReader]:
        """Open a part to read it piece by piece."""
        info = copy(self.info(name))
        claimed = info.file_size
        info.file_size = claimed + 1  # so that more bytes than claimed are noticed
        with self._archive.open(info) as part:
            yield io.BufferedReader(_Counted(part, claimed), _BUFFER)


class _Counted(io.RawIOBase):
    """A stream that raises BadZipFile if it is longer than the archive claims."""

    def __init__(self, part: IO[bytes], claimed: int) -> None:
        self._part = part
        self._left = claimed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._part.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise zipfile.BadZipFile("a part is larger than the archive says")
        buffer[: len(data)] = data
        return len(data)


def plain_name(name: str) -> str:
    """Return the name of a part with forward slashes, without leading ones."""
    return name.replace("\\", "/").lstrip("/")
