"""Workbooks that another program saved in other formats."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from certbulk import Sheet, read

from .files import found, texts

PROGRAM = shutil.which("soffice")
CELLS: dict[str, Any] = {
    "C4": "title",
    "D4": "balance",
    "E4": "expiration_date",
    "F4": "is_multi",
    "G4": "id",
    "C6": "NA",
    "D6": 1.234,
    "E6": datetime(2031, 12, 31),  # noqa: DTZ001
    "F6": True,
    "G6": "00123",
    "C8": "null",
    "D8": "1.234",
    "E8": datetime(2031, 12, 31, 18, 30),  # noqa: DTZ001
    "G8": 720441,
    "C9": "calculated",
    "D9": "=500*2",
    "C10": "broken",
    "D10": "=1/0",
    "E10": "=NA()",
    "C12": '=IF(1=1,"","x")',
    "D12": 1100.0000000000002,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same workbook as .xls and .ods, saved by LibreOffice."""
    if PROGRAM is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    book = openpyxl.Workbook()
    for address, value in CELLS.items():
        book.worksheets[0][address] = value
    book.save(folder / "a.xlsx")
    for ending in ("xls", "ods"):
        subprocess.run(
            [
                PROGRAM,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                ending,
                "--outdir",
                str(folder),
                str(folder / "a.xlsx"),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return folder


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_formats_are_read_alike(ending: str, folder: Path) -> None:
    """True addresses, texts as texts, dates, results of formulas, and errors as findings."""
    sheet: Sheet = read(folder / f"a.{ending}")
    assert sheet.header_row == 4
    assert sheet.rows.tolist() == [6, 8, 9, 10, 12]
    assert texts(sheet, "title") == ["NA", "null", "calculated", "broken", None]
    assert texts(sheet, "balance")[:3] == ["1.234", "1.234", "1000"]
    assert texts(sheet, "balance")[4] == "1100"
    assert texts(sheet, "expiration_date")[0] == "2031-12-31"
    assert str(texts(sheet, "expiration_date")[1]).replace("T", " ") == "2031-12-31 18:30:00"
    assert texts(sheet, "is_multi")[0] in {"true", "1"}
    assert texts(sheet, "id")[:2] == ["00123", "720441"]
    assert sorted(found(sheet)) == [("D10", "error_cell"), ("E10", "error_cell")]
