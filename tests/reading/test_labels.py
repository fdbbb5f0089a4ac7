"""An index as JSON, and back: labels are what they were, in another process as well."""

import copy
import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import certbulk as cb
from certbulk.reading.label_document import index_document, index_of, kept_whole
from certbulk.reading.labels import Labels, label_text

BERLIN = ZoneInfo("Europe/Berlin")
INDIA = timezone(timedelta(hours=5, minutes=30))

INDEXES: list[pd.Index] = [
    pd.RangeIndex(5),
    pd.RangeIndex(30, 3, -3, name="n"),
    pd.Index([5, 2, 9], name=("a", 1)),
    pd.Index([1.5, np.nan, np.inf, -0.1]),
    pd.Index([True, False]),
    pd.Index(["a", "б", None]),
    pd.Index(["a", "b"], dtype=object),
    pd.Index(["a", pd.NA], dtype="string"),
    pd.Index([1, None], dtype="Int64"),
    pd.Index([1, 2], dtype="uint8"),
    pd.Index([1, 2], dtype="int64[pyarrow]"),
    pd.Index([1.5], dtype="float32"),
    pd.Index([1, "1", 1.5, None, False, pd.NaT], dtype=object),
    pd.date_range("2031-01-01", periods=3),
    pd.date_range("2031-01-01", periods=3, unit="ns"),
    pd.date_range("2031-10-26", periods=5, freq="h", tz="Europe/Berlin"),
    pd.date_range("2031-01-01", periods=3, tz=INDIA),
    pd.DatetimeIndex(["2031-01-01 10:00:00.123456", None], tz="UTC", name="at"),
    pd.to_timedelta([1, 2], unit="h"),
    pd.period_range("2031-01", periods=3, freq="M"),
    pd.period_range("2031-01", periods=3, freq="W"),
    pd.period_range("2031-01", periods=3, freq="us"),
    pd.PeriodIndex(["2031Q1", None], freq="Q"),
    pd.interval_range(0, 3),
    pd.CategoricalIndex(["x", "y", "x"], ordered=True),
    pd.CategoricalIndex(pd.cut([1, 5, 9], 3)),
    pd.Index(
        [
            *(date(2031, 1, 1), datetime(2031, 1, 1, tzinfo=UTC), time(3), timedelta(days=1)),
            *(pd.Timestamp("2031-01-01 10:00:00.123456789", tz=BERLIN), pd.Period("2031-01", "M")),
            *(Decimal("1.50"), UUID(int=5), b"x", ("a", 1, (None, date(2031, 1, 1)))),
            *(np.timedelta64(5, "s"), np.datetime64("2031-01-01T10:00")),
        ],
        dtype=object,
    ),
    pd.Index([("a", 1), ("b", 2)], tupleize_cols=False, name="flat"),
    pd.Index([], dtype=object),
    pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None]),
    pd.MultiIndex.from_arrays([["a"]], names=["one"]),
    pd.MultiIndex.from_arrays([pd.date_range("2031", periods=2, tz="UTC"), ["a", None]]),
]


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: f"{index.dtype} {len(index)}")
def test_an_index_comes_back_as_it_was(index: pd.Index) -> None:
    """Labels, type, names, zone and frequency, through JSON that any program can read."""
    text = json.dumps(index_document(index), allow_nan=False)
    back = index_of(json.loads(text))
    pd.testing.assert_index_equal(back, index, exact=True)
    if isinstance(index, pd.DatetimeIndex) and isinstance(back, pd.DatetimeIndex):
        assert back.freq == index.freq
    assert back.names == index.names
    assert kept_whole(index)


def test_other_labels_are_kept_as_texts() -> None:
    """What JSON cannot keep is told apart from what it can."""
    index = pd.Index([complex(1, 2), frozenset({1})], dtype=object)
    assert not kept_whole(index)
    assert index_of(index_document(index)).tolist() == ["(1+2j)", "frozenset({1})"]
    assert not kept_whole(pd.Index([("a", object()), ("b",)], dtype=object, tupleize_cols=False))


junk = st.sampled_from([None, "", "x", -1, 0, 2, 10**30, 1.5, [], {}, [None], {"a": 1}, True])


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in items:
        found.append((*path, key))
        found += _paths(value, (*path, key)) if isinstance(value, dict | list) else []
    return found


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_damaged_document_is_no_index(data: st.DataObject) -> None:
    """It is an index that has the rows, or a ValueError: never another error."""
    index = data.draw(st.sampled_from([index for index in INDEXES if len(index)]))
    rows = np.arange(len(index)) + 2
    document = copy.deepcopy(Labels(index, 0).as_document())
    path = data.draw(st.sampled_from(_paths(document)))
    node: Any = document
    for key in path[:-1]:
        node = node[key]
    if data.draw(st.booleans()):
        del node[path[-1]]
    else:
        node[path[-1]] = data.draw(junk)
    try:
        labels = Labels.of_document(document, rows)
    except (ValueError, KeyError, TypeError):
        return
    assert len(labels.at(rows)) == len(rows)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (3, "3"),
        ("x", '"x"'),
        ("x" * 99, f'"{"x" * 60}…"'),
        (("x", 1), '("x", 1)'),
        (pd.Timestamp("2031-01-01"), "2031-01-01"),
        (pd.Timestamp("2031-01-01 10:00", tz="UTC"), "2031-01-01 10:00:00+00:00"),
        (None, "None"),
    ],
)
def test_labels_in_words(label: Any, text: str) -> None:
    """Texts are told apart from numbers by their quotation marks; days have no midnight."""
    assert label_text(label) == text


def test_an_index_that_is_a_column_already_is_read_once() -> None:
    """As after set_index(drop=False), or with ids beside an index of some of them."""
    frame = pd.DataFrame({"ID": [288901, 288902], "balance": [1, 2]})
    for labels in (["288901", "288902"], [288901, 288902], [288901, None]):
        index = pd.Index(labels, name="id", dtype=object)
        sheet = cb.read(frame.set_axis(index, axis="index"))
        assert [column.header for column in sheet.columns] == ["ID", "balance"]
        assert not sheet.findings
    other = cb.read(frame.set_axis(pd.Index([288902, 288901], name="id"), axis="index"))
    assert "duplicate_column" in {finding.code for finding in other.findings}


def test_levels_of_an_index_are_columns_by_their_names() -> None:
    """Those with a name, also where two have the same; the others are labels only."""
    index = pd.MultiIndex.from_tuples([(1, "A", 5)], names=[None, "title", "row"])
    sheet = cb.read(pd.DataFrame({"balance": [1]}, index=index))
    assert [column.header for column in sheet.columns] == ["title", "balance"]
    assert [sheet.in_index(column) for column in sheet.columns] == [True, False]
    twice = pd.MultiIndex.from_tuples([("A", "B")], names=["title", "title"])
    read = cb.read(pd.DataFrame({"balance": [1]}, index=twice))
    assert "duplicate_column" in {finding.code for finding in read.findings}
