"""What guides the reading of headers: words from a file, and a mapping from another."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from certbulk.core.column_map import ColumnMap, column_map_of
from certbulk.errors import SettingsError
from certbulk.reading.arranging import Guide
from certbulk.words import document_in, vocabulary_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from certbulk.core.vocabulary import Vocabulary

__all__ = ["guide_with"]


def guide_with(
    vocabulary: str | Path | Mapping[str, Any] | None,
    mapping: str | Path | Mapping[str, Any] | None,
) -> Guide:
    """Return the shipped vocabulary with added words, and with a mapping before it.

    Raises:
        SettingsError: A file cannot be read, or what it holds is not what it should be.
    """
    if vocabulary is None and mapping is None:
        return _shipped_guide()
    words = vocabulary_with(vocabulary)
    column_map = None if mapping is None else _column_map(mapping, words)
    return Guide(words.languages, words.added, column_map)


@cache
def _shipped_guide() -> Guide:
    """Return the guide of most sheets; what it has worked out of its words serves them all."""
    words = vocabulary_with(None)
    return Guide(words.languages, words.added)


def _column_map(mapping: str | Path | Mapping[str, Any], words: Vocabulary) -> ColumnMap:
    document, name = document_in(mapping, "mapping")
    try:
        return column_map_of(document, name, words)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None
