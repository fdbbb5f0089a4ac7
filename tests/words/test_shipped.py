"""The words that come with certbulk: each means one thing, and people's own spellings are known."""

import unicodedata
from datetime import UTC
from typing import Any

import pytest

from certbulk.core.columns.fields import BY_NAME, FIELDS
from certbulk.core.kinds import Choice, Flag, Problem
from certbulk.core.kinds.kind import plain_words
from certbulk.words.vocabulary_files import shipped

VOCABULARY = shipped()
WORDS = [
    (field, word, value)
    for words in VOCABULARY.lists
    for field, each in words.values.items()
    for value, several in each.items()
    for word in several
]


def spellings(word: str) -> list[str]:
    """Return ways in which people write one word."""
    return [
        word,
        word.upper(),
        word.capitalize(),
        f" {word}.\u00a0",
        word.replace("ё", "е"),
        unicodedata.normalize("NFD", word),
        word.replace(" ", "\u00a0"),
        word.replace(" ", "  "),
        word.replace(" ", "-"),
    ]


@pytest.mark.parametrize("field", sorted({field for field, _, _ in WORDS}))
def test_every_word_means_its_value(field: str) -> None:
    """In any case, with dots behind it, with ё or е, with any space between."""
    kind = VOCABULARY.kinds[field]
    meant = {
        spelling: value
        for name, word, value in WORDS
        if name == field
        for spelling in spellings(word)
    }
    assert {spelling: kind.parse(spelling, UTC) for spelling in meant} == meant
    assert [v for v in meant.values() if kind.parse(kind.show(v), UTC) != v] == []


def test_no_word_means_two_values_of_a_column() -> None:
    """Across both languages, the labels and the numbers."""
    meant: dict[tuple[str, str], set[Any]] = {}
    for field, word, value in WORDS:
        meant.setdefault((field, plain_words(word)), set()).add(value)
        own = BY_NAME[field].kind.parse(word, UTC)
        if not isinstance(own, Problem):
            meant[field, plain_words(word)].add(own)
    assert {word: values for word, values in meant.items() if len(values) > 1} == {}


@pytest.mark.parametrize(
    ("field", "words"), [(f.name, f.kind) for f in FIELDS if isinstance(f.kind, Choice | Flag)]
)
def test_both_languages_have_a_word_for_every_choice(field: str, words: Choice | Flag) -> None:
    """No choice is left to be written in another language than the rest of its column."""
    values = {o.number for o in words.options} if isinstance(words, Choice) else {True, False}
    russian = VOCABULARY.lists[1]
    assert russian.name == "Russian"
    assert set(russian.values[field]) == values


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_column_has_a_russian_header(field: Any) -> None:
    """A sheet can be kept in Russian throughout."""
    assert VOCABULARY.lists[1].headers[field.name]


SLIPS = [
    ("expiration_timeout_unit_id", "месяцв", "month", "Did you mean месяцев (month)?"),
    ("expiration_timeout_unit_id", "недли", "week", "недели (week)"),
    ("expiration_type_id", "безсрочный", "Never", "бессрочный (Never)"),
    ("is_multi", "многоразвый", "yes", "многоразовый (yes)"),
    ("expiration_timeout_unit_id", "mnth", "month", "Did you mean month?"),
]


@pytest.mark.parametrize(("field", "text", "suggestion", "hint"), SLIPS)
def test_a_slip_has_the_nearest_word(field: str, text: str, suggestion: str, hint: str) -> None:
    """The message shows the word that is near; the suggestion is what it stands for."""
    problem = VOCABULARY.kinds[field].parse(text, UTC)
    assert isinstance(problem, Problem)
    assert problem.suggestion == suggestion
    assert hint in problem.message


@pytest.mark.parametrize(
    ("field", "text"),
    [("is_multi", "может быть"), ("expiration_timeout_unit_id", "час"), ("is_multi", "+")],
)
def test_what_no_list_has_is_no_value(field: str, text: str) -> None:
    """Nothing is taken for a word that is merely like it."""
    assert isinstance(VOCABULARY.kinds[field].parse(text, UTC), Problem)


@pytest.mark.parametrize("header", ["Цена", "Стоимость", "Описание", "Тип", "№", "Количество"])
def test_headers_that_may_mean_two_columns_mean_none(header: str) -> None:
    """They are unknown and reported, never guessed."""
    assert VOCABULARY.match(header) is None
