"""The sources of settings: options, the environment, the keyring and a `.env` file.

A `.env` file is trusted least: it is read from the current folder, where somebody else may have put
it. `${NAME}` in it is not replaced, or a planted file could read secrets of the environment.
"""

from __future__ import annotations

import json
import os
import sys
from enum import IntEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HANDED_OVER", "EnvFile", "Source", "environment_for_child", "handed_over"]

HANDED_OVER = "CERTBULK_HANDED_OVER"
"""The variable that passes the contents of the `.env` file to a child process of certbulk."""

PREFIX = "certbulk_"
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
_PATHS = ("CERTBULK_STATE_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Source(IntEnum):
    """The source of a value, the least trusted first."""

    FILE = 0
    KEYRING = 1
    ENVIRONMENT = 2
    OPTION = 3
    DEFAULT = 4

    def in_words(self, file: Path) -> str:
        """Return the source in words, for "X comes from ..."; `file` is the `.env` file."""
        return {
            Source.FILE: f"the file {file}",
            Source.KEYRING: "the keyring",
            Source.ENVIRONMENT: "the environment",
            Source.OPTION: "an option",
            Source.DEFAULT: "certbulk itself",
        }[self]


class EnvFile(NamedTuple):
    """The settings for certbulk in the `.env` file of the current folder.

    Attributes:
        path: The path of the file, which may not exist.
        values: Its non-empty values, by their names in lower case.
    """

    path: Path
    values: Mapping[str, str]

    @classmethod
    def found(cls) -> Self:
        """Return the file of this folder, or the one that the parent process passed on.

        Raises:
            SettingsError: It cannot be read, or is not text in UTF-8.
        """
        handed = os.environ.get(HANDED_OVER)
        if handed is not None:
            return cls._handed(handed)
        return cls.of(Path.cwd())

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Return the file of a folder.

        Raises:
            SettingsError: It cannot be read, or is not text in UTF-8.
        """
        path = folder / ".env"
        try:
            text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        except UnicodeDecodeError:
            raise SettingsError(
                "The .env file in this folder is not text in UTF-8. Save it as UTF-8."
            ) from None
        except OSError as error:
            raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
        from dotenv import dotenv_values  # noqa: PLC0415 (only if there is a file)

        lines = dotenv_values(stream=StringIO(text), interpolate=False) if text else {}
        values = {name.lower(): value for name, value in lines.items() if value}
        return cls(path, {name: value for name, value in values.items() if _concerns(name)})

    @classmethod
    def _handed(cls, document: str) -> Self:
        try:
            handed = json.loads(document)
            path, values, trouble = Path(handed["path"]), dict(handed["values"]), handed["trouble"]
        except (ValueError, TypeError, KeyError):
            raise SettingsError(f"{HANDED_OVER} is for certbulk itself. Unset it.") from None
        if trouble:
            raise SettingsError(str(trouble))
        return cls(path, values)

    @property
    def proxies(self) -> list[str]:
        """The proxy variables in it that the environment does not have."""
        there = {name.lower() for name, value in os.environ.items() if value}
        return [name.upper() for name in self.values if name in _PROXIES and name not in there]


def _concerns(name: str) -> bool:
    return name.startswith(PREFIX) or name in _PROXIES


def environment_for_child() -> dict[str, str]:
    """Return the environment for a child process of certbulk, which starts in another folder.

    The child has the same settings from the same sources, and imports nothing from either folder:
    relative paths become absolute, and the `.env` file is passed on with its contents, or with the
    error that reading it raised.
    """
    environment = dict(os.environ)
    if HANDED_OVER not in environment:
        environment[HANDED_OVER] = handed_over(Path.cwd())
    for name in _PATHS:
        if environment.get(name):
            environment[name] = str(Path(environment[name]).absolute())
    environment["PYTHONSAFEPATH"] = "1"
    environment["PYTHONPATH"] = os.pathsep.join(_import_path())
    return environment


def handed_over(folder: Path) -> str:
    """Return what `HANDED_OVER` is to be for a process that is to have a folder's `.env` file."""
    file, trouble = EnvFile(folder / ".env", {}), ""
    try:
        file = EnvFile.of(folder)
    except SettingsError as error:
        trouble = str(error)
    return json.dumps({"path": str(file.path), "values": dict(file.values), "trouble": trouble})


def _import_path() -> list[str]:
    """Return the folders of PYTHONPATH, and that of certbulk if it must be named.

    An empty entry means the current folder: it is left out.
    """
    named = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    folders = [str(Path(entry).absolute()) for entry in named]
    ours, here = str(Path(__file__).parents[2]), str(Path.cwd())
    if ours == here or ours not in sys.path:
        folders.append(ours)
    return folders
