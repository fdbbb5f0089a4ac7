"""What is read besides paths and frames of pandas: records, Arrow, bytes, open files, lists."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

import certbulk as cb
from certbulk.core.kinds import Ids, Problem
from certbulk.core.references.directory import Directory, Entry, Listing

loose: Any = cb
SAMPLE = Path(__file__).parents[2] / "sample_data/certificate_types.xlsx"
BODY: dict[str, Any] = {
    "title": "Gift Certificate 1000",
    "balance": 1000,
    "is_multi": True,
    "item_type_id": 0,
    "is_allow_empty_code": False,
    "category_id": None,
    "balance_edit_type_id": 1,
    "service_ids": [],
    "salon_ids": [720441],
    "expiration": {"type_id": 2, "timeout": 6, "timeout_unit_id": 3},
    "online_sale": {"is_enabled": True, "title": "Gift", "description": "Any day", "price": 950},
}


def bodies(source: Any) -> list[dict[str, Any]]:
    report = cb.validate(source)
    report.raise_for_errors()
    return [body for _, body in report.payloads()]


def records(client: cb.Client) -> list[dict[str, Any]]:
    return list(client.list())


@pytest.mark.parametrize(
    "source",
    [
        [BODY],
        (BODY,),
        iter([BODY]),
        {1: BODY}.values(),
        pd.DataFrame([BODY]),
        pd.json_normalize([BODY]),
        pa.Table.from_pylist([BODY]),
        pa.Table.from_pylist([BODY]).to_reader(),
    ],
    ids=lambda source: type(source).__name__,
)
def test_a_body_comes_back_as_it_was(source: Any) -> None:
    """In its nested shape, in a frame of dictionaries, made flat by pandas, as a structure."""
    assert bodies(source) == [BODY]


@pytest.mark.parametrize("shape", [list, pd.DataFrame, pd.json_normalize, pa.Table.from_pylist])
def test_records_of_answers_change_nothing(client: cb.Client, shape: Any) -> None:
    """What the service answers is planned again as unchanged, item_type and the rest included."""
    plan = cb.plan(shape(records(client)), client)
    assert plan.counts["unchanged"] == len(plan.decisions) > 5
    assert not [f for f in plan.all_findings if f.code == "unknown_column"]


@pytest.mark.parametrize("unset", [None, 0, 0.0, "0"])
def test_values_of_a_record_that_are_not_set(client: cb.Client, unset: Any) -> None:
    """A date may be a number, and 0 stands for none, as for a unit and a length."""
    record = {
        **client.get(288901),
        "category_id": unset,
        "expiration_date": unset,
        "expiration_timeout": unset,
        "expiration_timeout_unit_id": unset,
    }
    assert cb.plan([record], client).counts["unchanged"] == 1


def test_keys_that_are_missing_or_unknown() -> None:
    """A missing key is a blank cell, an unknown one an unknown column, a nested one included."""
    rows: list[dict[str, Any]] = [
        {"id": 5, "expiration": {"type_id": 0, "colour": 1}},
        {"id": 6, "hue": 2},
        {},
    ]
    sheet = cb.read(rows)
    assert len(sheet) == 2
    assert [f.value for f in sheet.findings] == ["expiration.colour", "hue"]


def test_a_missing_object_has_no_parts() -> None:
    """NaN in a column of dictionaries is blank in each column that is made of it."""
    frame = pd.DataFrame({"id": [5, 6], "expiration": [{"type_id": 0}, np.nan]})
    report = cb.validate(frame)
    assert [report.values(position).get("expiration_type_id") for position in (0, 1)] == [0, None]


def test_objects_and_words_in_one_column_are_not_guessed() -> None:
    """Both would mean how it expires: that is an error of the table."""
    frame = pd.DataFrame({"id": [5, 6], "expiration": [{"type_id": 0}, "never"]})
    assert "duplicate_column" in {finding.code for finding in cb.validate(frame).errors}


def test_a_generator_that_fails_or_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own error goes on; without an end, it is refused at the most rows that are read."""

    def failing() -> Iterator[dict[str, int]]:
        yield {"id": 5}
        raise LookupError("its own")

    def endless() -> Iterator[dict[str, int]]:
        while True:
            yield {"id": 5}

    with pytest.raises(LookupError, match="its own"):
        cb.read(failing())
    monkeypatch.setattr("certbulk.reading.formats.tables.parquet_child.MOST_ROWS", 10)
    with pytest.raises(cb.ReadError, match="generator yields more than 10 rows"):
        cb.read(endless())


@pytest.mark.parametrize("empty", [[], (), pd.DataFrame(), pa.table({}), iter(())])
def test_nothing_at_all(empty: Any) -> None:
    """It is a sheet without rows, which is an error of the report."""
    assert [finding.code for finding in cb.validate(empty).errors] == ["no_rows"]


def test_arrow_types() -> None:
    """Whole numbers stay whole beside missing ones, amounts are exact, dictionaries are words."""
    table = pa.table(
        {
            "id": pa.array([2**40, None], pa.uint64()),
            "title": pa.array(["A", "B"]).dictionary_encode(),
            "balance": pa.array([Decimal("19.90"), None], pa.decimal128(12, 2)),
            "salon_ids": pa.array([[720441], []], pa.list_(pa.uint32())),
            "expiration_date": pa.array([date(2031, 12, 31), None]),
        }
    )
    sheet = cb.read(table)
    first = {column.field: column.cells[0] for column in sheet.columns}
    assert first == {
        "id": str(2**40),
        "title": "A",
        "balance": "19.90",
        "salon_ids": "720441",
        "expiration_date": "2031-12-31",
    }
    assert [column.cells[1] for column in sheet.columns] == [None, "B", None, "<clear>", None]


def test_a_column_without_a_name_is_no_table() -> None:
    """An array has Arrow's interface too; the sentence says what is wanted."""
    with pytest.raises(cb.ReadError, match=r"ChunkedArray cannot be read.*named columns"):
        loose.read(pa.chunked_array([[1]]))


def test_a_table_with_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are those of a parquet file."""
    monkeypatch.setattr("certbulk.reading.sources.arrow.MOST_ROWS", 2)
    with pytest.raises(cb.ReadError, match="more than 2 rows"):
        cb.read(pa.table({"id": [1, 2, 3]}))


def test_bytes_and_open_files_are_read_as_their_paths() -> None:
    """Same rows, same hash; the name is the file's, if it has one."""
    whole, data = cb.read(SAMPLE), SAMPLE.read_bytes()
    with SAMPLE.open("rb") as file:
        sheets = [cb.read(data), cb.read(bytearray(data)), cb.read(io.BytesIO(data)), cb.read(file)]
    assert {sheet.sha256 for sheet in sheets} == {whole.sha256}
    assert [len(sheet) for sheet in sheets] == [len(whole)] * 4
    assert [sheet.source for sheet in sheets] == ["unnamed file"] * 3 + [SAMPLE.name]


def test_the_format_of_bytes_is_found_out() -> None:
    """A workbook, a parquet table, and text with any delimiter."""
    parquet = io.BytesIO()
    pd.DataFrame({"id": [5], "balance": [6]}).to_parquet(parquet)
    for data in (parquet.getvalue(), b"id;balance\n5;6\n", "id\tbalance\n5\t6\n".encode("utf-16")):
        sheet = cb.read(data)
        assert [column.cells[0] for column in sheet.columns] == ["5", "6"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"<html><table>", "is a web page"),
        (b'[{"id": 5}]', r"looks like JSON.*json\.loads"),
        (b"\xff\xff\x00\x01\x02" * 9, "is not text"),
        (b"PK\x03\x04 cut off", "cut short or damaged"),
    ],
)
def test_bytes_that_cannot_be_read(data: bytes, sentence: str) -> None:
    """One sentence about what they are, as for a file."""
    with pytest.raises(cb.ReadError, match=sentence):
        cb.read(data)


def test_a_bomb_as_bytes_has_the_bounds_of_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that unpacks to more than any real one is refused before it is unpacked."""
    monkeypatch.setattr("certbulk.reading.formats.size_limits._LARGE", 1 << 20)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(4 << 20))
    with pytest.raises(cb.ReadError, match="would unpack from"):
        cb.read(bomb.getvalue())


def test_more_bytes_than_a_file_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream is read no further than the largest file."""
    monkeypatch.setattr("certbulk.reading.reader.LARGEST_FILE", 8)
    for source in (b"id\n123456789\n", io.BytesIO(b"id\n123456789\n")):
        with pytest.raises(cb.ReadError, match="is larger than"):
            cb.read(source)


def test_text_that_is_open_is_not_decoded_again() -> None:
    """It has no encoding to find out, and none can be given."""
    sheet = cb.read(io.StringIO("id,title\n5,Подарок\n"))
    assert sheet.frame["title"].tolist() == ["Подарок"]
    with pytest.raises(cb.ReadError, match="has an encoding already"):
        cb.read(io.StringIO("id\n5\n"), encoding="utf-8")


def test_files_that_are_not_as_they_should_be(tmp_path: Path) -> None:
    """Read before, closed, opened as text, or nothing that gives bytes: a sentence each."""
    with SAMPLE.open("rb") as file:
        file.read()
        with pytest.raises(cb.ReadError, match=r"not at its start.*file\.seek\(0\)"):
            cb.read(file)
    with pytest.raises(cb.SettingsError, match=r"takes an open BufferedReader.*was closed"):
        cb.read(file)
    with SAMPLE.open(encoding="utf-8") as text, pytest.raises(cb.ReadError, match="mode 'rb'"):
        cb.read(text)
    with (
        (tmp_path / "new.csv").open("wb") as writing,
        pytest.raises(cb.ReadError, match=r"new\.csv cannot be read"),
    ):
        cb.read(writing)

    class Odd:
        def read(self, _: int) -> list[int]:
            return [1]

    with pytest.raises(cb.ReadError, match="gives a list when it is read"):
        loose.read(Odd())


def two_sheets(path: Path) -> Path:
    book = openpyxl.Workbook()
    for name, number in (("a", 5), ("b", 6)):
        page = book.create_sheet(name)
        page.append(["id", "balance"])
        page.append([number, 7])
    book.remove(book.worksheets[0])
    book.save(path)
    return path


def test_a_sheet_by_its_number(tmp_path: Path) -> None:
    """Counted from 0; one that is not there is refused with the names."""
    path = two_sheets(tmp_path / "two.xlsx")
    for number in (0, 1, np.int64(1)):
        assert cb.read(path, number).name == "ab"[number]  # type: ignore[arg-type]
    with pytest.raises(cb.ReadError, match=r"no sheet number 2\. It has: a, b\. .*from 0"):
        cb.read(path, sheet=2)
    with pytest.raises(cb.SettingsError, match="takes a number from 0, not -1"):
        cb.read(path, sheet=-1)
    with pytest.raises(cb.ArgumentError, match="a text or None, not a bool"):
        loose.read(path, sheet=True)
    with pytest.raises(cb.ReadError, match="has no sheets, so there is no sheet number 0"):
        cb.read(b"id\n5\n", sheet=0)
    with pytest.raises(cb.ReadError, match="neither sheets nor an encoding"):
        cb.read([{"id": 5}], sheet=0)


LISTS: list[Any] = [
    [720441, 720442],
    (720441, 720442),
    {720441, 720442},
    np.array([720441, 720442]),
    "[720441, 720442]",
    "(720441, 720442)",
    "{720441, 720442}",
    "720441;720442",
    "[720441 720442]",
    "['720441', '720442']",
    "[np.int64(720441), np.int64(720442)]",
    "array([720441, 720442], dtype=uint32)",
]


@pytest.mark.parametrize("cell", LISTS, ids=repr)
def test_lists_and_their_texts(cell: Any) -> None:
    """A list in any form is its ids."""
    report = cb.validate(pd.DataFrame({"id": [5], "salon_ids": pd.Series([cell], dtype=object)}))
    assert sorted(report.columns["salon_ids"][0]) == [720441, 720442]


@pytest.mark.parametrize("text", ["[]", "()", "set()", "[ ]"])
def test_the_text_of_an_empty_list_empties(text: str) -> None:
    """As an empty list in a frame does."""
    report = cb.validate([{"id": 5, "service_ids": text}])
    assert report.columns["service_ids"][0] == "<clear>"


@pytest.mark.parametrize(
    "cell", [[720441, None], [720441, np.nan], "[720441, None]", "{'a': 1}", "[" * 3000]
)
def test_a_list_that_lacks_a_value_is_an_error(cell: Any) -> None:
    """What a join has lost is not dropped in silence."""
    report = cb.validate(pd.DataFrame({"id": [5], "salon_ids": pd.Series([cell], dtype=object)}))
    assert [finding.field for finding in report.errors] == ["salon_ids"]


def test_an_iterator_in_a_cell_is_refused() -> None:
    """It has nothing any more when it is read again, and an empty list would empty the field."""
    rows = pd.DataFrame({"id": [5], "service_ids": ["610101;610102"]})
    rows["service_ids"] = rows["service_ids"].str.split(";").map(lambda ids: map(int, ids))
    with pytest.raises(cb.ReadError, match="has a map, which can be read only once"):
        cb.validate(rows)


def test_names_in_the_text_of_a_list(client: cb.Client) -> None:
    """They are looked up one by one, as if they stood between semicolons."""
    names = "['Harbour & Pine Baixa', 'Harbour & Pine Ribeira']"
    plan = cb.plan([{"id": 288901, "salon_ids": names}], client)
    assert plan.report.columns["salon_ids"][0] == (720441, 720442)


def test_a_name_with_brackets_of_its_own() -> None:
    """It is looked up as it stands, alone and among others."""
    listing = Listing((Entry(5, "[VIP]"), Entry(6, "(Old) Spa (Riga)"), Entry(7, "VIP")))
    known = Directory({"locations": listing})
    for text, ids in {"[VIP]": (5,), "(Old) Spa (Riga)": (6,), "['[VIP]', 'VIP']": (5, 7)}.items():
        report = cb.validate([{"id": 1, "salon_ids": text}], directory=known)
        assert report.columns["salon_ids"][0] == ids


def test_brackets_that_are_no_list() -> None:
    """A text in which brackets do not stand around it all is read as it is."""
    assert isinstance(Ids().parse("(720441) (720442)", UTC), Problem)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_a_column_of_midnights_has_days(zone: str) -> None:
    """Never a day less: they mean what the same dates without a time zone mean."""
    days = pd.to_datetime(["2031-06-30", "2031-12-31"])
    plain, aware = (
        cb.validate(
            pd.DataFrame({"id": [5, 6], "expiration_type_id": 1, "expiration_date": column}),
            time_zone="America/Bogota",
        )
        for column in (days, days.tz_localize(zone))
    )
    assert list(aware.columns["expiration_date"]) == list(plain.columns["expiration_date"])


def test_a_midnight_among_other_times_is_asked_about() -> None:
    """A moment stays a moment, and the day that would be lost is named, with the repair."""
    moments = pd.to_datetime(["2031-06-30T00:00Z", "2031-06-30T10:00Z"])
    frame = pd.DataFrame({"id": [5, 6], "expiration_type_id": 1, "expiration_date": moments})
    report = cb.validate(frame, time_zone="America/Bogota")
    (finding,) = report.warnings
    assert (finding.code, finding.row, finding.suggestion) == ("midnight", 2, "2031-06-30")
    assert report.columns["expiration_date"][0] == datetime(2031, 6, 30, tzinfo=UTC)
    fixed = cb.fix(report, ["midnight"])
    assert [change.new for change in fixed.changes] == ["2031-06-30"]


def test_own_frames_keep_their_moments() -> None:
    """Typed rows that are read again are the same moments, a midnight included."""
    report = cb.validate(
        [{"id": 5, "expiration": {"type_id": 1, "date": "2031-06-30T00:00:00+00:00"}}]
    )
    again = cb.validate(report.valid)
    assert again.columns["expiration_date"][0] == report.columns["expiration_date"][0]
