"""The words of the vendor's documentation, which people copy into their sheets as they stand."""

import itertools

import pandas as pd
import pytest

import certbulk as cb

ITEM_TYPES: dict[int, tuple[str, ...]] = {
    0: ("All services and products", "Unlimited / no limit", "Unlimited", "No limit"),
    1: ("Any services (no products)", "Any services without products", "Any services"),
    2: ("Any products (no services)", "Any products without services", "Any products"),
    3: (
        "Specific services only (no products)",
        "Specific services only",
        "Some services without products",
        "Specific services (no products)",
        "Specific services",
    ),
    4: ("Specific services + any products", "Some services and any products"),
}
EXPIRATIONS: dict[int, tuple[str, ...]] = {
    0: ("No expiration", "none", "No expiration date", "unlimited"),
    1: ("Fixed date for all instances", "Fixed date", "Fixed date for all"),
    2: (
        "Fixed period from sale date",
        "Fixed period of validity from the date of sale",
        "Fixed period",
        "fixed term",
        "period from sale",
        "Fixed period from the sale date",
        "Period from the sale",
    ),
}
UNITS: dict[int, tuple[str, ...]] = {1: ("day",), 2: ("week",), 3: ("month",), 4: ("year",)}
EDITING: dict[int, tuple[str, ...]] = {
    1: ("Can be edited", "editable"),
    2: ("Cannot be edited", "not editable"),
}
COLUMNS: dict[str, dict[int, tuple[str, ...]]] = {
    "item_type_id": ITEM_TYPES,
    "expiration_type_id": EXPIRATIONS,
    "expiration_timeout_unit_id": UNITS,
    "balance_edit_type_id": EDITING,
}
SAID = [
    (column, number, words)
    for column, each in COLUMNS.items()
    for number, several in each.items()
    for words in several
]


def _ways(number: int, words: str) -> list[str]:
    """Return the ways in which people write the same words."""
    spelled = {words, words.lower(), words.upper(), words.title()}
    spelled |= {each.replace(" + ", " and ") for each in spelled}
    spelled |= {each.replace(" and ", " + ") for each in spelled}
    spelled |= {each.replace(" + ", "+") for each in spelled}
    before = ("", f"{number} = ", f"{number} - ", f"{number}=", f"{number} – ", f"{number}: ")
    return sorted(map("".join, itertools.product(before, spelled)))


def _parsed(column: str, words: list[str]) -> tuple[list[object], list[str]]:
    """Return the values of a column that has these words, and the messages about it."""
    report = cb.validate(cb.read(pd.DataFrame({"id": range(1, len(words) + 1), column: words})))
    about = [f.message for f in report.all_findings if f.field == column and f.code[:5] == "not_a"]
    return list(report.columns[column]), about


@pytest.mark.parametrize(("column", "number", "words"), SAID)
def test_the_words_of_the_documentation_are_understood(
    column: str, number: int, words: str
) -> None:
    """In any case, with + or "and", and with the number and = or a dash before them."""
    ways = _ways(number, words)
    values, about = _parsed(column, ways)
    assert not about
    assert dict(zip(ways, values, strict=True)) == dict.fromkeys(ways, number)


@pytest.mark.parametrize(("column", "number", "words"), SAID)
def test_a_number_that_says_something_else_than_its_words_is_not_believed(
    column: str, number: int, words: str
) -> None:
    """Neither of them is: which one was changed, nobody knows."""
    other = next(each for each in COLUMNS[column] if each != number)
    values, about = _parsed(column, [f"{other} = {words}"])
    assert values == [None]
    assert len(about) == 1
    assert "Did you mean" not in about[0]


OPPOSITES = [
    ("expiration_type_id", "Fixed periods from sales date", "Fixed date"),
    ("expiration_type_id", "Fixed period from date", "Fixed date"),
    ("expiration_type_id", "No fixed date", "Fixed date"),
    ("expiration_type_id", "Expires", "Never"),
    ("item_type_id", "Any services (and products)", "Any services"),
    ("item_type_id", "Any services with products", "Any services"),
    ("item_type_id", "Any services or products", "Any products"),
    ("item_type_id", "All services without products", "All services and products"),
    ("item_type_id", "No services", "Any services"),
    ("item_type_id", "Limited", "All services and products"),
    ("balance_edit_type_id", "Can not be edit", "Can be edited"),
    ("balance_edit_type_id", "uneditable", "Can be edited"),
    ("balance_edit_type_id", "is never edited", "Can be edited"),
    ("balance_edit_type_id", "is edited", "Cannot be edited"),
]


@pytest.mark.parametrize(("column", "words", "opposite"), OPPOSITES)
def test_a_suggestion_never_names_the_opposite(column: str, words: str, opposite: str) -> None:
    """A word more, or another, may turn the meaning round: then nothing is suggested."""
    sheet = cb.read(pd.DataFrame({"id": [1], column: [words]}))
    report = cb.validate(sheet)
    number = sheet.vocabulary.kinds[column].parse(opposite, None)  # type: ignore[arg-type]
    assert report.columns[column][0] != number
    assert all(opposite not in (f.suggestion or "") for f in report.all_findings)
    assert all(f"mean {opposite}" not in f.message for f in report.all_findings)
