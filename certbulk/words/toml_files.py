"""TOML files that people write: their contents, or one line about what is wrong and where."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["document_in", "mistake_in", "path_of"]
_AT = re.compile(
    r"(?P<says>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL
)
_ENTRY = re.compile(r"(?P<key>[^=:]*+)(?P<sign>[=:])(?P<value>.*)")
_TABLE = re.compile(r"\s*+\[(?P<name>[^\[\]]*+)\]\s*+(?:#.*)?")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CURLY = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'))
_LONGEST = 80


def document_in(source: str | Path | Mapping[str, Any], what: str) -> tuple[Mapping[str, Any], str]:
    """Return what a TOML file holds, and its name; a mapping is taken as such a document.

    Raises:
        SettingsError: There is no such file, or it is not TOML; `what` says what it should be.
    """
    if not isinstance(source, str | Path):
        return source, f"the given {what}"
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(f"There is no {what} {path}. Check the path and the name.") from None
    except OSError as error:
        raise SettingsError(f"The {what} {path} cannot be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"The {what} {path} is not text in UTF-8. Save it as such.") from None
    except ValueError as error:  # the characters of its path
        raise SettingsError(f"The {what} {path} cannot be opened: {error}.") from None
    try:
        return tomllib.loads(text), path.name
    except ValueError as error:
        raise SettingsError(f"The {what} {path}{mistake_in(text, error)}") from None


def path_of(source: str | Path | Mapping[str, Any] | None) -> str:
    """Return the path of a TOML file from any folder; blank for other sources."""
    return str(Path(source).absolute()) if isinstance(source, str | Path) else ""


def mistake_in(text: str, error: ValueError) -> str:
    """Return what is wrong with a text that is not TOML, in one line.

    What is advised was tried: with it, the line is one of TOML.
    """
    match = _AT.fullmatch(str(error))
    if match is None:
        return f" is not TOML: {error}."
    lines = text.splitlines()
    number = min(int(match["line"] or len(lines)), len(lines))
    line = lines[number - 1] if lines else ""
    shown = line.strip() if len(line.strip()) <= _LONGEST else f"{line.strip()[:_LONGEST]}…"
    where = f", line {number}, is not TOML: {shown}"
    if match["says"].startswith("Cannot"):
        return f"{where}. This name is already used above. Keep one."
    for better, advice in _better(line):
        if _is_toml([*lines[: number - 1], better]):
            return f"{where}. {advice}: {better.strip()}"
    return f"{where}. {match['says']}."


def _better(line: str) -> Iterator[tuple[str, str]]:
    """Yield ways in which the line may have been meant, each with what it changes."""
    straight = line.translate(_CURLY)
    if table := _TABLE.fullmatch(straight):
        first, dot, last = table["name"].strip().partition(".")
        name = f"{_quoted(first)}{dot}{_quoted(last) if dot else ''}"
        yield f"[{name}]", "Put the name in quotation marks"
    if straight != line:
        yield straight, "Use straight quotation marks"
    entry = _ENTRY.fullmatch(straight)
    if entry is None:
        return
    name, value = entry["key"].strip(), entry["value"].strip()
    key = _quoted(name)
    text = '"' + value.strip('"').replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not value:
        yield f"[{key}]", "Write the name of a table in square brackets"
        return
    if entry["sign"] == "=":
        yield f"{key} = {value}", "Put the name in quotation marks"
        yield f"{name} = {text}", "Put the value in quotation marks"
    yield f"{key} = {value}", "Write = between a name and its value"
    yield f"{key} = {text}", "Put name and value in quotation marks"


def _quoted(name: str) -> str:
    return name if _BARE.fullmatch(name) else '"' + name.strip('"').strip() + '"'


def _is_toml(lines: list[str]) -> bool:
    """Return whether a file is TOML up to these lines; what follows them is checked later."""
    try:
        tomllib.loads("\n".join(lines))
    except ValueError:
        return False
    return True
