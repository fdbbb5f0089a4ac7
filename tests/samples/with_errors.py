"""Rows with mistakes: at least one for each finding code about a cell, a row or a sheet.

Every row says in plain words what is wrong with it, and names the findings that it must lead to;
a test holds certbulk to them.
"""

from dataclasses import dataclass, replace

from certbulk.core.columns.fields import FIELDS

from .cells import Cell, Formula, Row

__all__ = [
    "FAULTY_ROWS",
    "HEADERS_WITH_MISTAKES",
    "HIDDEN_COLUMNS",
    "NO_ROWS_HEADERS",
    "FaultyRow",
    "rows_below",
]

_GOOD: Row = {
    "is_multi": "yes",
    "item_type_id": "All services and products",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "Can be edited",
    "salon_ids": "720441, 720442",
    "expiration_type_id": "Period from the sale",
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": "month",
    "online_sale_is_enabled": "no",
}

_ON_A_DATE: Row = {
    "expiration_type_id": "Fixed date",
    "expiration_date": "2031-12-31",
    "expiration_timeout": None,
    "expiration_timeout_unit_id": None,
}


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row, the words for what is wrong with it, and its findings as (code, column).

    `live` are those where names are looked up and ids checked in the practice chain; None for the
    same.
    """

    note: str
    cells: Row
    findings: tuple[tuple[str, str], ...] = ()
    hidden: bool = False
    live: tuple[tuple[str, str], ...] | None = None


def _create(
    note: str,
    title: str | None,
    balance: Cell,
    *findings: str,
    **cells: Cell,
) -> FaultyRow:
    """Return a row that would be a good create, but for `cells`; findings as "code column"."""
    row = {**_GOOD, "title": title, "balance": balance, **cells}
    return FaultyRow(note, row, _pairs(findings))


def _update(note: str, type_id: int, *findings: str, **cells: Cell) -> FaultyRow:
    """Return a row that would be a good update, but for `cells`."""
    return FaultyRow(note, {"id": type_id, **cells}, _pairs(findings))


def _live(row: FaultyRow, *findings: str) -> FaultyRow:
    """Return a row with these findings where names are looked up and ids checked."""
    return replace(row, live=_pairs(findings))


def _pairs(findings: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((code, column) for code, _, column in (f.partition(" ") for f in findings))


FAULTY_ROWS: tuple[FaultyRow, ...] = (
    _create("Nothing is wrong here: this row can be sent.", "Rosemary Card 40", 40),
    # --- one cell
    _create(
        "The title is blank, and a new type needs one.",
        None,
        45,
        "required title",
    ),
    _create(
        "The face value is written in words.",
        "Thyme Card",
        "a hundred and ten",
        "not_a_number balance",
    ),
    _create(
        "The length has its unit beside it. The unit has a column of its own.",
        "Sage Card 50",
        50,
        "not_an_integer expiration_timeout",
        expiration_timeout="6 months",
    ),
    _create(
        "Neither yes nor no.",
        "Mint Card 55",
        55,
        "not_a_flag is_multi",
        is_multi="maybe",
    ),
    _create(
        "A unit with a typing mistake.",
        "Lavender Card 60",
        60,
        "not_a_choice expiration_timeout_unit_id",
        expiration_timeout_unit_id="mnth",
    ),
    _create(
        "An action that certbulk does not know: it deletes nothing.",
        "Nettle Card 65",
        65,
        "not_a_choice action",
        action="delete",
    ),
    _create(
        "Words where a date is needed.",
        "Linden Card 70",
        70,
        "not_a_date expiration_date",
        **{**_ON_A_DATE, "expiration_date": "the end of next summer"},
    ),
    _create(
        "A year of two digits.",
        "Juniper Card 75",
        75,
        "not_a_date expiration_date",
        **{**_ON_A_DATE, "expiration_date": "31.12.31"},
    ),
    _live(
        _create(
            "The name of a category. Without an account there is nothing to look it up in; "
            "certbulk validate --live knows it.",
            "Chamomile Card 80",
            80,
            "not_an_id category_id",
            category_id="Massage",
        ),
    ),
    _live(
        _create(
            "The name of a city among the ids of the locations; none of them is called that.",
            "Verbena Card 85",
            85,
            "not_an_id_list salon_ids",
            salon_ids="720441, Porto",
        ),
        "unknown_location salon_ids",
    ),
    _create(
        "One thousand, or one with three decimals? Both are written like this.",
        "Clover Card",
        "1,000",
        "ambiguous_value balance",
    ),
    _create(
        "The 3rd of April or the 4th of March? Both are written like this.",
        "Heather Card 90",
        90,
        "ambiguous_value expiration_date",
        **{**_ON_A_DATE, "expiration_date": "03/04/2031"},
    ),
    _create(
        "The title is longer than 255 characters.",
        "A card for somebody who has everything, " + "and more than everything, " * 9,
        95,
        "too_long title",
    ),
    _create(
        "A face value below zero.",
        "Willow Card",
        -50,
        "out_of_range balance",
    ),
    _create(
        "A length below zero.",
        "Cedar Card 100",
        100,
        "out_of_range expiration_timeout",
        expiration_timeout=-3,
        expiration_timeout_unit_id="day",
    ),
    _create(
        "Smaller than a cent: a face value has two decimals.",
        "Fennel Card",
        99.9999,
        "too_many_decimals balance",
    ),
    _create(
        "An error of the spreadsheet in place of the face value.",
        "Hazel Card",
        "#N/A",
        "error_cell balance",
    ),
    _create(
        "A formula that was saved without its result. "
        "(A .csv has the result that a spreadsheet program calculates, and nothing is wrong.)",
        "Maple Card 1000",
        Formula("=500*2", 1000),
        "formula_without_value balance",
    ),
    _create(
        "An id of 17 digits in a number cell: a spreadsheet keeps 15 of them, the rest is lost.",
        "Rowan Card 105",
        105,
        "number_too_long category_id",
        category_id=12345678901234500,
    ),
    _update(
        "A title can be changed, not emptied.",
        288901,
        "not_clearable title",
        title="<clear>",
    ),
    # --- cells that belong together
    _create(
        "Expires on a fixed date, and the date is blank.",
        "Alder Card 110",
        110,
        "date_required expiration_date",
        **{**_ON_A_DATE, "expiration_date": None},
    ),
    _create(
        "The date has passed.",
        "Birch Card 115",
        115,
        "date_in_past expiration_date",
        **{**_ON_A_DATE, "expiration_date": "31.12.2020"},
    ),
    _create(
        "Expires some time after the sale, and nothing says how long.",
        "Elder Card 120",
        120,
        "period_required expiration_timeout",
        "period_required expiration_timeout_unit_id",
        expiration_timeout=None,
        expiration_timeout_unit_id=None,
    ),
    _create(
        "A warning: it never expires, and the date beside it is not used.",
        "Aspen Card 125",
        125,
        "expiration_ignored expiration_date",
        **{**_ON_A_DATE, "expiration_type_id": "Never"},
    ),
    _create(
        "For specific services, and none is named.",
        "Laurel Card 130",
        130,
        "services_required service_ids",
        item_type_id="Specific services",
    ),
    _create(
        "For any services, and two are named: which is meant?",
        "Myrtle Card 135",
        135,
        "services_not_allowed service_ids",
        item_type_id="Any services",
        service_ids="610101, 610102",
    ),
    _create(
        "Valid at no location.",
        "Poppy Card 140",
        140,
        "locations_required salon_ids",
        salon_ids=None,
    ),
    _create(
        "Sold online, without a price.",
        "Violet Card 145",
        145,
        "online_price_required online_sale_price",
        online_sale_is_enabled="yes",
    ),
    _create(
        "An update, and nothing says of which type: the id is blank.",
        "Tulip Card 150",
        150,
        "action_needs_id id",
        action="update",
    ),
    _create(
        "A create with an id: it is there already.",
        "New Year 80",
        80,
        "action_has_id id",
        action="create",
        id=288905,
    ),
    _create(
        "An example of the template, filled in: is it meant?",
        "Gift Certificate 2000",
        2000,
        "example_changed action",
        action="example",
    ),
    # --- ids that the chain does not have: found with an account, by --live and by plan
    _live(
        _create(
            "No location of the practice chain has this id.",
            "Fern Card 160",
            160,
            salon_ids="720441, 720499",
        ),
        "unknown_location salon_ids",
    ),
    _live(
        _create(
            "No service has this id.",
            "Moss Card 165",
            165,
            item_type_id="Specific services",
            service_ids="610101, 619999",
        ),
        "unknown_service service_ids",
    ),
    _live(
        _create(
            "No category has this id.",
            "Reed Card 170",
            170,
            category_id=51999,
        ),
        "unknown_category category_id",
    ),
    _live(
        _create(
            "The name of one location with the id of another: which is meant?",
            "Broom Card 175",
            175,
            "not_an_id_list salon_ids",
            salon_ids="Harbour & Pine Baixa (720442)",
        ),
        "ambiguous_reference salon_ids",
    ),
    _live(
        _create(
            "A warning: one of the locations does not offer this service.",
            "Gorse Card 180",
            180,
            item_type_id="Specific services",
            service_ids=610103,
            salon_ids="720441, 720443",
        ),
        "service_not_at_location service_ids",
    ),
    # --- rows that belong together
    _update("The same id twice: this row …", 288902, "duplicate_id id", balance=100),
    _update("… and this one.", 288902, "duplicate_id id", balance=110),
    _create(
        "A warning: the same title twice, in this row …",
        "Peony Card 155",
        155,
        "duplicate_title title",
    ),
    _create(
        "… and in this one.",
        "Peony Card 155",
        155,
        "duplicate_title title",
        salon_ids=720450,
    ),
    _create(
        "A warning: the title promises another amount than the face value.",
        "Gift Certificate 150 000",
        140000,
        "title_balance_mismatch title",
    ),
    # --- more than one, and none
    _create(
        "Three mistakes in one row: each of them is reported.",
        "Iris Card",
        "lots",
        "not_a_number balance",
        "not_a_flag is_multi",
        "locations_required salon_ids",
        is_multi="perhaps",
        salon_ids=None,
    ),
    _create(
        "As many mistakes, and the action skip: rows that are left out are not checked.",
        "Daisy Card",
        "lots",
        action="skip",
        is_multi="perhaps",
        salon_ids=None,
    ),
    # --- what is easily overlooked
    FaultyRow(
        "A warning: the row is hidden in the workbook, and so is the column of the online "
        "descriptions. Both are read.",
        {
            **_GOOD,
            "title": "Yarrow Card 160",
            "balance": 160,
            "online_sale_is_enabled": "yes",
            "online_sale_price": 150,
            "online_sale_description": "A card that nobody sees in the list.",
        },
        hidden=True,
    ),
    _create(
        "A warning: a title such as 8 March, which the program has made a date of.",
        "2031-03-08",
        165,
        "title_is_date title",
    ),
    _create(
        "A warning: a dash in a column of texts is sent as the text that it is.",
        "Tulip Card 170",
        170,
        "nothing_as_text online_sale_title",
        online_sale_title="-",
    ),
    _create(
        "A warning: an apostrophe that was typed to keep a cell's text, and that customers would "
        "read.",
        "'Iris Card 175",
        175,
        "apostrophe_before_text title",
    ),
    FaultyRow(
        "A warning: a row of totals is no certificate type, and is left out.",
        {"title": "Total", "balance": 143220},
        (("totals_row", "title"),),
    ),
)

HIDDEN_COLUMNS = ("online_sale_description",)

_LABELS = {field.name: field.label for field in FIELDS}

HEADERS_WITH_MISTAKES = (
    "Title",
    "Name",
    *(_LABELS[name] for name in _GOOD),
)
"""Title and Name mean one column, and there is no face value."""

NO_ROWS_HEADERS = tuple(_LABELS[name] for name in ("title", "balance", *_GOOD))


def rows_below(headers: tuple[str, ...], *titles: str) -> list[list[Cell]]:
    """Return good rows with these titles for a sheet with these headers."""
    by_label = {_LABELS[name]: cell for name, cell in _GOOD.items()}
    return [[by_label.get(header, title) for header in headers] for title in titles]
