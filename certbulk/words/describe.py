"""The table of columns in words, for help and reference pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CLEAR, Field
from certbulk.core.columns.fields import BY_NAME, FIELDS
from certbulk.core.kinds import Choice, Flag, Ids
from certbulk.core.kinds.list_changes import ADD, REMOVE

if TYPE_CHECKING:
    from certbulk.core.kinds import Kind
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["described_columns", "options_of", "used_in_words"]


def described_columns(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Return for each column its name, label, help, choices, use, and other names.

    `words` are what people call it, by the list of words in `vocabulary` that says so;
    `choice_words` what they write for each choice.
    """
    return [
        {
            "name": field.name,
            "label": field.label,
            "help": f"{field.help} {field.basis}".rstrip(),
            "choices": options_of(field, numbers=True),
            "create": "needed" if field.required else _default(field),
            "update": "blank keeps the live value"
            + (f", {CLEAR} empties it" if field.clearable else "")
            + (f", {ADD} and {REMOVE} change it" if isinstance(field.kind, Ids) else ""),
            "used_when": used_in_words(field),
            "aliases": [field.label, *filter(None, [".".join(field.path)]), *field.aliases],
            "words": {
                words.name: list(words.headers[field.name])
                for words in vocabulary.lists
                if field.name in words.headers
            },
            "choice_words": _choice_words(vocabulary.kinds[field.name]),
        }
        for field in FIELDS
    ]


def _choice_words(kind: Kind) -> dict[str, list[str]]:
    if isinstance(kind, Flag):
        return {"yes": list(kind.yes), "no": list(kind.no)}
    if isinstance(kind, Choice):
        return {option.label: list(option.words) for option in kind.options}
    return {}


def used_in_words(field: Field) -> str:
    """Return when a field is used, for people (`Expires is Fixed date`); blank for always."""
    when = field.used_when
    if when is None:
        return ""
    other = BY_NAME[when.field]
    return f"{other.label} is {' or '.join(map(other.kind.show, sorted(when.values)))}"


def _default(field: Field) -> str:
    if field.default in (None, ()):
        return "blank means none"
    return f"blank means {field.kind.show(field.default)}"


def options_of(field: Field, *, numbers: bool = False) -> list[str]:
    """Return what may be chosen for a field, by label; nothing for free input."""
    if isinstance(field.kind, Flag):
        return ["yes", "no"]
    if isinstance(field.kind, Choice):
        return [f"{o.label} ({o.number})" if numbers else o.label for o in field.kind.options]
    return []
