from datetime import UTC

import pytest

from certbulk.core.columns.fields import FIELDS
from certbulk.core.kinds import Choice, Flag, Problem
from certbulk.words.vocabulary_files import shipped

KINDS = shipped().kinds
FLAG = KINDS["online_sale_is_enabled"]

FLAGS: list[tuple[str, bool]] = [
    (text, value)
    for value, texts in {
        True: ["yes", "Yes", "YES", "true", "True", "TRUE", "1", "y", "on", " yes ", "yes.", "1.0"],
        False: ["no", "No", "false", "FALSE", "0", "n", "off", "\u00a0no\u200b", "0.0"],
    }.items()
    for text in texts
]


@pytest.mark.parametrize(("text", "value"), FLAGS)
def test_flags_are_understood(text: str, value: bool) -> None:  # noqa: FBT001
    """Yes and no in their usual spellings, in any case."""
    assert FLAG.parse(text, UTC) is value


@pytest.mark.parametrize(
    "text",
    ["maybe", "2", "-1", "-0", "10", "01", "1.0.0", "-", "_", "", "yes no", "null", "\u0661"],
)
def test_what_is_neither_yes_nor_no(text: str) -> None:
    """Nothing else is a flag, -1 and empty marks least of all."""
    outcome = FLAG.parse(text, UTC)
    assert isinstance(outcome, Problem), outcome
    assert outcome.code == "not_a_flag"


def test_a_flag_with_a_slip_has_a_suggestion() -> None:
    """`ture` was meant to be yes."""
    outcome = FLAG.parse("ture", UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == "yes"


@pytest.mark.parametrize("text", ["maybe", "perhaps", "open", "2", "x", "?", "+-", "online"])
def test_what_is_no_slip_of_a_flag_has_no_suggestion(text: str) -> None:
    """The words are short: `maybe` shares three letters with `many`, and does not mean yes."""
    for kind in (kind for kind in KINDS.values() if isinstance(kind, Flag)):
        outcome = kind.parse(text, UTC)
        assert isinstance(outcome, Problem)
        assert outcome.suggestion is None, outcome


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0, False),
        ("1", True),
        ("0", False),
        ("true", True),
        (None, False),
        ("x", "x"),
        (2, 2),
    ],
)
def test_flags_are_loaded_in_any_spelling(raw: object, value: object) -> None:
    """The service has been seen to answer true, 1 and "1"."""
    loaded = Flag().load(raw)
    assert loaded == value
    assert type(loaded) is type(value)


CHOICES = [field for field in FIELDS if isinstance(field.kind, Choice)]
WRITTEN = [
    (field.name, name, option.number)
    for field in CHOICES
    if isinstance(kind := KINDS[field.name], Choice)
    for option in kind.options
    for name in option.names()
]


@pytest.mark.parametrize(("field", "name", "number"), WRITTEN)
def test_a_choice_is_its_number_its_label_or_another_word(
    field: str, name: str, number: int
) -> None:
    """Every name of an option means it, in any case, spacing and with a dot behind it."""
    kind = KINDS[field]
    for text in (name, name.upper(), f" {name} ", name.replace(" ", "_"), f"{name}."):
        assert kind.parse(text, UTC) == number, text


@pytest.mark.parametrize("field", CHOICES, ids=lambda field: field.name)
@pytest.mark.parametrize("text", ["-1", "- 1", "_2", "9", "1.5", "1,2", "", "-", "1 2", "\u0661"])
def test_what_is_none_of_the_choices(field: object, text: str) -> None:
    """No number but those documented is a choice, and a sign is never dropped from one."""
    outcome = KINDS[getattr(field, "name")].parse(text, UTC)  # noqa: B009
    assert isinstance(outcome, Problem), outcome
    assert outcome.code == "not_a_choice"


SLIPS: list[tuple[str, str, str]] = [
    ("expiration_timeout_unit_id", "mnth", "month"),
    ("expiration_type_id", "fixd date", "Fixed date"),
    ("item_type_id", "specific servces", "Specific services"),
    ("action", "udpate", "update"),
]


@pytest.mark.parametrize(("field", "text", "label"), SLIPS)
def test_a_slip_has_the_nearest_choice_as_suggestion(field: str, text: str, label: str) -> None:
    """The message asks whether the nearest label was meant, and lists all of them."""
    outcome = KINDS[field].parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == label
    assert f"Did you mean {label}?" in outcome.message


NUMBERS: list[tuple[str, tuple[int, ...]]] = [
    ("item_type_id", (0, 1, 2, 3, 4)),
    ("balance_edit_type_id", (1, 2)),
    ("expiration_type_id", (0, 1, 2)),
    ("expiration_timeout_unit_id", (1, 2, 3, 4)),
]


@pytest.mark.parametrize(("field", "numbers"), NUMBERS)
def test_the_choices_are_those_that_are_documented(field: str, numbers: tuple[int, ...]) -> None:
    """The numbers are the vendor's."""
    kind = KINDS[field]
    assert isinstance(kind, Choice)
    assert tuple(option.number for option in kind.options) == numbers


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("expiration_timeout_unit_id", 3, 3),
        ("expiration_timeout_unit_id", "3", 3),
        ("expiration_timeout_unit_id", 0, None),
        ("expiration_timeout_unit_id", None, None),
        ("expiration_type_id", 0, 0),
        ("expiration_type_id", "0", 0),
        ("item_type_id", 0, 0),
        ("item_type_id", 17, 17),
        ("item_type_id", "x", "x"),
    ],
)
def test_choices_are_loaded_from_numbers_and_numeric_strings(
    field: str, raw: object, value: object
) -> None:
    """0 means no unit, where it is not a choice; a number that is not ours is kept."""
    assert KINDS[field].load(raw) == value


def test_a_choice_that_is_not_ours_is_shown_as_its_number() -> None:
    """The service may know more than is documented."""
    assert KINDS["item_type_id"].show(17) == "17"


OTHERS: list[tuple[str, str]] = [
    ("is_multi", "non-reusable"),
    ("is_multi", "не многоразовый"),
    ("is_multi", "немногоразовый"),
    ("is_multi", "not single"),
    ("is_multi", "any"),
    ("is_allow_empty_code", "not yes"),
    ("online_sale_is_enabled", "не вкл"),
    ("balance_edit_type_id", "not allowed"),
    ("balance_edit_type_id", "не разрешено"),
    ("balance_edit_type_id", "can't be edited"),
    ("balance_edit_type_id", "неразрешено"),
    ("expiration_type_id", "limited"),
    ("expiration_type_id", "ограничен"),
    ("expiration_type_id", "истекает"),
    ("expiration_type_id", "не бессрочно"),
    ("expiration_type_id", "on expiration"),
    ("expiration_type_id", "no date"),
    ("item_type_id", "no products"),
    ("item_type_id", "no services"),
    ("item_type_id", "без товаров"),
    ("item_type_id", "не все"),
    ("item_type_id", "Specific products"),
    ("expiration_timeout_unit_id", "полгода"),
    ("expiration_timeout_unit_id", "half year"),
    ("expiration_timeout_unit_id", "hour"),
    ("expiration_timeout_unit_id", "час"),
    ("action", "удалить"),
    ("action", "delete"),
    ("action", "не создавать"),
    ("action", "не создать"),
    ("action", "не обновлять"),
    ("action", "don't update"),
    ("action", "трогать"),
    ("action", "exit"),
    ("action", "доставить"),
    ("action", "заменить"),
]


@pytest.mark.parametrize(("field", "text"), OTHERS)
def test_another_word_is_no_slip(field: str, text: str) -> None:
    """What denies a word, or is merely like one, is never taken for it: it may be the opposite."""
    outcome = KINDS[field].parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion is None, outcome
    assert "Did you mean" not in outcome.message


SPACED = [("can not be edited", "Cannot be edited"), ("не редактируемый", "Cannot be edited")]


@pytest.mark.parametrize(("text", "label"), SPACED)
def test_a_space_too_many_is_a_slip(text: str, label: str) -> None:
    """The letters are the same, so that what is denied stays denied."""
    outcome = KINDS["balance_edit_type_id"].parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == label


DENIALS = ("не ", "не", "not ", "non-", "no ", "un", "без ", "нет ", "never ")


@pytest.mark.parametrize(("field", "name", "number"), WRITTEN)
def test_a_denied_word_never_suggests_the_word(field: str, name: str, number: int) -> None:
    """Whatever the word and however it is denied."""
    kind = KINDS[field]
    for denial in DENIALS:
        outcome = kind.parse(denial + name, UTC)
        if isinstance(outcome, Problem) and outcome.suggestion is not None:
            assert kind.parse(outcome.suggestion, UTC) != number, denial
