"""The rules, as tables: what a row says, and what is found in it."""

from datetime import UTC, datetime

import pytest

from .rows import FIXED, NEVER, Row, codes, create, report_of, update

Found = set[tuple[str, str]]

CREATES: dict[str, tuple[Row, Found]] = {
    "the examples": ({}, set()),
    "a fixed date": (FIXED, set()),
    "a fixed date without a date": (
        FIXED | {"expiration_date": ""},
        {("expiration_date", "date_required")},
    ),
    "a fixed date that is cleared": (
        FIXED | {"expiration_date": "<clear>"},
        {("expiration_date", "date_required")},
    ),
    "a date that has passed": (
        FIXED | {"expiration_date": "2026-06-14"},
        {("expiration_date", "date_in_past")},
    ),
    "today": (FIXED | {"expiration_date": "2026-06-15"}, set()),
    "an hour ago": (
        FIXED | {"expiration_date": "2026-06-15T11:00:00Z"},
        {("expiration_date", "date_in_past")},
    ),
    "an hour ago elsewhere": (FIXED | {"expiration_date": "2026-06-15T11:00:00-02:00"}, set()),
    "a date that has passed and is not used": (
        NEVER | {"expiration_date": "2020-12-31"},
        {("expiration_date", "expiration_ignored")},
    ),
    "a period without a length": (
        {"expiration_timeout": ""},
        {("expiration_timeout", "period_required")},
    ),
    "a period without a unit": (
        {"expiration_timeout_unit_id": ""},
        {("expiration_timeout_unit_id", "period_required")},
    ),
    "a period without either": (
        {"expiration_timeout": "", "expiration_timeout_unit_id": "<clear>"},
        {
            ("expiration_timeout", "period_required"),
            ("expiration_timeout_unit_id", "period_required"),
        },
    ),
    "years of a length": ({"expiration_timeout": "100", "expiration_timeout_unit_id": "4"}, set()),
    "a year for a length": (
        {"expiration_timeout": "2027", "expiration_timeout_unit_id": "year"},
        {("expiration_timeout", "out_of_range")},
    ),
    "two thousand days": (
        {"expiration_timeout": "2027", "expiration_timeout_unit_id": "day"},
        set(),
    ),
    "a title that was 8 March": ({"title": "2027-03-08"}, {("title", "title_is_date")}),
    "an online title that was 8 March": (
        {
            "online_sale_is_enabled": "yes",
            "online_sale_price": "900",
            "online_sale_title": "2027-03-08 00:00:00",
        },
        {("online_sale_title", "title_is_date")},
    ),
    "a mark of programs before a title": (
        {"title": "'Gift Certificate 1000"},
        {("title", "apostrophe_before_text")},
    ),
    "a mark before an apostrophe": (
        {"title": "'Mother's day"},
        {("title", "apostrophe_before_text")},
    ),
    "a title in the wrong letters": (
        {"title": "РџРѕРґР°СЂРѕРє 1000"},
        {("title", "mojibake")},
    ),
    "a title in UTF-7": ({"title": "+BB8EPgQ0BDAEQAQ+BDo- 1000"}, {("title", "mojibake")}),
    "a word in quotation marks": ({"title": "'Mothers' day' gift"}, set()),
    "an apostrophe alone": ({"title": "' Gift"}, set()),
    "a dash for a title": ({"title": "-"}, {("title", "nothing_as_text")}),
    "no description": (
        {"online_sale_description": "нет"},
        {("online_sale_description", "nothing_as_text")},
    ),
    "no date and a 0 for it": (
        NEVER | {"expiration_date": "0"},
        set(),
    ),
    "a date in a title": ({"title": "2027-03-08 Gift"}, set()),
    "a period with a date": (
        {"expiration_date": "2031-12-31"},
        {("expiration_date", "expiration_ignored")},
    ),
    "a fixed date with a period": (
        FIXED | {"expiration_timeout": "6", "expiration_timeout_unit_id": "month"},
        {
            ("expiration_timeout", "expiration_ignored"),
            ("expiration_timeout_unit_id", "expiration_ignored"),
        },
    ),
    "never": (NEVER, set()),
    "never with everything": (
        {"expiration_type_id": "0", "expiration_date": "2031-12-31"},
        {
            ("expiration_date", "expiration_ignored"),
            ("expiration_timeout", "expiration_ignored"),
            ("expiration_timeout_unit_id", "expiration_ignored"),
        },
    ),
    "a cleared date is not filled in": (NEVER | {"expiration_date": "<clear>"}, set()),
    "specific services": ({"item_type_id": "3", "service_ids": "501, 502"}, set()),
    "specific services and products": ({"item_type_id": "4", "service_ids": "501"}, set()),
    "specific services without any": (
        {"item_type_id": "3"},
        {("service_ids", "services_required")},
    ),
    "specific services and products without any": (
        {"item_type_id": "4", "service_ids": "<clear>"},
        {("service_ids", "services_required")},
    ),
    "all with services": (
        {"item_type_id": "0", "service_ids": "501"},
        {("service_ids", "services_not_allowed")},
    ),
    "any services with services": (
        {"item_type_id": "1", "service_ids": "501"},
        {("service_ids", "services_not_allowed")},
    ),
    "any products with services": (
        {"item_type_id": "2", "service_ids": "501"},
        {("service_ids", "services_not_allowed")},
    ),
    "all with cleared services": ({"item_type_id": "0", "service_ids": "<clear>"}, set()),
    "no location": ({"salon_ids": ""}, {("salon_ids", "locations_required")}),
    "sold online": ({"online_sale_is_enabled": "yes", "online_sale_price": "900"}, set()),
    "sold online without a price": (
        {"online_sale_is_enabled": "yes"},
        {("online_sale_price", "online_price_required")},
    ),
    "sold online for nothing": (
        {"online_sale_is_enabled": "yes", "online_sale_price": "0"},
        {("online_sale_price", "online_price_required")},
    ),
    "not sold online": ({"online_sale_is_enabled": "no", "online_sale_price": ""}, set()),
    "a price that is not used": ({"online_sale_price": "900"}, set()),
    "online sale left blank": ({"online_sale_is_enabled": ""}, set()),
    "a category": ({"category_id": "51001"}, set()),
    "a cleared category": ({"category_id": "<clear>"}, set()),
    "a face value of nothing": (
        {"title": "Gift", "balance": "0"},
        {("balance", "zero_face_value")},
    ),
    "an online price above the face value": (
        {"online_sale_is_enabled": "yes", "online_sale_price": "1000.01", "balance": "1000"},
        {("online_sale_price", "online_price_above_face_value")},
    ),
    "an online price that is the face value": (
        {"online_sale_is_enabled": "yes", "online_sale_price": "1000", "balance": "1000"},
        set(),
    ),
    "an update without an id": ({"action": "update"}, {("id", "action_needs_id")}),
    "a create with an id": ({"action": "create", "id": "5"}, {("id", "action_has_id")}),
    "a create that says so": ({"action": "Create"}, set()),
    "an action by its number": ({"action": "1"}, set()),
    "an action that there is not": ({"action": "delete"}, {("action", "not_a_choice")}),
    "a cleared action": ({"action": "<clear>"}, {("action", "not_clearable")}),
    "a sign before a choice": ({"item_type_id": "-1"}, {("item_type_id", "not_a_choice")}),
    "a dash for no price": (
        {"online_sale_is_enabled": "yes", "online_sale_price": "-"},
        {("online_sale_price", "not_a_number")},
    ),
    "a dash for no amount": ({"balance": "-"}, {("balance", "not_a_number")}),
}


@pytest.mark.parametrize("name", CREATES)
def test_rows_to_create(name: str) -> None:
    """A valid row with these changes has these findings and no others."""
    changes, expected = CREATES[name]
    assert codes(report_of(create(**changes))) == expected


REQUIRED = [
    "title",
    "balance",
    "is_multi",
    "item_type_id",
    "is_allow_empty_code",
    "balance_edit_type_id",
    "expiration_type_id",
]


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("blank", ["", None, "  ", "\u00a0\u200b"])
def test_what_a_create_needs_is_required(field: str, blank: str | None) -> None:
    """If the documentation gives no default, a blank is an error, and the only one."""
    assert codes(report_of(create(**{field: blank}))) == {(field, "required")}


def test_a_title_of_control_characters_is_blank() -> None:
    """Nobody sees it and nothing sends it; beside it, titles are compared as ever."""
    titles = ("\x01", "Gift", "GIFT")
    report = report_of(*(create(title=title) for title in titles))
    assert [finding.code for finding in report.errors] == ["required"]
    assert [finding.code for finding in report.warnings] == ["duplicate_title"] * 2


UPDATES: dict[str, tuple[Row, Found]] = {
    "nothing": ({}, set()),
    "one value": ({"balance": "2000"}, set()),
    "an update that says so": ({"action": "update"}, set()),
    "a fixed date whose date is live": ({"expiration_type_id": "1"}, set()),
    "a fixed date whose date is cleared": (
        {"expiration_type_id": "1", "expiration_date": "<clear>"},
        {("expiration_date", "date_required")},
    ),
    "a period whose length is live": ({"expiration_type_id": "2"}, set()),
    "a period whose length is cleared": (
        {"expiration_type_id": "2", "expiration_timeout": "<clear>"},
        {("expiration_timeout", "period_required")},
    ),
    "never with a date": (
        {"expiration_type_id": "0", "expiration_date": "2031-12-31"},
        {("expiration_date", "expiration_ignored")},
    ),
    "a date whose type is live": ({"expiration_date": "2031-12-31"}, set()),
    "services whose type is live": ({"service_ids": "501"}, set()),
    "specific services whose services are live": ({"item_type_id": "3"}, set()),
    "specific services that are cleared": (
        {"item_type_id": "3", "service_ids": "<clear>"},
        {("service_ids", "services_required")},
    ),
    "all with services": (
        {"item_type_id": "0", "service_ids": "501"},
        {("service_ids", "services_not_allowed")},
    ),
    "sold online at the live price": ({"online_sale_is_enabled": "yes"}, set()),
    "sold online at a cleared price": (
        {"online_sale_is_enabled": "yes", "online_sale_price": "<clear>"},
        {("online_sale_price", "online_price_required")},
    ),
    "cleared where it can be": (
        {
            "category_id": "<clear>",
            "service_ids": " <CLEAR> ",
            "expiration_date": "<clear>",
            "expiration_timeout": "<clear>",
            "expiration_timeout_unit_id": "<Clear>",
            "online_sale_title": "<clear>",
            "online_sale_description": "<clear>",
            "online_sale_price": "<clear>",
        },
        set(),
    ),
    "a broken id": ({"id": "spa"}, {("id", "not_an_id")}),
    "a cleared id": ({"id": "<clear>"}, {("id", "not_clearable")}),
    "a broken id to update": ({"id": "spa", "action": "update"}, {("id", "not_an_id")}),
    "an id to create with": (
        {"action": "create"},
        {
            ("id", "action_has_id"),
            ("salon_ids", "locations_required"),
            *((field, "required") for field in REQUIRED),
        },
    ),
}


@pytest.mark.parametrize("name", UPDATES)
def test_rows_to_update(name: str) -> None:
    """A blank keeps the live value, so only what the row itself says is judged."""
    changes, expected = UPDATES[name]
    assert codes(report_of(update(**changes))) == expected


NOT_CLEARABLE = [
    *REQUIRED,
    "action",
    "id",
    "salon_ids",
    "online_sale_is_enabled",
]


@pytest.mark.parametrize("field", NOT_CLEARABLE)
def test_what_cannot_be_emptied(field: str) -> None:
    """`<clear>` where the service always needs a value is an error, on updates and creates."""
    assert codes(report_of(update(**{field: "<clear>"}))) == {(field, "not_clearable")}
    assert (field, "not_clearable") in codes(report_of(create(**{field: "<clear>"})))


@pytest.mark.parametrize(
    ("row", "field", "way_on", "suggestion"),
    [
        (update(title="<clear>"), "title", "leave the cell blank to keep the live value", ""),
        (create(title="<clear>"), "title", "cannot be emptied. Write a value.", None),
        (create(salon_ids="<clear>"), "salon_ids", "cannot be emptied. Write a value.", None),
        (create(online_sale_is_enabled="<clear>"), "online_sale_is_enabled", "the default", ""),
        (update(id="<clear>"), "id", "Write the id of a live type", None),
        (update(action="<clear>"), "action", "create, update or skip", ""),
    ],
)
def test_what_is_said_instead_of_emptying_is_possible(
    row: Row, field: str, way_on: str, suggestion: str | None
) -> None:
    """A new row is told to leave blank only what has a default, and an id is never taken away."""
    (finding,) = (f for f in report_of(row).errors if f.code == "not_clearable")
    assert (finding.field, finding.suggestion) == (field, suggestion)
    assert way_on in finding.message


BROKEN: dict[str, tuple[Row, Found]] = {
    "the type of expiration": (
        {"expiration_type_id": "soon", "expiration_timeout": "", "expiration_date": ""},
        {("expiration_type_id", "not_a_choice")},
    ),
    "the date": (
        FIXED | {"expiration_date": "03/04/2027"},
        {("expiration_date", "ambiguous_value")},
    ),
    "the length": ({"expiration_timeout": "six"}, {("expiration_timeout", "not_an_integer")}),
    "the unit": (
        {"expiration_timeout_unit_id": "mnth"},
        {("expiration_timeout_unit_id", "not_a_choice")},
    ),
    "the services": (
        {"item_type_id": "3", "service_ids": "spa"},
        {("service_ids", "not_an_id_list")},
    ),
    "the kind of items": (
        {"item_type_id": "some", "service_ids": "501"},
        {("item_type_id", "not_a_choice")},
    ),
    "the price": (
        {"online_sale_is_enabled": "yes", "online_sale_price": "1,000"},
        {("online_sale_price", "ambiguous_value")},
    ),
    "online sale": (
        {"online_sale_is_enabled": "maybe"},
        {("online_sale_is_enabled", "not_a_flag")},
    ),
    "the locations": ({"salon_ids": "Downtown"}, {("salon_ids", "not_an_id_list")}),
    "the face value": ({"balance": "#REF!"}, {("balance", "error_cell")}),
    "the title": ({"title": "x" * 256}, {("title", "too_long")}),
    "the action": ({"action": "destroy", "id": "5"}, {("action", "not_a_choice")}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_cell_is_one_finding(name: str) -> None:
    """What cannot be read is not also said to be missing, and silences what depends on it."""
    changes, expected = BROKEN[name]
    assert codes(report_of(create(**changes))) == expected


def test_every_finding_of_a_row_is_reported() -> None:
    """Not only the first: whoever repairs the row sees all of it at once."""
    row = create(
        title="",
        balance="a lot",
        is_multi="perhaps",
        item_type_id="3",
        service_ids="",
        salon_ids="",
        expiration_type_id="1",
        expiration_date="",
        online_sale_is_enabled="yes",
        online_sale_price="-5",
        category_id="spa",
    )
    assert codes(report_of(row)) == {
        ("title", "required"),
        ("balance", "not_a_number"),
        ("is_multi", "not_a_flag"),
        ("service_ids", "services_required"),
        ("salon_ids", "locations_required"),
        ("expiration_date", "date_required"),
        ("expiration_timeout", "expiration_ignored"),
        ("expiration_timeout_unit_id", "expiration_ignored"),
        ("online_sale_price", "out_of_range"),
        ("category_id", "not_an_id"),
    }


def test_a_date_of_a_live_type_may_have_passed() -> None:
    """An update of another field sends the old date again; that is judged with the live record."""
    row = update(expiration_type_id="1", expiration_date="2020-12-31")
    assert ("expiration_date", "required") not in codes(report_of(row))
    assert report_of(row).ok


ZONES: list[tuple[str, bool]] = [
    ("UTC", True),
    ("America/Los_Angeles", True),
    ("Asia/Tokyo", False),
    ("Pacific/Kiritimati", False),
]


@pytest.mark.parametrize(("zone", "valid"), ZONES)
def test_a_day_ends_in_the_time_zone_that_is_set(zone: str, valid: bool) -> None:  # noqa: FBT001
    """At 16:00 UTC the day is over in Tokyo, and not in Los Angeles."""
    report = report_of(
        create(**FIXED | {"expiration_date": "15.06.2026"}),
        now=datetime(2026, 6, 15, 16, tzinfo=UTC),
        time_zone=zone,
    )
    assert report.ok is valid
    assert str(report.time_zone) == zone


@pytest.mark.parametrize("header", ["Face value", "Номинал, руб.", "balance"])
def test_messages_name_a_column_by_its_header(header: str) -> None:
    """The person sees the header of the sheet in the message, whatever the column is called."""
    row = create(balance="<clear>")
    named = {header if name == "balance" else name: text for name, text in row.items()}
    (finding,) = (f for f in report_of(named).errors if f.code == "not_clearable")
    assert finding.message.startswith(f'"{header}" cannot be emptied.')
