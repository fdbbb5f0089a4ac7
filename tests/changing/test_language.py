"""The words of conditions and changes: what they mean, and where their mistakes are."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import certbulk as cb
from certbulk.changing import assignments, conditions
from certbulk.changing.assignments import assignment_of
from certbulk.changing.columns import column_names
from certbulk.changing.conditions import All, Any_, Comparison, Not, comparisons_in, condition_of
from certbulk.changing.words import LONGEST, WordError
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from tests.steps import steps_of

WORDS = [
    *("and", "or", "not", "is", "(", ")", ",", "=", "all", "blank", "one", "of", "at", "least"),
    *("above", "below", "contains", "starts", "with", "issued", "balance", "location", "'a b'"),
    *("Downtown", "100", "'", '"', "salon_ids", "+=", "*=", "<", ">=", "Face", "value", "does"),
]
TEXTS = st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


def mistake_of(read: Callable[[str], object], text: str) -> WordError | None:
    """Return the error that points at a mistake in a text; None if it is understood."""
    try:
        read(text)
    except WordError as error:
        return error
    return None


@pytest.mark.parametrize("read", [condition_of, assignment_of])
@settings(deadline=None, max_examples=400)
@given(text=TEXTS)
def test_any_text_is_understood_or_pointed_at(read: Callable[[str], object], text: str) -> None:
    """Nothing but a WordError comes of a text, and its mark lies under the text."""
    error = mistake_of(read, text)
    if error is not None:
        shown, mark = error.pointer
        assert set(mark.strip()) == {"^"}
        assert mark.index("^") <= len(shown)
        assert str(error).splitlines() == [error.args[0], shown, mark]


@pytest.mark.parametrize(
    "long",
    [
        "not " * 990 + "issued",
        "issued and " * 360 + "issued",
        "location is one of " + "a, " * 1300 + "a",
        "title = " + "word " * 780,
        "(" * 2000,
        "'" * 3999,
        "a" * 4000,
        "balance " * 500,
    ],
    ids=["nots", "ands", "values", "words", "brackets", "quotes", "letters", "columns"],
)
def test_the_longest_texts_are_read_at_once(long: str) -> None:
    """No text makes the reader slow, or its stack deep."""
    assert steps_of(lambda: mistake_of(condition_of, long)) < 150_000


def test_what_is_too_long_is_refused() -> None:
    """A text of more than the limit is not read."""
    for read in (condition_of, assignment_of):
        with pytest.raises(WordError, match="the limit is 4000"):
            read("a" * (LONGEST + 1))


def test_every_column_is_known_by_its_name_and_its_label() -> None:
    """Canonical names, labels and the vendor's other names; in any case."""
    for field in PAYLOAD_FIELDS:
        for name in (field.name, field.label, field.label.upper(), *field.aliases):
            (comparison,) = comparisons_in(condition_of(f"{name} is blank"))
            assert comparison.column.name == field.name
            assert assignment_of(f"{name} = 1").column.name == field.name
    assert column_names()["location"].name == "salon_ids"


def test_and_binds_more_strongly_than_or() -> None:
    """A or b and not c is a or (b and (not c))."""
    found = condition_of("issued or balance above 5 and not archived")
    assert isinstance(found, Any_)
    issued, both = found.parts
    assert isinstance(issued, Comparison)
    assert isinstance(both, All)
    assert isinstance(both.parts[1], Not)
    bracketed = condition_of("(issued or balance above 5) and not archived")
    assert isinstance(bracketed, All)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("location = Harbour & Pine Vera", "Harbour & Pine Vera"),
        ("location = 'This and that'", "This and that"),
        ('location = "This or that"', "This or that"),
        ("location = 'Anna''s'", "Anna's"),
        ("location = Anna's place and issued", "Anna's place"),
        ("location = \u201cThis and that\u201d", "This and that"),
        ("location = Old Town, East or issued", "Old Town, East"),
        ("balance above 1,000", "1,000"),
    ],
)
def test_where_a_value_ends(text: str, value: str) -> None:
    """At and, or, or a bracket, unless it is in quotes."""
    assert next(comparisons_in(condition_of(text))).values[0].text == value


MISTAKES = {
    "locaton = X": ("locaton", "Did you mean location?"),
    "balance > 100": (">", "Write above instead of >"),
    "balance>100": ("balance>100", "Write above instead of >"),
    "balance >= 100": (">", "Write at least instead of >="),
    "balance>=100": ("balance>", "Write at least instead of >="),
    "balance != 100": ("!", "Write is not instead of !="),
    "balance == 100": ("=", "Write = once"),
    "balance abve 100": ("abve", "Did you mean above?"),
    "balance": (" ", "What about"),
    "balance above": (" ", "A value is missing here"),
    "balance above 5 and": (" ", "A condition is missing here"),
    "(balance above 5": ("(", "This bracket is not closed"),
    "balance above 5)": (")", "not expected here"),
    "title = 'abc": ("'", "This quote is not closed"),
    "'not issued'": ("'not issued'", "The quotes around the whole"),
    "and issued": ("and", "A condition is missing here"),
    "": (" ", "Write a condition"),
    "issued && archived": ("&&", "Write and instead of &&"),
}


@pytest.mark.parametrize(("text", "mistake"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_is_pointed_at(text: str, mistake: tuple[str, str]) -> None:
    """The mark is under the word, and the message says what to write."""
    with pytest.raises(cb.SettingsError) as caught:
        condition_of(text)
    shown, mark = caught.value.pointer
    start, end = mark.index("^"), len(mark)
    assert shown.ljust(end)[start:end] == mistake[0]
    assert mistake[1] in caught.value.args[0]


CHANGES = {
    "salon_ids": (" ", "Write it with ="),
    "=5": ("=", "There is no column"),
    "titel=5": ("titel", "Did you mean title?"),
    "id=5": ("id", "cannot be set"),
    "issued=5": ("issued", "cannot be set"),
    "title*=2": ("*=", "not a number"),
    "salon_ids*=2": ("*=", "a list"),
    "expiration_timeout/=2": ("/=", "a whole number"),
    "balance=": (" ", "A value is missing"),
    "'balance*=1.07'": ("'", "The quotes around the whole"),
    "'balance=": ("'", "The quotes around the whole"),
}


@pytest.mark.parametrize(("text", "mistake"), CHANGES.items(), ids=CHANGES)
def test_a_mistake_in_a_change_is_pointed_at(text: str, mistake: tuple[str, str]) -> None:
    """The same for changes."""
    with pytest.raises(cb.SettingsError) as caught:
        assignment_of(text)
    shown, mark = caught.value.pointer
    start, end = mark.index("^"), len(mark)
    assert shown.ljust(end)[start:end] == mistake[0]
    assert mistake[1] in caught.value.args[0]


def test_no_shell_takes_a_part_of_the_words() -> None:
    """None of the words and operators has a character that cmd.exe or a shell takes in quotes."""
    grammar = str(conditions.__doc__) + str(assignments.__doc__)
    words = "".join(part for part in grammar.split('"')[1::2])
    assert not set(words) & set("<>|&^%!$`\\")
