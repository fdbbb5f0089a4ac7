"""Lists of words, as data: a language that comes with certbulk, or what somebody adds in a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import UTC
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME, FIELDS, PAYLOAD_FIELDS
from certbulk.core.columns.headers import canonical, field_of
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Choice, Flag, Ids, Problem
from certbulk.core.kinds.kind import normal_header, plain_words
from certbulk.core.references.directory import LISTS
from certbulk.core.suggestions import nearest_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certbulk.core.columns.headers import Lookup

__all__ = [
    "LIST_COLUMNS",
    "PHRASES",
    "SPANS",
    "Words",
    "column_called",
    "span_of",
    "table_of",
    "words_of",
]

LIST_COLUMNS = ("id", "name", "detail")
"""The columns of a list; the detail tells apart what has one name."""

_UNIT = "expiration_timeout_unit_id"

PHRASES: Mapping[str, tuple[str, ...]] = {
    "likely_flags": ("yes", "no"),
    "amounts": ("thousand", "million", "currency"),
    "dates": ("until", "inclusive", "year"),
    "lengths": ("within", "from_sale", "headers"),
    "names": ("and",),
    "nothing": ("words",),
    "header_notes": ("words", "dates", "numbers", "texts"),
    "notes": ("examples", "such_as", "words"),
    "opposites": ("words",),
    "doubtful_headers": tuple(field.name for field in PAYLOAD_FIELDS),
}
"""The tables of a vocabulary that have such words, and what each contains."""

SPANS = "spans"
"""The table of words for a length and its unit in one, such as "6 month"."""

_TABLES = ("headers", "flags", "choices", "everything", "lists", *PHRASES, SPANS)
_SPAN = re.compile(r"([1-9]\d{0,3}) +(\S.*)")


@dataclass(frozen=True, slots=True)
class Words:
    """One list of words.

    Attributes:
        name: What people call it: "Russian", or the name of a file.
        headers: Words for columns, by the column's canonical name.
        values: Words for values, by the column's canonical name and the value.
        everything: Words for all that a list of ids may have, by the column's canonical name.
        lists: Words in the workbook's own lists: for a sheet that has one, by the list's name, and
            for its columns, by `LIST_COLUMNS`.
        phrases: Words beside a value or in place of one, by table and key: `dates.until`.
        spans: Words for a length with its unit, by both: `6 month`.
    """

    name: str
    headers: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[Any, tuple[str, ...]]]
    everything: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]] = with_default(default_factory=dict)
    spans: Mapping[str, tuple[str, ...]] = with_default(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """Return what `words_of` makes these words of."""
        return {
            "headers": {name: list(words) for name, words in self.headers.items()},
            "choices": {
                name: {BY_NAME[name].kind.show(value): list(words) for value, words in each.items()}
                for name, each in self.values.items()
            },
            "everything": {name: list(words) for name, words in self.everything.items()},
            "lists": {name: list(words) for name, words in self.lists.items()},
            **{table: phrases for table, phrases in self._by_table().items() if phrases},
        }

    def _by_table(self) -> dict[str, dict[str, list[str]]]:
        tables = {
            table: {
                key: list(self.phrases[name])
                for key in keys
                if (name := f"{table}.{key}") in self.phrases
            }
            for table, keys in PHRASES.items()
        }
        return {**tables, SPANS: {span: list(words) for span, words in self.spans.items()}}


def words_of(document: Mapping[str, Any], name: str, known: Lookup | None = None) -> Words:
    """Return the list of words that a vocabulary file holds.

    `document` has tables `headers` (a list of words by column), `flags` (lists `yes` and `no`, for
    every column of that kind), `choices` (by column: a list of words by label or number),
    `everything` (words such as "all locations", by column), `lists` (names of the sheets that
    list locations, services and categories, and headers for their id, name and detail), `spans`
    (words for a length and its unit), and those of `PHRASES`. With a vocabulary, columns and
    choices can be called by its words as well.

    Raises:
        ValueError: It has another shape, names what is not there, or a word means two things.
    """
    for table in document:
        if table not in _TABLES:
            tables = ", ".join(f"[{table}]" for table in _TABLES)
            raise ValueError(f"[{table}] is not one of {tables}.")
    headers = {
        column_called(key, known): _texts(words, f"headers.{key}")
        for key, words in table_of(document, "headers").items()
    }
    values: dict[str, dict[Any, tuple[str, ...]]] = {}
    for column, value, words in (*_flags(document), *_choices(document, known)):
        there = values.setdefault(column, {})
        there[value] = there.get(value, ()) + words
    phrases = dict(_phrases(document))
    _check_headers(headers)
    _check_values(values)
    _check_likely(phrases)
    return Words(
        name,
        headers,
        values,
        dict(_everything(document, known)),
        dict(_lists(document)),
        phrases,
        dict(_spans(document)),
    )


def column_called(key: str, known: Lookup | None = None) -> str:
    """Return the canonical name of the column that a file calls `key`.

    It may be called by its name, its label, or a word of `known`.

    Raises:
        ValueError: There is none; the message names the nearest.
    """
    field = field_of(key)
    if field is not None:
        return field
    if known and (match := known.match(key)) and not match.unit:
        return match.field
    near = nearest_word(normal_header(key), canonical())
    meant = canonical()[near] if near else known.nearest(key) if known else None
    hint = f" Did you mean {meant.field}?" if meant else ""
    raise ValueError(f'There is no column "{key}".{hint}')


def table_of(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the table called `name` of a TOML document, empty if it has none.

    Raises:
        ValueError: It is not a table.
    """
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} must be a table: [{name}].")  # noqa: TRY004 (it is in a file)
    return table


def _flags(document: Mapping[str, Any]) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    for key, words in table_of(document, "flags").items():
        if key not in {"yes", "no"}:
            raise ValueError(f'flags.{key}: use yes or no instead of "{key}".')
        for field in FIELDS:
            if isinstance(field.kind, Flag):
                yield field.name, key == "yes", _texts(words, f"flags.{key}")


def _choices(
    document: Mapping[str, Any], known: Lookup | None
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    choices = table_of(document, "choices")
    for column in choices:
        field = BY_NAME[column_called(column, known)]
        kind = known.kinds[field.name] if known else field.kind
        if not isinstance(field.kind, Choice | Flag):
            raise ValueError(f"choices.{column}: {field.label} does not take choices. Remove it.")  # noqa: TRY004
        for key, words in table_of(choices, column).items():
            value = kind.called(field.label).parse(key, UTC)
            if isinstance(value, Problem):
                raise ValueError(f"choices.{column}: {value.about(quoted(key))}")  # noqa: TRY004
            yield field.name, value, _texts(words, f"choices.{column}.{key}")


def _everything(
    document: Mapping[str, Any], known: Lookup | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, words in table_of(document, "everything").items():
        name = column_called(key, known)
        if not isinstance(BY_NAME[name].kind, Ids):
            label = BY_NAME[name].label
            raise ValueError(f"everything.{key}: {label} does not take a list. Remove it.")  # noqa: TRY004
        yield name, _texts(words, f"everything.{key}")


def _lists(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    known = (*LISTS, *LIST_COLUMNS)
    for key, words in table_of(document, "lists").items():
        if key not in known:
            raise ValueError(f'lists: there is no list "{key}". Choose from: {", ".join(known)}.')
        yield key, _texts(words, f"lists.{key}")


def _phrases(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for table, keys in PHRASES.items():
        for key, words in table_of(document, table).items():
            if key not in keys:
                raise ValueError(
                    f'{table}.{key}: there is no entry "{key}". Choose from: {", ".join(keys)}.'
                )
            yield f"{table}.{key}", _texts(words, f"{table}.{key}")


def _check_likely(phrases: Mapping[str, tuple[str, ...]]) -> None:
    """Raise ValueError if a word would most likely mean yes and no."""
    yes, no = ({*map(plain_words, phrases.get(f"likely_flags.{key}", ()))} for key in ("yes", "no"))
    for word in sorted(yes & no):
        raise ValueError(f'likely_flags: the word "{word}" cannot mean both yes and no.')


def _spans(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, words in table_of(document, SPANS).items():
        span = span_of(key)
        if span is None or isinstance(BY_NAME[_UNIT].kind.parse(span[1], UTC), Problem):
            raise ValueError(f'{SPANS}: "{key}" is not a length with its unit, such as "6 month".')
        yield key, _texts(words, f"{SPANS}.{key}")


def _texts(words: Any, where: str) -> tuple[str, ...]:
    several = [words] if isinstance(words, str) else words
    if not isinstance(several, list) or not all(isinstance(w, str) and w.strip() for w in several):
        raise ValueError(f'{where} must be a list of words: ["one", "another"].')
    return tuple(several)


def _check_headers(headers: Mapping[str, tuple[str, ...]]) -> None:
    """Raise ValueError if a header would mean two columns."""
    meant = {normal: match.field for normal, match in canonical().items()}
    for field, words in headers.items():
        for word in words:
            if (other := meant.setdefault(normal_header(word), field)) != field:
                raise ValueError(f'The header "{word}" cannot mean both {other} and {field}.')


def _check_values(values: Mapping[str, Mapping[Any, tuple[str, ...]]]) -> None:
    """Raise ValueError if a word would mean two values of one column."""
    for field, each in values.items():
        kind = BY_NAME[field].kind
        meant: dict[str, Any] = {}
        for value, words in each.items():
            for word in words:
                fixed = kind.parse(word, UTC)
                first = value if isinstance(fixed, Problem) else fixed
                if (other := meant.setdefault(plain_words(word), first)) != value:
                    raise ValueError(
                        f'In {field} the word "{word}" cannot mean both {kind.show(other)} and '
                        f"{kind.show(value)}."
                    )


def span_of(text: str) -> tuple[str, str] | None:
    """Return the length and the unit of "6 month"; None if it is not that."""
    match = _SPAN.fullmatch(text)
    return (match[1], match[2]) if match else None
