"""Frames and parquet files: Python values as the text that a person would have typed."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from certbulk import read, validate
from certbulk.core.kinds import NumberText
from certbulk.errors import ArgumentError, ReadError

from .files import texts

EAST = timezone(timedelta(hours=3))

CELLS: list[tuple[Any, str | None]] = [
    (None, None),
    (float("nan"), None),
    (np.nan, None),
    (pd.NA, None),
    (pd.NaT, None),
    (Decimal("NaN"), None),
    ("", None),
    ("   ", None),
    ("NA", "NA"),
    ("nan", "nan"),
    ("00123", "00123"),
    (np.str_("text"), "text"),
    (True, "yes"),
    (False, "no"),
    (np.True_, "yes"),
    (1000, "1000"),
    (np.int64(1000), "1000"),
    (720441, "720441"),
    (10**20, "100000000000000000000"),
    (1000.0, "1000"),
    (np.float32(0.5), "0.5"),
    (1000.5, "1000.5"),
    (1e-7, "0.0000001"),
    (1e15, "1000000000000000"),
    (0.1, "0.1"),
    (float("inf"), "inf"),
    (Decimal("1000.50"), "1000.50"),
    (Decimal("1E+3"), "1000"),
    (date(2031, 12, 31), "2031-12-31"),
    (datetime(2031, 12, 31), "2031-12-31"),  # noqa: DTZ001
    (datetime(2031, 12, 31, 18), "2031-12-31T18:00:00"),  # noqa: DTZ001
    (datetime(2031, 12, 31, tzinfo=UTC), "2031-12-31T00:00:00+00:00"),
    (datetime(2031, 12, 31, 18, tzinfo=EAST), "2031-12-31T18:00:00+03:00"),
    (pd.Timestamp("2031-12-31"), "2031-12-31"),
    (pd.Timestamp("2031-12-31 18:00", tz="Europe/Berlin"), "2031-12-31T18:00:00+01:00"),
    ([720441, 720442], "720441, 720442"),
    ((720441,), "720441"),
    (np.array([720441, 720442]), "720441, 720442"),
    (["720441", "720442"], "720441, 720442"),
    ([720441.0, 720442.0], "720441, 720442"),
    ([], "<clear>"),
    (np.array([]), "<clear>"),
    (pd.Series([720441, 720442]), "720441, 720442"),
    (np.array(720441), "720441"),
    ("Подарок".encode(), "Подарок"),
    (b"A\xff", "A\ufffd"),
    (bytearray(b"A"), "A"),
    (Path("A"), "A"),
    (time(1, 2), "01:02:00"),
]


@pytest.mark.parametrize(("value", "text"), CELLS, ids=lambda value: repr(value)[:40])
def test_python_values_as_text(value: Any, text: str | None) -> None:
    """Whole floats have no .0, nothing is blank, lists are ids, an empty list empties."""
    frame = pd.DataFrame({"title": pd.Series(["x", value], dtype=object), "id": [1, 2]})
    assert texts(read(frame), "title") == ["x", text]


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series([1000, None]),
        pd.Series([1000, None], dtype="Int64"),
        pd.Series([1000, None], dtype="Float64"),
        pd.Series([1000.0, None], dtype="float32"),
        pd.Series([1000, None], dtype=pd.ArrowDtype(pa.int64())),
        pd.Series([1000, None], dtype=pd.ArrowDtype(pa.decimal128(12, 2))),
        pd.Series(["1000", None], dtype="str"),
        pd.Series(["1000", None], dtype="string"),
        pd.Series(["1000", None], dtype="category"),
        pd.Series([1000, None], dtype="category"),
    ],
    ids=lambda cells: str(cells.dtype),
)
def test_columns_of_any_type(cells: "pd.Series[Any]") -> None:
    """A missing value beside whole numbers makes no difference to them."""
    frame = pd.DataFrame({"balance": cells, "id": [1, 2]})
    report = validate(read(frame))
    assert report.ok
    assert [report.values(position).get("balance") for position in (0, 1)] == [1000, None]


def test_a_float_is_a_number_beyond_doubt() -> None:
    """1.234 has three decimals as a float; as a text it may be a thousand."""
    frame = pd.DataFrame({"balance": pd.Series([1.234, "1.234", Decimal("1.234")], dtype=object)})
    cells = texts(read(frame), "balance")
    assert [isinstance(cell, NumberText) for cell in cells] == [True, False, True]


def test_a_flag_is_no_number() -> None:
    """True is not 1 where an amount or an id is asked for."""
    frame = pd.DataFrame({"id": [5, 6], "balance": pd.Series([True, 1], dtype=object)})
    assert [(f.cell, f.code) for f in validate(read(frame)).all_findings] == [
        ("B2", "not_a_number")
    ]


def test_headers_of_any_type() -> None:
    """Numbers and blanks as column names are unknown columns; a name given twice is one twice."""
    frame = pd.DataFrame([[1, 2, 3, 4, 5]], columns=["title", 0, np.nan, "title", ("a", "b")])
    sheet = read(frame)
    assert [column.field for column in sheet.columns] == ["title", None, None, "title", None]
    assert [finding.code for finding in sheet.findings] == [
        "unknown_column",
        "unknown_column",
        "duplicate_column",
        "unknown_column",
    ]


def test_headers_in_several_levels_are_refused_with_the_way_out() -> None:
    """What a pivot leaves behind; each level alone may be the one that is meant."""
    frame = pd.DataFrame([["A"]], columns=pd.MultiIndex.from_tuples([("new", "title")]))
    with pytest.raises(ReadError, match=r"have 2 levels.*get_level_values\(-1\)"):
        read(frame)


def test_the_index_of_a_frame_is_not_lost() -> None:
    """An index that is called like a column is that column: without ids updates were creates."""
    frame = pd.DataFrame({"id": [289001, 289002], "title": ["A", "B"]}).set_index("id")
    assert texts(read(frame), "id") == ["289001", "289002"]


def test_an_index_beside_a_column_of_its_name_is_one_header_too_many() -> None:
    """Which of them counts would be a guess."""
    frame = pd.DataFrame({"id": [289001], "title": ["A"]}, index=pd.Index([289002], name="id"))
    assert "duplicate_column" in {finding.code for finding in read(frame).findings}


def test_an_index_without_a_name_is_none(tmp_path: Path) -> None:
    """Numbers of rows, and labels that nobody named, are not columns; rows count from 2."""
    frame = pd.DataFrame({"title": ["A", "B"]}, index=["x", "y"])
    frame.to_parquet(tmp_path / "a.parquet")
    for source in (frame, tmp_path / "a.parquet"):
        sheet = read(source)
        assert sheet.rows.tolist() == [2, 3]
        assert texts(sheet, "title") == ["A", "B"]
        assert sheet.address("title", 2) in {"A2", "B2"}


def test_the_index_of_a_parquet_file_is_not_lost(tmp_path: Path) -> None:
    """It is a column of the file like any other."""
    frame = pd.DataFrame({"id": [289001, 289002], "title": ["A", "B"]}).set_index("id")
    frame.to_parquet(tmp_path / "a.parquet")
    assert texts(read(tmp_path / "a.parquet"), "id") == ["289001", "289002"]


def test_a_parquet_file_keeps_its_types(tmp_path: Path) -> None:
    """Numbers, lists, dates, decimals and nothing."""
    table = pa.table(
        {
            "id": pa.array([289001, None], pa.int64()),
            "balance": pa.array([Decimal("1000.50"), None], pa.decimal128(12, 2)),
            "salon_ids": pa.array([[720441, 720442], []], pa.list_(pa.int64())),
            "expiration_date": pa.array([date(2031, 12, 31), None], pa.date32()),
            "is_multi": pa.array([True, None], pa.bool_()),
            "title": pa.array(["NA", None], pa.string()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    sheet = read(tmp_path / "a.parquet")
    assert {column.field: list(column.cells) for column in sheet.columns} == {
        "id": ["289001", None],
        "balance": ["1000.50", None],
        "salon_ids": ["720441, 720442", "<clear>"],
        "expiration_date": ["2031-12-31", None],
        "is_multi": ["yes", None],
        "title": ["NA", None],
    }


def test_what_a_report_gives_can_be_read_again() -> None:
    """The valid rows of a report, as a frame, are a valid sheet with the same values."""
    frame = pd.DataFrame(
        {
            "id": [289001, 289002],
            "balance": ["1 000,50", "99.90"],
            "is_multi": ["yes", "0"],
            "item_type_id": ["Specific services", 4],
            "service_ids": ["501, 502", "503"],
            "expiration_type_id": ["Fixed date", 1],
            "expiration_date": ["2031-12-31", "31.12.2032 18:00"],
        }
    )
    first = validate(read(frame))
    again = validate(read(first.valid))
    assert first.all_findings == ()
    assert again.all_findings == ()
    assert [again.values(position) for position in (0, 1)] == [
        first.values(position) for position in (0, 1)
    ]


def test_a_query_without_rows_is_refused_with_the_way_to_fetch_them() -> None:
    """A lazy frame of polars, for example."""

    class LazyFrame:
        def collect(self) -> pd.DataFrame:
            raise AssertionError

    lazy: Any = LazyFrame()
    with pytest.raises(ArgumentError, match=r"not a LazyFrame\. .* with \.collect\(\)"):
        read(lazy)


@pytest.mark.parametrize(
    "value",
    [
        *({"en": "Spa day"}, object(), Path, 5j, [{"en": "Spa day"}], [("en", "Spa day")]),
        *(pd.Interval(1, 2), b"\xff\xfe"),
    ],
    ids=["dict", "object", "class", "complex", "list of dicts", "map", "interval", "bytes"],
)
def test_what_a_cell_cannot_have_is_an_error(value: object) -> None:
    """Its text in Python would be sold; in a column that is not sent, it does not matter."""
    report = validate(read(pd.DataFrame({"id": [11], "title": [value], "note": [value]})))
    code = "letters_lost" if isinstance(value, bytes) else "object_in_cell"
    assert [(f.code, f.field) for f in report.all_findings if f.severity == "error"] == [
        (code, "title")
    ]
