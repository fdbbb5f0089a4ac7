"""`report.valid`: typed rows that pandas can work with, and that are read again as they are."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.errors import ArgumentError, OutputError

from .rows import report_of, update

SAMPLES = Path(__file__).parents[2] / "sample_data"
SAMPLE, WRONG = SAMPLES / "certificate_types.xlsx", SAMPLES / "with_errors.xlsx"
CLEARED = {
    "category_id": "<clear>",
    "service_ids": "<clear>",
    "expiration_date": "<clear>",
    "expiration_timeout": "<clear>",
    "expiration_timeout_unit_id": "<clear>",
    "online_sale_title": "<clear>",
    "online_sale_description": "<clear>",
    "online_sale_price": "<clear>",
}
TYPES = {
    "action": "category",
    "id": "Int64",
    "title": "string",
    "balance": "Float64",
    "is_multi": "boolean",
    "salon_ids": "object",
    "expiration_date": "datetime64[us, UTC]",
    "expiration_timeout": "Int64",
    "online_sale_price": "Float64",
}


@pytest.fixture(scope="module")
def report() -> cb.Report:
    """The report on the sample of a chain's types."""
    return cb.validate(cb.read(SAMPLE))


@pytest.fixture
def valid(report: cb.Report) -> pd.DataFrame:
    """Its valid rows."""
    return report.valid


def values(report: cb.Report) -> list[dict[str, Any]]:
    """Return the values of all rows."""
    return [report.values(position) for position in range(len(report))]


def test_the_types_of_its_columns(valid: pd.DataFrame) -> None:
    """As pandas has them; the choices of the service are their numbers."""
    assert {name: str(valid.dtypes[name]) for name in TYPES} == TYPES
    assert valid["action"].cat.ordered


def test_arithmetic(valid: pd.DataFrame) -> None:
    """Amounts are numbers."""
    dearer = (valid["balance"] * 1.07).dropna()
    assert dearer.dtype == "Float64"
    assert dearer.loc[2] == pytest.approx(26.75)


def test_filters(valid: pd.DataFrame) -> None:
    """Flags can be turned round and used as a mask; blanks are left out."""
    once = valid[~valid["is_multi"]]
    assert 0 < len(once) < len(valid)
    assert not once["is_multi"].any()


def test_largest(valid: pd.DataFrame) -> None:
    """Amounts can be ranked."""
    assert valid.nlargest(2, "balance")["balance"].tolist() == [1500, 1000.5]


def test_years(valid: pd.DataFrame) -> None:
    """Dates are dates."""
    assert set(valid["expiration_date"].dt.year.dropna()) == {2031, 2032}


def test_exploding(valid: pd.DataFrame) -> None:
    """One row for each location."""
    each = valid.explode("salon_ids")
    assert len(each) == sum(len(ids or [1]) for ids in valid["salon_ids"])
    assert set(each["salon_ids"].dropna().map(type)) == {int}


def test_grouping_and_counting(valid: pd.DataFrame) -> None:
    """By flags, numbers and words."""
    assert valid.groupby("is_multi")["balance"].mean().notna().all()
    counts = valid["action"].value_counts(sort=False)
    assert list(counts.index)[:3] == ["create", "update", "unchanged"]
    assert counts.sum() == valid["action"].notna().sum()


TRIPS: dict[str, Any] = {
    "frame": lambda valid, _: valid,
    "csv": lambda valid, path: valid.to_csv(path / "a.csv") or path / "a.csv",
    "csv without index": lambda v, path: v.to_csv(path / "a.csv", index=False) or path / "a.csv",
    "csv of pandas": lambda valid, path: _csv_of_pandas(valid, path / "a.csv"),
    "parquet": lambda valid, path: valid.to_parquet(path / "a.parquet") or path / "a.parquet",
    "parquet of pandas": lambda valid, path: _parquet_of_pandas(valid, path / "a.parquet"),
    "copy": lambda valid, _: copy.deepcopy(valid),
    "objects": lambda valid, _: valid.astype(object),
    "numpy types": lambda valid, _: _of_numpy(valid),
    "pyarrow types": lambda valid, _: valid.convert_dtypes(dtype_backend="pyarrow"),
}


def _csv_of_pandas(valid: pd.DataFrame, path: Path) -> pd.DataFrame:
    valid.to_csv(path)
    return pd.read_csv(path, index_col=0)


def _parquet_of_pandas(valid: pd.DataFrame, path: Path) -> pd.DataFrame:
    valid.to_parquet(path)
    return pd.read_parquet(path)


def _of_numpy(valid: pd.DataFrame) -> pd.DataFrame:
    done = valid.copy()
    for name in done.columns:
        if str(done.dtypes[name]) in {"Int64", "Float64"}:
            done[name] = done[name].astype("float64")
    return done


@pytest.mark.parametrize("trip", TRIPS)
def test_it_is_read_again_as_it_is(
    report: cb.Report, valid: pd.DataFrame, trip: str, tmp_path: Path
) -> None:
    """Directly, and after a trip through a file of pandas: the same values of every row."""
    again = cb.validate(cb.read(TRIPS[trip](valid, tmp_path)))
    assert values(again) == values(report)
    assert again.actions.tolist() == report.actions.tolist()
    assert {f.code for f in again.all_findings} == {f.code for f in report.all_findings}
    pd.testing.assert_frame_equal(again.valid.reset_index(drop=True), valid.reset_index(drop=True))
    if trip == "frame":
        pd.testing.assert_index_equal(again.valid.index, valid.index)


@pytest.mark.parametrize("trip", TRIPS)
def test_what_is_to_be_cleared_is_not_lost(trip: str, tmp_path: Path) -> None:
    """`<clear>` is not blank, which would keep what is live."""
    some = {**CLEARED, "category_id": "51001", "expiration_timeout": "6", "service_ids": "501"}
    report = report_of(update(id="5", **CLEARED), update(id="6", **some), update(id="7"))
    assert report.ok
    again = cb.validate(cb.read(TRIPS[trip](report.valid, tmp_path)))
    price = {"online_sale_price": 0}  # what <clear> means there
    expected = [{**row, **(price if "online_sale_price" in row else {})} for row in values(report)]
    assert values(again) == expected
    assert {str(dtype) for dtype in again.valid.dtypes} == {
        str(dtype) for dtype in report.valid.dtypes
    }


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_as_a_workbook(tmp_path: Path, zone: str) -> None:
    """It is read back as the same values, whatever the time zone; dates of UTC are dates."""
    report = cb.validate(cb.read(WRONG), time_zone=zone)
    path = report.to_excel(tmp_path / "valid.xlsx")
    again = cb.validate(cb.read(path))
    there = [row for position, row in enumerate(values(report)) if not report.refused[position]]
    assert values(again) == there
    assert again.ok
    pd.testing.assert_frame_equal(
        again.valid.reset_index(drop=True), report.valid.reset_index(drop=True)
    )
    page = openpyxl.load_workbook(path).active
    assert page is not None
    headers = [cell.value for cell in page[1]]
    assert "Face value" in headers
    dates = [
        cell.value
        for cell in page[openpyxl.utils.get_column_letter(headers.index("Expires on") + 1)][1:]
        if cell.value
    ]
    assert {isinstance(date, str) for date in dates} <= {zone != "UTC"}


def test_a_workbook_has_the_ids_of_an_index(tmp_path: Path) -> None:
    """Without them, updates would be read as creates."""
    frame = pd.DataFrame({"balance": [60.5, 70]}, index=pd.Index([288901, 288902], name="id"))
    report = cb.validate(cb.read(frame))
    again = cb.validate(cb.read(report.to_excel(tmp_path / "valid.xlsx")))
    assert again.valid["id"].tolist() == [288901, 288902]
    assert again.valid["balance"].tolist() == [60.5, 70]
    with pytest.raises(OutputError):
        report.to_excel(tmp_path / "valid.xlsx")
    report.to_excel(tmp_path / "valid.xlsx", overwrite=True)
    with pytest.raises(ArgumentError, match=r"Report.to_excel\(path=...\) takes a path"):
        report.to_excel(frame)  # type: ignore[arg-type]


def test_a_workbook_keeps_what_is_to_be_cleared(tmp_path: Path) -> None:
    """As the word for it."""
    report = report_of(update(id="5", **CLEARED))
    again = cb.validate(cb.read(report.to_excel(tmp_path / "valid.xlsx")))
    assert values(again) == values(report)


AMOUNTS: list[tuple[Any, float, bool]] = [
    (pd.Series([107.00000000000001]), 107, False),
    (pd.Series([110.00000000000001]), 110, False),
    (pd.Series([100.1 - 100]), 0.1, False),
    (pd.Series([53.4893]), 53.49, True),
    (pd.Series([2.675]), 2.68, True),
    (pd.Series([0.125], dtype="Float64"), 0.13, True),
    (pd.Series([19.99], dtype="float32"), 19.99, False),
    (pd.Series([19.99], dtype="Float32"), 19.99, False),
    (pd.Series([0.1], dtype="float16"), 0.1, False),
    (pd.Series([53.4893], dtype="double[pyarrow]"), 53.49, True),
    (pd.Series([np.float64(1e11) / 3], dtype=object), 33333333333.33, True),
    (pd.Series([99999999999.99]), 99999999999.99, False),
    (pd.Series([5], dtype="uint8"), 5, False),
]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("id", pd.Series([16777217], dtype="float32")),
        ("id", pd.Series([16777217], dtype="Float32")),
        ("id", pd.Series([16777217.0], dtype="float[pyarrow]")),
        ("id", pd.Series([np.float32(16777217)], dtype=object)),
        ("id", pd.Series([4097], dtype="float16")),
        ("salon_ids", pd.Series([np.array([16777217, 720441], dtype="float32")])),
        ("balance", pd.Series([1234567.89], dtype="float32")),
        ("balance", pd.Series([50.1], dtype="float16")),
    ],
    ids=lambda value: str(getattr(value, "dtype", value)),
)
def test_a_float_that_is_too_short_for_its_number_is_an_error(
    column: str, cells: "pd.Series[Any]"
) -> None:
    """As float32, 16777217 is 16777216, the id of another type: neither of them is taken."""
    frame = pd.DataFrame({"id": [5], "balance": [10]}).assign(**{column: cells})
    report = cb.validate(cb.read(frame))
    assert [(f.field, f.code) for f in report.errors] == [(column, "number_too_long")]
    assert "float of 32 bits" in report.errors[0].message


@pytest.mark.parametrize(
    ("amounts", "sent", "is_said"), AMOUNTS, ids=lambda value: str(getattr(value, "dtype", value))
)
def test_results_of_arithmetic_are_sent_to_the_cent(
    amounts: "pd.Series[Any]",
    sent: float,
    is_said: bool,  # noqa: FBT001
) -> None:
    """Digits that binary fractions leave behind are nothing to speak of; others are a warning."""
    report = cb.validate(cb.read(pd.DataFrame({"id": [5], "balance": amounts})))
    assert report.ok
    assert float(report.values(0)["balance"]) == sent
    assert report.valid["balance"].tolist() == [sent]
    assert [f.code for f in report.all_findings] == ["amounts_rounded"] * is_said
    assert not any("0000000" in f.message for f in report.all_findings)


@pytest.mark.parametrize("amount", ["53.4893", "0.125"])
def test_texts_and_files_are_not_rounded(amount: str, tmp_path: Path) -> None:
    """Somebody wrote them, and has to say what is meant."""
    pd.DataFrame({"id": [5], "balance": [amount]}).to_csv(tmp_path / "a.csv", index=False)
    for source in (pd.DataFrame({"id": [5], "balance": [amount]}), tmp_path / "a.csv"):
        report = cb.validate(cb.read(source))
        assert {f.code for f in report.errors} <= {"too_many_decimals", "ambiguous_value"}
        assert not report.ok


def test_one_warning_tells_of_all_amounts(valid: pd.DataFrame) -> None:
    """Not one for each row."""
    report = cb.validate(cb.read(valid.assign(balance=valid["balance"] * 1.0707)))
    (finding,) = (f for f in report.warnings if f.code == "amounts_rounded")
    assert "26.7675 to 26.77" in finding.message


def test_a_result_that_is_not_a_number_is_an_error() -> None:
    """Infinity is not an amount."""
    report = cb.validate(cb.read(pd.DataFrame({"id": [5], "balance": [np.inf]})))
    assert [f.code for f in report.errors] == ["not_a_number"]
