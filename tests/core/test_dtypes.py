"""The types of columns of frames: one table, from which every noun's frame is made."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from certbulk.applying import Status
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.dtypes import DTYPES, Words, typed_array, typed_column, typed_frame
from certbulk.core.columns.field import CLEAR
from certbulk.core.findings.code import Severity
from certbulk.planning.plan import Action

EAST = timezone(timedelta(hours=3))
VALUES: dict[str, tuple[Any, str, Any]] = {
    "action": ("update", "category", "update"),
    "id": (720441, "Int64", 720441),
    "title": ("Spa 50", "string", "Spa 50"),
    "balance": (Decimal("1000.50"), "Float64", 1000.5),
    "is_multi": (True, "boolean", True),
    "item_type_id": (4, "Int64", 4),
    "is_allow_empty_code": (False, "boolean", False),
    "category_id": (51001, "Int64", 51001),
    "balance_edit_type_id": (2, "Int64", 2),
    "service_ids": ((1, 2), "object", [1, 2]),
    "salon_ids": ((720441,), "object", [720441]),
    "expiration_type_id": (1, "Int64", 1),
    "expiration_date": (
        datetime(2031, 12, 31, 23, 59, 59, 250, EAST),
        "datetime64[us, UTC]",
        datetime(2031, 12, 31, 20, 59, 59, 250, UTC),
    ),
    "expiration_timeout": (6, "Int64", 6),
    "expiration_timeout_unit_id": (3, "Int64", 3),
    "online_sale_is_enabled": (True, "boolean", True),
    "online_sale_title": ("Online", "string", "Online"),
    "online_sale_description": ("A\nB", "string", "A\nB"),
    "online_sale_price": (Decimal(75), "Float64", 75),
}
"""By column: a value, the type of its column in a frame, and the value in it."""


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("given", [[0], [0, None], [None], []], ids=str)
def test_the_type_of_a_column_is_its_own(name: str, given: list[int | None]) -> None:
    """With values, with blanks, with nothing but blanks, and without rows."""
    value, dtype, shown = VALUES[name]
    cells = [None if one is None else value for one in given]
    for values in (
        cells,
        Column(np.array([-1 if c is None else 1 for c in cells]), (CLEAR, value)),
    ):
        frame = typed_frame({name: values})
        assert str(frame.dtypes[name]) == dtype
        assert frame[name].isna().tolist() == [cell is None for cell in cells]
        assert frame[name].dropna().tolist() == [shown for cell in cells if cell is not None]


@pytest.mark.parametrize(
    ("name", "stands_for_it"),
    [
        ("category_id", 0),
        ("expiration_timeout", 0),
        ("online_sale_price", 0),
        ("service_ids", []),
        ("expiration_date", datetime(1970, 1, 1, tzinfo=UTC)),
        ("online_sale_title", CLEAR),
    ],
)
def test_a_cell_to_be_cleared_does_not_change_the_type(name: str, stands_for_it: Any) -> None:
    """It has the value that the service has for unset, which no other cell can have."""
    value, dtype, shown = VALUES[name]
    for values in ([CLEAR, value], Column.of([CLEAR, value])):
        frame = typed_frame({name: values})
        assert str(frame.dtypes[name]) == dtype
        assert frame[name].tolist() == [stands_for_it, shown]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("balance", "much"),
        ("balance", True),
        ("balance", {"amount": 5}),
        ("id", 10**30),
        ("id", 1.5),
        ("is_multi", 2),
        ("title", 5),
        ("title", "\ud800"),
        ("expiration_date", "soon"),
        ("expiration_date", 20311231),
        ("salon_ids", 720441),
    ],
)
def test_what_a_type_cannot_hold_is_kept_as_it_is(name: str, value: Any) -> None:
    """A service may have anything; no frame is refused for it, and no value is changed."""
    other, _, _ = VALUES[name]
    for values in ([value, None, other], Column(np.array([0, -1, 1]), (value, other))):
        cells = typed_frame({name: values})[name]
        assert cells.dtype == object
        assert (cells[0], type(cells[0])) == (value, type(value))
        assert cells[1] is None


def test_lists_belong_to_one_row() -> None:
    """To change that of a row is to change no other."""
    cells = typed_frame({"salon_ids": Column.of([(1, 2), (1, 2)])})["salon_ids"]
    cells[0].append(3)
    assert cells.tolist() == [[1, 2, 3], [1, 2]]


def test_words_are_ordered_and_have_all_that_there_are() -> None:
    """The categories of two frames are the same, so that they can be put together."""
    assert DTYPES["status"] == Words(tuple(map(str, Status)))
    assert DTYPES["action"] == Words(tuple(map(str, Action)))
    assert DTYPES["severity"] == Words(tuple(map(str, Severity)))
    one, other = (typed_frame({"status": [word, None]}) for word in ("unknown", "created"))
    both = pd.concat([one, other])["status"]
    assert both.dtype == "category"
    assert both.sort_values().dropna().tolist() == ["created", "unknown"]
    assert both.cat.ordered
    assert (one["status"] == other["status"]).sum() == 0  # an error if their categories differed


def test_of_many_words_a_frame_has_those_that_occur() -> None:
    """A count of codes does not list a hundred others; those that nobody knows are last."""
    words = Words(("first", "second", "third"), only_used=True)
    array = typed_array(words, ["third", "", "zz", "first", None, "third"])
    counts = pd.Series(array).value_counts(sort=False)
    assert counts.to_dict() == {"first": 1, "third": 2, "zz": 1}
    assert list(counts.index) == ["first", "third", "zz"]


def test_other_columns_are_texts() -> None:
    """Whatever its name: a text stays one."""
    assert str(typed_column("string", ["1", None]).dtype) == "string"
    assert str(typed_frame({"remark": ["1"]}).dtypes["remark"]) == "string"
