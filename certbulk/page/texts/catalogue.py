"""The texts of the page in each of its languages, by key.

The front end is given all of them and says them in the reader's language. Here they are needed for
documents that are served without it, and in English for whoever reads a log.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.catalogue import CODES
from certbulk.core.kinds import Choice, Flag
from certbulk.core.results.result_codes import RESULT_CODES
from certbulk.reading.formats.text.code_pages import CODE_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ENGLISH", "LANGUAGES", "PLURALS", "catalogue", "language_of", "names_in", "said"]

ENGLISH = "en"
LANGUAGES = {ENGLISH: "english.toml", "ru": "russian.toml"}
"""The files, by the first part of a language's tag."""

PLURALS = ("one", "few", "many", "other")
"""The plural categories of these languages."""

_NAME = re.compile(r"\{(\w+)\}")
_Catalogue = dict[str, str | dict[str, str]]


@cache
def catalogue(language: str) -> _Catalogue:
    """Return the texts of a language by key; one that counts has a text for each category."""
    file = Path(__file__).with_name(LANGUAGES[language])
    own = dict(_flat("", tomllib.loads(file.read_text(encoding="utf-8"))))
    return {**_of_the_core(), **own} if language == ENGLISH else own


def _of_the_core() -> _Catalogue:
    """Return what the core has in English: of columns, choices, findings, and result codes."""
    found: _Catalogue = {f"finding.{name}": code.title for name, code in CODES.items()}
    for name, code in RESULT_CODES.items():
        found[f"todo.{name}"] = code.what_to_do
        if code.attempt:
            found[f"why.{name}"] = f"{code.attempt.says}."
    found |= {f"encoding.{page}": label for page, label in CODE_PAGES.items()}
    for name, field in BY_NAME.items():
        found[f"field.{name}"] = field.label
        found[f"about.{name}"] = field.help
        if isinstance(field.kind, Choice):
            labels = [option.label for option in field.kind.options]
            found |= {f"value.{name}.{_plain(label)}": label for label in labels}
        elif isinstance(field.kind, Flag):
            found |= {f"value.{name}.{flag}": flag for flag in ("yes", "no")}
    return found


def _plain(label: str) -> str:
    """Return the part of a key for a label; the front end makes the same of it."""
    return re.sub(r"\W+", "_", label.lower())


def _flat(before: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str | dict[str, str]]]:
    for name, value in table.items():
        if isinstance(value, str) or set(value) <= set(PLURALS):
            yield before + name, value
        else:
            yield from _flat(f"{before}{name}.", value)


@cache
def names_in(key: str) -> frozenset[str]:
    """Return the names in the text of a key, in any language; none if there is no such text."""
    texts = [catalogue(language).get(key, "") for language in LANGUAGES]
    return frozenset(_NAME.findall(" ".join(map(str, texts))))


def said(key: str, values: Mapping[str, object], language: str = ENGLISH) -> str:
    """Return the text of a key with its values put in.

    Of a text that counts, English has the singular for 1. In other languages only the front end
    has such texts: the browser knows their rules.

    Args:
        key: The text's key.
        values: What its names stand for; `n` is what it counts.
        language: One of LANGUAGES.

    Raises:
        KeyError: There is no such text, or a value is missing.
    """
    found = catalogue(language)[key]
    text = found if isinstance(found, str) else found["one" if values["n"] == 1 else "other"]
    return _NAME.sub(lambda name: _written(values[name[1]]), text)


def _written(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def language_of(accepted: str) -> str:
    """Return the language to answer in, by the header Accept-Language of a request.

    Example:
        >>> language_of("de, ru-RU;q=0.8, en;q=0.5"), language_of("")
        ('ru', 'en')
    """
    wanted = []
    for entry in accepted.lower().split(","):
        tag, _, weight = entry.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.partition("-")[0]))
        except ValueError:
            continue
    order = [tag for _, tag in sorted(wanted, key=lambda one: one[0]) if tag in LANGUAGES]
    return order[0] if order else ENGLISH
