"""Small files that unpack to more than any machine has are refused at once, on every system."""

import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import certbulk as cb
from tests.steps import steps_of

from .files import header, inline, open_document, raw_parts, zipped

HEAD = header("title", "balance")
SPACES = '<text:s text:c="2000000000"/>'
TEXT = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def _shared() -> dict[str, str | bytes]:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 60_000))
    return raw_parts(HEAD + cells, shared=f"<si><t>{'x' * 100_000}</t></si>")


def _many_sheets() -> dict[str, str | bytes]:
    parts = raw_parts(HEAD + f'<row r="2">{inline("A2", "A")}</row>')
    book = str(parts["xl/workbook.xml"])
    parts["xl/workbook.xml"] = book.replace("<sheets>", "<sheets>" + "<x/>" * 3_000_000)
    return parts


BOMBS = {
    "spaces.ods": lambda: open_document(
        f"<table:table-row>{TEXT.format('', SPACES)}</table:table-row>"
    ),
    "rows.ods": lambda: open_document(
        '<table:table-row table:number-rows-repeated="1000000">'
        + TEXT.format(' table:number-columns-repeated="50"', "A")
        + "</table:table-row>"
    ),
    "texts.ods": lambda: open_document(
        '<table:table-row table:number-rows-repeated="100000">'
        + TEXT.format(' table:number-columns-repeated="10"', "x" * 30_000)
        + "</table:table-row>"
    ),
    "shared.xlsx": _shared,
    "list.xlsx": _many_sheets,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str, tmp_path: Path) -> None:
    """Before room is made for what it says, and before any of it is read."""
    path = zipped(tmp_path / name, BOMBS[name]())

    def refuse() -> None:
        with pytest.raises(cb.ReadError, match=name):
            cb.read(path)

    tracemalloc.start()
    refuse()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200 << 20
    assert steps_of(refuse) < 500_000


def test_a_parquet_file_that_unpacks_to_too_much(tmp_path: Path) -> None:
    """Neither many rows of nothing nor one long list of long texts are read."""
    rows = pa.table({"title": pa.array([0] * 100, pa.int8()).take(pa.array([0] * 3_000_000))})
    pq.write_table(rows, tmp_path / "rows.parquet")
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000_000), pa.array(["x" * 5000]))
    lists = pa.ListArray.from_arrays(pa.array([0, 2_000_000]), texts)
    pq.write_table(pa.table({"title": lists}), tmp_path / "list.parquet")
    for name in ("rows.parquet", "list.parquet"):
        with pytest.raises(cb.ReadError, match=name):
            cb.read(tmp_path / name)
