from datetime import UTC

import pytest

from certbulk.core.kinds import Id, Ids, Problem

IDS: list[tuple[str, int | str]] = [
    ("720441", 720441),
    (" 720441 ", 720441),
    ("\u00a0720441\ufeff", 720441),
    ("'720441", 720441),
    ("00123", 123),
    ("1", 1),
    ("999999999999999", 999999999999999),
    ("0", "not_an_id"),
    ("000", "not_an_id"),
    ("-1", "not_an_id"),
    ("-", "not_an_id"),
    ("1.5", "not_an_id"),
    ("720441.0", 720441),
    ("720441.00", 720441),
    ("7.20441E+05", "not_an_id"),
    ("7.2E+05", "number_too_long"),
    ("123457000000000", "number_too_long"),
    ("120000000", 120000000),
    ("\u200e720441\u200e", 720441),
    ("\u2019720441", 720441),
    ("720 441", "not_an_id"),
    ("720,441", "not_an_id"),
    ("720.441", "not_an_id"),
    ("720.000", "not_an_id"),
    ("720441, 720442", "not_an_id"),
    ("spa", "not_an_id"),
    ("#720441", "not_an_id"),
    ("true", "not_an_id"),
    ("yes", "not_an_id"),
    ("\u0661\u0662", "not_an_id"),
    ("²", "not_an_id"),
    ("1_000", "not_an_id"),
    ("1234567890123456", "number_too_long"),
    ("12345678901234567", "number_too_long"),
    ("1.23457E+16", "number_too_long"),
    ("1e5", "number_too_long"),
]


@pytest.mark.parametrize(("text", "expected"), IDS)
def test_an_id_is_a_whole_number_from_1(text: str, expected: int | str) -> None:
    """Digits alone are an id; more than a spreadsheet keeps of a number are doubtful."""
    outcome = Id().parse(text, UTC)
    assert (outcome.code if isinstance(outcome, Problem) else outcome) == expected


@pytest.mark.parametrize("text", ["7.20441E+05", "720 441", "720441,00", "№720441", "№ 720 441"])
def test_an_id_with_decoration_suggests_its_digits(text: str) -> None:
    """What programs put around an id is taken off in the suggestion."""
    outcome = Id().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == "720441"


LISTS: list[tuple[str, tuple[int, ...] | str]] = [
    ("720441", (720441,)),
    ("720441,720442", (720441, 720442)),
    ("720441, 720442", (720441, 720442)),
    ("720441;720442", (720441, 720442)),
    ("720441 720442", (720441, 720442)),
    ("720441\n720442", (720441, 720442)),
    ("720441\r\n720442", (720441, 720442)),
    ("720441\u00a0720442", (720441, 720442)),
    ("720441\t720442", (720441, 720442)),
    (" 720441 ,; 720442 , ", (720441, 720442)),
    ("[720441, 720442]", (720441, 720442)),
    ("'720441", (720441,)),
    ("720442, 720441, 720442", (720442, 720441)),
    ("007", (7,)),
    ("720441, Downtown", "not_an_id_list"),
    ("Downtown", "not_an_id_list"),
    ("720441.720442", "not_an_id_list"),
    ("720441/720442", "not_an_id_list"),
    ("501 502 720441", (501, 502, 720441)),
    ("501, 502", (501, 502)),
    ("501;502", (501, 502)),
    ("501\n502", (501, 502)),
    ("720 441; Downtown", "not_an_id_list"),
    ("720441.0", (720441,)),
    ("['720441', \"720442\"]", (720441, 720442)),
    ("720441, 0", "not_an_id_list"),
    ("720441, -1", "not_an_id_list"),
    (",", "not_an_id_list"),
    ("[]", "not_an_id_list"),
    ("all", "not_an_id_list"),
    ("true", "not_an_id_list"),
    ("\u0661", "not_an_id_list"),
    ("720441, 1234567890123456", "number_too_long"),
    ("7.20441720442720E+17", "number_too_long"),
    ("720441720442720443", "number_too_long"),
]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_a_list_of_ids(text: str, expected: tuple[int, ...] | str) -> None:
    """Ids are between commas, semicolons, spaces and line breaks; each counts once."""
    outcome = Ids().parse(text, UTC)
    assert (outcome.code if isinstance(outcome, Problem) else outcome) == expected


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("720 441", "id 720441", "ids 720, 441"),
        ("720,441", "id 720441", "ids 720, 441"),
        ("720.441", "id 720441", "ids 720, 441"),
        ("720.000", "id 720000", "id 720"),
        ("1.720.441; 5", "ids 1720441, 5", "ids 1, 720, 441, 5"),
        ("720.441, '720.442'", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720 441; 720 442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720\u00a0441; 720\u00a0442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720 441, 720 442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720 441,720 442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720 441\n720 442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720,441;720,442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720,441, 720,442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("720,441 720,442", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("['720 441', '720 442']", "ids 720441, 720442", "ids 720, 441, 720, 442"),
        ("1 720 441; 5", "ids 1720441, 5", "ids 1, 720, 441, 5"),
        ("720441, 720 442", "ids 720441, 720442", "ids 720441, 720, 442"),
    ],
)
def test_ids_whose_digits_may_be_grouped_are_not_guessed(text: str, one: str, other: str) -> None:
    """A space, comma or point in `720 441` parts ids or groups digits, whatever is beside it."""
    outcome = Ids().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.code == "ambiguous_value"
    assert f"can be read as the {one} or as the {other}." in outcome.message


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("720 441; 720441.720442", None),
        ("720441.720442", "720441, 720442"),
        ("5; 720441.720442", "5, 720441, 720442"),
        ("7.20441E+05, 5", "720441, 5"),
        ("№720441, №5", "720441, 5"),
        ("№0, 5", None),
        ("720441, Downtown", None),
        ("0.5", None),
        ("720.44", None),
        ("720.441; Downtown", None),
    ],
)
def test_a_list_that_a_spreadsheet_made_a_number_has_a_suggestion(
    text: str, suggestion: str | None
) -> None:
    """A point between two ids was a comma; a .0 behind one is what programs add to numbers.

    The suggestion is for the whole cell: the other ids in it are not lost.
    """
    outcome = Ids().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == suggestion


def test_the_order_of_ids_means_nothing() -> None:
    """The service gives no order, so another order is not a difference."""
    assert Ids().same((1, 2), (2, 1))
    assert not Ids().same((1, 2), (1, 2, 3))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ([1, 2], (1, 2)),
        (["1", "2"], (1, 2)),
        ([1.0], (1,)),
        ([], ()),
        (None, ()),
        ({"0": 1}, {"0": 1}),
        ("x", "x"),
    ],
)
def test_lists_of_ids_are_loaded(raw: object, value: object) -> None:
    """Numeric strings are ids too, null is not ids."""
    assert Ids().load(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"), [(5, 5), ("5", 5), (5.0, 5), (0, None), ("0", None), (None, None), ("x", "x")]
)
def test_an_id_is_loaded(raw: object, value: object) -> None:
    """0 and null mean that there is none."""
    assert Id().load(raw) == value
