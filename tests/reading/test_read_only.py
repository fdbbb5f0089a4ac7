"""Columns that only records of the service have: they are read, and mean no field."""

from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.read_only import READ_ONLY, is_read_only


@pytest.mark.parametrize("name", [column.name for column in READ_ONLY])
def test_a_column_of_records_alone_is_not_unknown(name: str) -> None:
    """It is not a finding, and how it was matched is reported."""
    sheet = cb.read(pd.DataFrame({"id": [5], name: ["x"], "balance": [1]}))
    assert sheet.findings == ()
    match = sheet.header_matches[1]
    assert (match.column, match.how) == ("", "read-only")
    assert name not in BY_NAME


@pytest.mark.parametrize("name", ["Is_archived", "weights", "is archived"])
def test_other_names_are_a_persons_own(name: str) -> None:
    """Only the service's own spelling is known to be read-only."""
    sheet = cb.read(pd.DataFrame({"id": [5], name: ["x"]}))
    assert [finding.code for finding in sheet.findings] == ["unknown_column"]


def test_the_words_beside_the_number_of_an_item_type() -> None:
    """The number counts; without one, the words do, as in a sheet that a person made."""
    both = cb.read(pd.DataFrame({"item_type_id": [3], "item_type": [{"id": 3, "title": "x"}]}))
    assert both.findings == ()
    assert [column.field for column in both.columns if column.field] == ["item_type_id"]
    alone = cb.read(pd.DataFrame({"item_type": ["Any services"]}))
    assert [column.field for column in alone.columns] == ["item_type_id"]
    headers = frozenset({"item_type_id", "item_type.title"})
    assert is_read_only("item_type.title", None, headers)


def test_the_row_numbers_of_our_own_frames(tmp_path: Path) -> None:
    """Those that a file of `report.valid` begins with."""
    pd.DataFrame({"row": [2], "id": [5], "balance": [1]}).to_csv(tmp_path / "a.csv", index=False)
    assert cb.read(tmp_path / "a.csv").findings == ()


def test_a_mapping_comes_first() -> None:
    """Whoever says what a column means is not contradicted."""
    frame = pd.DataFrame({"id": [5], "weight": ["Spa"]})
    sheet = cb.read(frame, mapping={"rename": {"title": "weight"}})
    assert sheet.column("title") is not None


def test_a_zero_for_unset_is_not_a_mistake() -> None:
    """A length, a unit and a category of a record; a type that needs a length still does."""
    record = {"expiration_timeout": 0, "expiration_timeout_unit_id": 0, "category_id": 0}
    never = cb.validate(cb.read(pd.DataFrame([{"id": 5, "expiration_type_id": 0, **record}])))
    assert never.all_findings == ()
    period = cb.validate(cb.read(pd.DataFrame([{"id": 5, "expiration_type_id": 2, **record}])))
    assert {finding.code for finding in period.errors} == {"period_required"}
