import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

import certbulk as cb
from certbulk.core.columns.field import CREATE, UPDATE
from certbulk.core.columns.fields import FIELDS

from . import FILES, KEPT, MAKERS, OFFICE, records
from .office import PROGRAM, convert, write_all

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NAMES = sorted(path.name.removesuffix(".toml") for path in FILES.glob("*.toml"))


def expected(name: str) -> dict[str, Any]:
    """Return what a careful person reads in a file."""
    text = (FILES / f"{name}.toml").read_text(encoding="utf-8")
    wanted = tomllib.loads(text, parse_float=Decimal)
    for row in wanted.get("rows", {}).values():
        for field, value in row.items():
            if isinstance(value, dict):  # a long text, said shortly
                row[field] = value["repeat"] * value["times"]
    return wanted


def plain(value: Any) -> Any:
    """Return a typed value as TOML has it."""
    return list(value) if isinstance(value, tuple) else value


def of_report(report: cb.Report) -> dict[str, Any]:
    """Return what was read, in the shape of the expectations."""
    sheet = report.sheet
    names = [field.name for field in FIELDS if field.name in report.columns]
    return {
        "sheet": sheet.name,
        "header_row": sheet.header_row,
        "columns": {
            get_column_letter(column.number): column.field
            for column in sheet.columns
            if column.number and column.field
        },
        "rows": {
            str(row): {
                name: plain(value)
                for name in names
                if (value := report.columns[name][position]) is not None
            }
            for position, row in enumerate(sheet.rows.tolist())
        },
        "creates": sheet.rows[~report.refused & (report.actions == CREATE)].tolist(),
        "updates": sheet.rows[~report.refused & (report.actions == UPDATE)].tolist(),
    }


def agree(report: cb.Report, wanted: Mapping[str, Any]) -> None:
    """Assert that a report is what is wanted of it."""
    got = of_report(report)
    for key in ("sheet", "header_row", "columns", "rows", "creates", "updates"):
        absent: Any = {"rows": {}, "creates": [], "updates": []}.get(key, got[key])
        assert got[key] == wanted.get(key, absent), key
    found = [(f.cell or "", f.code) for f in report.all_findings]
    findings = wanted.get("findings", [])
    assert sorted(found) == sorted((f.get("cell", ""), f["code"]) for f in findings)
    for finding in findings:
        says, suggestion = finding.get("says", ""), finding.get("suggestion")
        assert any(
            says in f.message and suggestion in (None, f.suggestion)
            for f in report.all_findings
            if (f.cell or "", f.code) == (finding.get("cell", ""), finding["code"])
        ), (finding, [f.message for f in report.all_findings])


def look_at(path: Path, wanted: Mapping[str, Any]) -> None:
    """Read and validate a file, and assert that it is what is wanted of it."""
    options = wanted.get("read", {})
    if refusal := wanted.get("refused"):
        with pytest.raises(cb.ReadError, match=refusal):
            cb.read(path, **options)
        return
    agree(cb.validate(cb.read(path, **options), now=NOW), wanted)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_careful_person_reads(name: str) -> None:
    """Values, addresses, findings and what would be sent are what was written down by hand."""
    look_at(FILES / name, expected(name))


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_written_today_reads_the_same(name: str, tmp_path: Path) -> None:
    """The files are those that their writers write, in the versions that are installed."""
    MAKERS[name](tmp_path / name)
    look_at(tmp_path / name, expected(name))


@pytest.mark.campaign
@pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")
def test_what_libreoffice_writes_today_reads_the_same(tmp_path: Path) -> None:
    """The same for the files that it makes of others."""
    write_all(tmp_path, of=FILES)
    for name in OFFICE:
        look_at(tmp_path / name, expected(name))


def test_every_file_is_explained() -> None:
    """It has a maker, and beside it a line that says what it is about."""
    files = {path.name for path in FILES.iterdir() if path.suffix != ".toml"}
    assert files == set(NAMES) == {*MAKERS, *OFFICE, *KEPT}
    for name in NAMES:
        assert expected(name)["about"].endswith(".")


@pytest.mark.campaign
@pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")
def test_libreoffice_sees_the_same_in_records_written_by_hand(tmp_path: Path) -> None:
    """It is a second reader of .xlsb: what it hands on as .xlsx means the same, row by row."""
    convert([FILES / name for name in records.MAKERS], "xlsx", tmp_path)
    for name in records.MAKERS:
        look_at(tmp_path / name.replace(".xlsb", ".xlsx"), expected(name))
