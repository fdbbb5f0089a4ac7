"""A sheet whose few cells lie far apart is refused before room is made for what is between."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import certbulk
from certbulk import read
from certbulk.reading.formats.size_limits import reaches_far
from tests.corpus import FILES

from .files import binary_workbook, header, inline, one_sheet, open_document, raw_parts, zipped

PIECES = [
    (b'<worksheet xmlns:r="http://schemas"><sheetData><row r="1"><c r="A1"/></row>', False),
    (b'<row r="1048576"><c r="AZ1048576"/></row>', False),
    (b"<row r='1048576'><c r='AZ1048576'/></row>", False),
    (b'<row r="1"><c r="BA1"/></row>', True),
    (b'<row r="9999999"><c r="A9999999"/></row>', True),
]


@pytest.mark.parametrize(("piece", "far"), PIECES)
def test_what_is_far(piece: bytes, far: bool) -> None:  # noqa: FBT001
    """The prefix r that most sheets declare is not an address, and costs them no second look."""
    assert reaches_far(piece) is far


def _with_row(row: str) -> dict[str, str | bytes]:
    return raw_parts(header("title") + f'<row r="2">{inline("A2", "A")}</row>{row}')


def _patched(kind: int, length: int, position: int, content: bytes) -> bytes:
    """Return an old workbook with the bytes at a place of its first record of a kind replaced."""
    data = bytearray((FILES / "hidden_rows.xls").read_bytes())
    begin = data.index(struct.pack("<HH", kind, length)) + 4 + position
    data[begin : begin + len(content)] = content
    return bytes(data)


_CORNER = struct.pack("<HH", 65535, 65535)
FAR: dict[str, bytes | dict[str, str | bytes]] = {
    "plain.xlsx": _with_row('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "gaps.xlsx": _with_row('<row r = "1048576"><c r\n=\n"XFD1048576"><v>1</v></c></row>'),
    "zeros.xlsx": _with_row('<row r="1048576"><c r="XFD00000000001048576"><v>1</v></c></row>'),
    "binary.xlsb": binary_workbook({0: {0: "title"}, 1: {0: "A"}, 1_048_575: {16_383: 1}}),
    "repeated.ods": open_document(
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row><table:table-row>"
        '<table:table-cell table:number-columns-repeated="90" office:value="1"/></table:table-row>'
    ),
    "a text.xls": _patched(0xFD, 10, 0, _CORNER),
}

READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
import certbulk
for path in sys.argv[1:]:
    try:
        certbulk.read(path)
    except certbulk.ReadError as error:
        print("refused", error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on memory")
def test_a_cell_in_the_far_corner_does_not_take_all_memory(tmp_path: Path) -> None:
    """A stray cell in the last corner of a sheet makes nobody's machine or program fall over."""
    paths = []
    for name, content in FAR.items():
        paths.append(tmp_path / name)
        if isinstance(content, bytes):
            paths[-1].write_bytes(content)
        else:
            zipped(paths[-1], content)
    done = subprocess.run(
        [sys.executable, "-c", READ, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(certbulk.__file__).parents[1])},
    )
    assert done.returncode == 0, done.stderr[-300:]
    said = done.stdout.splitlines()
    for path, line in zip(paths, said, strict=True):
        assert line.startswith(f"refused {path.name}"), line
        assert "cells spread over" in line or "beyond IV65536" in line, line


def test_an_extent_that_is_wrong_is_not_believed(tmp_path: Path) -> None:
    """An .xls that claims thousands of millions of rows is read as what is in it."""
    path = tmp_path / "hidden_rows.xls"
    path.write_bytes(_patched(0x200, 14, 4, struct.pack("<IHH", 1 << 31, 0, 65535)))
    assert read(path).frame.equals(read(FILES / "hidden_rows.xls").frame)


@pytest.mark.parametrize("stray", ["A20000", "ZZ2", "AZ500"])
def test_a_stray_space_is_nothing(stray: str, tmp_path: Path) -> None:
    """Far below the table or beside it, it makes no row and no column."""
    sheet = read(one_sheet(tmp_path / "a.xlsx", {"A1": "title", "A2": "A", stray: " "}))
    assert sheet.rows.tolist() == [2]
    assert len(sheet.columns) == 1
