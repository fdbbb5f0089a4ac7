"""TOML files that people write: what is in them, or one line about what is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.errors import SettingsError
from certbulk.words.toml_errors import mistake_in

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["document_in"]


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
