"""Guards on the table of columns: whoever adds an entry is told what it lacks."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from certbulk import read, validate
from certbulk.core.columns.field import CLEAR, Field
from certbulk.core.columns.fields import ACTION, BY_NAME, FIELDS, ID, PAYLOAD_FIELDS
from certbulk.core.kinds import Choice, Problem
from certbulk.words.describe import described_columns
from certbulk.words.vocabulary_files import shipped

COLUMNS = [
    "action",
    "id",
    "title",
    "balance",
    "is_multi",
    "item_type_id",
    "is_allow_empty_code",
    "category_id",
    "balance_edit_type_id",
    "service_ids",
    "salon_ids",
    "expiration_type_id",
    "expiration_date",
    "expiration_timeout",
    "expiration_timeout_unit_id",
    "online_sale_is_enabled",
    "online_sale_title",
    "online_sale_description",
    "online_sale_price",
]
BY_FIELD = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_columns_are_those_of_the_services_record() -> None:
    """The names are a contract: sheets that people have keep their meaning. More may come."""
    assert [field.name for field in FIELDS if field.name in COLUMNS] == COLUMNS
    assert (ACTION, ID, *PAYLOAD_FIELDS) == FIELDS
    assert list(BY_NAME) == [field.name for field in FIELDS]


@BY_FIELD
def test_every_column_explains_itself(field: Field) -> None:
    """A label and one line of help: a sentence."""
    assert field.label
    assert field.help.endswith(".")
    assert "\n" not in field.help


@BY_FIELD
def test_what_a_create_needs_has_an_example(field: Field) -> None:
    """Examples are valid texts; only what may be blank has none."""
    assert field.example or not field.required
    if field.example:
        assert not isinstance(field.kind.parse(field.example, UTC), Problem)


def test_the_examples_together_are_a_valid_row_to_create() -> None:
    """Without any finding, not even a warning."""
    frame = pd.DataFrame([{field.label: field.example for field in FIELDS}])
    report = validate(read(frame), now=NOW)
    assert report.all_findings == ()
    assert len(list(report.payloads())) == 1


NEEDED = {
    "title",
    "balance",
    "is_multi",
    "item_type_id",
    "is_allow_empty_code",
    "balance_edit_type_id",
    "salon_ids",
    "expiration_type_id",
}
CLEARABLE = {
    "category_id",
    "service_ids",
    "expiration_date",
    "expiration_timeout",
    "expiration_timeout_unit_id",
    "online_sale_title",
    "online_sale_description",
    "online_sale_price",
}


def test_what_a_create_needs() -> None:
    """Everything that the documentation requires and gives no default for."""
    assert {field.name for field in FIELDS if field.required} == NEEDED


def test_what_can_be_emptied() -> None:
    """The fields that the service knows an empty value for."""
    assert {field.name for field in FIELDS if field.clearable} == CLEARABLE


def test_no_two_columns_go_to_the_same_place() -> None:
    """Each has a place of its own in the request body, and none is in another's way."""
    paths = [field.path for field in PAYLOAD_FIELDS]
    assert len(set(paths)) == len(paths)
    assert not {path[:1] for path in paths if len(path) > 1} & {p for p in paths if len(p) == 1}


@BY_FIELD
def test_a_column_that_depends_on_another_knows_all_its_values(field: Field) -> None:
    """With each value of the other column it is either used or not: none is forgotten."""
    if field.used_when:
        other = BY_NAME[field.used_when.field].kind
        values: list[object] = [True, False]
        if isinstance(other, Choice):
            values = [*(option.number for option in other.options)]
        with_it = [value for value in values if field.used({field.used_when.field: value})]
        assert with_it
        assert set(with_it) == set(field.used_when.values)
        assert len(with_it) < len(values)


@BY_FIELD
def test_no_name_of_a_choice_means_two(field: Field) -> None:
    """And none of them is what empties a cell."""
    if isinstance(field.kind, Choice):
        names = [name.casefold() for option in field.kind.options for name in option.names()]
        assert len(set(names)) == len(names)
        assert CLEAR not in names


def test_every_column_is_described() -> None:
    """The reference has a line for each, in the table's order, with all its choices."""
    described = described_columns(shipped())
    assert [column["name"] for column in described] == list(BY_NAME)
    assert [c["name"] for c in described if c["create"] == "needed"] == [
        name for name in COLUMNS if name in NEEDED
    ]
    assert {c["name"] for c in described if CLEAR in c["update"]} == CLEARABLE
    units = next(c for c in described if c["name"] == "expiration_timeout_unit_id")
    assert units["choices"] == ["day (1)", "week (2)", "month (3)", "year (4)"]
    assert units["used_when"] == "Expires is Period from the sale"
    assert "weeks" in units["choice_words"]["week"]
    assert "недель" in units["choice_words"]["week"]
    assert "Единица" in units["words"]["Russian"]
