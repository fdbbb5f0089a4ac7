"""Vocabularies from files: the two that come with certbulk, and one that somebody adds."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from certbulk.errors import SettingsError
from certbulk.words.toml_files import document_in
from certbulk.words.vocabulary import Vocabulary
from certbulk.words.word_lists import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["LANGUAGES", "shipped", "vocabulary_with"]

LANGUAGES = ("English", "Russian")


@cache
def shipped() -> Vocabulary:
    """Return the words of the languages that come with certbulk."""
    texts = {
        name: files("certbulk.words").joinpath(f"{name.lower()}.toml").read_text(encoding="utf-8")
        for name in LANGUAGES
    }
    return Vocabulary(tuple(words_of(tomllib.loads(text), name) for name, text in texts.items()))


def vocabulary_with(added: str | Path | Mapping[str, Any] | None) -> Vocabulary:
    """Return the shipped vocabulary with words added from a TOML file, or from what one holds.

    Raises:
        SettingsError: The file cannot be read, or it is not a vocabulary.
    """
    if added is None:
        return shipped()
    document, name = document_in(added, "vocabulary")
    try:
        return shipped().with_lists([words_of(document, name, shipped())])
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None
