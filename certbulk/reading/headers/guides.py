"""What guides the reading of headers: words from a file, and a mapping from another."""

from __future__ import annotations

from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import tidy
from certbulk.errors import SettingsError
from certbulk.words.column_mappings import ColumnMap, Guide, column_map_of
from certbulk.words.toml_files import document_in
from certbulk.words.vocabulary_files import vocabulary_with

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from certbulk.words.vocabulary import Vocabulary

__all__ = ["guide_with", "wrong_for_every_row"]


def guide_with(
    vocabulary: str | Path | Mapping[str, Any] | None,
    mapping: str | Path | Mapping[str, Any] | None,
) -> Guide:
    """Return the shipped vocabulary with added words, and with a mapping before it.

    Raises:
        SettingsError: A file cannot be read, or its content is not valid.
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
        column_map = column_map_of(document, name, words)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None
    for field, value in column_map.constant.items():
        from certbulk.reading.formats.tables.plain_sources import cell_text  # noqa: PLC0415 (it brings pandas)

        if wrong := wrong_for_every_row(field, cell_text(value), words):
            raise SettingsError(f"{name}: constant.{field}: {wrong}")
    return column_map


def wrong_for_every_row(field: str, text: str, words: Vocabulary) -> str:
    """Return what is wrong with a value that a column is to have in every row; blank for nothing.

    Names, and whether `<clear>` is allowed there, are checked row by row.
    """
    if BY_NAME[field].refers_to or tidy(text).lower() in {"", CLEAR}:
        return ""
    value = words.kinds[field].parse(text, UTC)
    return f"{quoted(text)} {value.message}" if isinstance(value, Problem) else ""
