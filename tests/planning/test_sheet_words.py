"""Columns and values in the words of the person's own sheet."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

import certbulk as cb
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.kinds import Problem
from certbulk.core.references.directory import Directory, Entry, Listing
from certbulk.planning.sheet_words import SheetWords, in_words, plain

from .sheets import new, report_on

LOCATIONS = Listing(
    (
        Entry(1, "Downtown", "Lisbon"),
        Entry(2, "Airport", ""),
        Entry(3, "Twin", "Lisbon"),
        Entry(4, "Twin", "Porto"),
        Entry(5, "", ""),
    ),
    complete=True,
)
NAMES = Directory({"locations": LOCATIONS})
END = datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)
EAST = timezone(timedelta(hours=4))

SHOWN: list[tuple[str, Any, str]] = [
    ("balance", Decimal(1000), "1000"),
    ("balance", Decimal("19.9"), "19.90"),
    ("balance", Decimal("1E+3"), "1000"),
    ("balance", Decimal(0), "0"),
    ("online_sale_is_enabled", False, "no"),
    ("is_multi", True, "yes"),
    ("category_id", None, "(none)"),
    ("service_ids", (), "(none)"),
    ("online_sale_title", "", "(none)"),
    ("item_type_id", 3, "Specific services"),
    ("item_type_id", 9, "9"),
    ("expiration_date", END, "2027-12-31"),
    ("expiration_date", END.replace(hour=20, minute=0, second=0), "2027-12-31 20:00"),
    ("expiration_date", END.astimezone(EAST), "2027-12-31"),
    ("salon_ids", (1, 2), "Downtown; Airport"),
    ("salon_ids", (3, 5, 99), "Twin (3); 5; 99"),
]


@pytest.mark.parametrize(("name", "value", "text"), SHOWN)
def test_a_value_as_the_sheet_has_it(name: str, value: Any, text: str) -> None:
    """Digits with a point, bare dates, names of places, and none of Python's words."""
    assert in_words(name, value, NAMES) == text


@pytest.mark.parametrize("field", PAYLOAD_FIELDS)
@pytest.mark.parametrize("value", [None, True, False, [None, True], 10.0, float("nan"), {}])
def test_no_words_of_python(field: Any, value: Any) -> None:
    """Whatever the service has in a field, `None`, `True` and `False` are not shown."""
    shown = in_words(field.name, field.kind.load(value), NAMES)
    assert not {"None", "True", "False", "10.0"} & {*shown.replace(",", " ").split()}


def test_a_value_of_no_column() -> None:
    """Flags, numbers and lists that only a record has are in words, too."""
    assert [plain(one) for one in (None, False, 3.0, [1, None])] == [
        "(none)",
        "no",
        "3",
        "1, (none)",
    ]


@pytest.mark.parametrize("value", [(1, 2), (3, 4), (2, 4), (1,)])
def test_places_are_read_back(value: tuple[int, ...]) -> None:
    """What is shown of locations means the same locations when it is in a cell."""
    text = in_words("salon_ids", value, NAMES)
    report = report_on(new(salon_ids=text), directory=NAMES)
    assert not report.errors
    assert report.columns["salon_ids"][0] == value


@pytest.mark.parametrize(
    ("name", "value"), [("balance", Decimal("19.9")), ("expiration_date", END), ("is_multi", False)]
)
def test_values_are_read_back(name: str, value: Any) -> None:
    """So are amounts, dates and flags."""
    kind = next(field.kind for field in PAYLOAD_FIELDS if field.name == name)
    read = kind.parse(in_words(name, value), UTC)
    assert not isinstance(read, Problem)
    assert read == value


def test_many_places_that_are_all() -> None:
    """All places of a large chain are one phrase, not a list of 31 names."""
    listing = Listing(tuple(Entry(n, f"Place {n}") for n in range(1, 32)), complete=True)
    names = Directory({"locations": listing})
    assert in_words("salon_ids", tuple(range(1, 32)), names) == "all 31 of the chain"
    assert in_words("salon_ids", tuple(range(1, 31)), names).count("; ") == 29


def words_of(**headers: str) -> SheetWords:
    """Return the words of a sheet in which columns have these headers."""
    cells = {headers.get(name, name): text for name, text in new().items()}
    report = report_on(cells)
    return SheetWords(report.sheet, NAMES)


def test_columns_by_the_persons_own_header() -> None:
    """A header, without the template's asterisk; a label for a column that is not there."""
    words = words_of(balance="Nominal *", title="Certificate\n name")
    assert words.column("balance") == "Nominal"
    assert words.column("title") == "Certificate name"
    assert words.column("expiration_date") == "Expires on"


def test_a_header_that_is_too_long() -> None:
    """A header of a whole sentence does not fill the screen in each row."""
    sheet = report_on(new()).sheet
    column = sheet.columns[0]
    long = cb.Sheet(
        "f", "", None, 1, sheet.rows,
        (type(column)("Title " * 20, 1, "title", column.cells),), (),
    )  # fmt: skip
    assert len(SheetWords(long).column("title")) <= 40


CHANGES: list[tuple[Any, Any, str]] = [
    ((1,), (1, 2), "+ Airport (1 kept)"),
    ((1, 2), (2, 3), "+ Twin (3); - Downtown (1 kept)"),
    ((1,), (), "- Downtown (none left)"),
    ((1,), (2,), "+ Airport; - Downtown"),
]


@pytest.mark.parametrize(("old", "new_", "text"), CHANGES)
def test_lists_say_what_is_added_and_removed(old: Any, new_: Any, text: str) -> None:
    """By name, and how many stay."""
    assert words_of().change("salon_ids", old, new_) == text


def test_other_changes() -> None:
    """Old and new; if both look the same, that they differ all the same."""
    words = words_of()
    assert words.change("balance", Decimal(280), Decimal("300.5")) == "280 → 300.50"
    assert words.change("online_sale_title", None, "A") == "(none) → A"
    assert "cannot be seen" in words.change("title", "A  B", "A B")


def test_a_whole_type() -> None:
    """What it is worth, its places, its term and its sale, each on a line; blanks are left out."""
    values = {
        "title": "T", "balance": Decimal(5), "is_multi": False, "category_id": None,
        "service_ids": (), "salon_ids": (2,), "expiration_type_id": 0, "expiration_date": END,
        "online_sale_is_enabled": False, "online_sale_price": Decimal(3),
    }  # fmt: skip
    lines = list(words_of(balance="Nominal").whole(values))
    assert lines == [
        [("Nominal", "5"), ("is_multi", "no")],
        [("salon_ids", "Airport")],
        [("expiration_type_id", "Never")],
        [("Sold online", "no")],
    ]
