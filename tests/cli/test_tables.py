"""Tables in files and on standard output, in each format; what is live, listed and chosen."""

import io
import json
import os
import subprocess
import sys
from functools import partialmethod
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.cli.output import AnyFormat, WriteAs
from certbulk.core.columns.read_only import READ_ONLY
from certbulk.core.file_formats import WRITTEN_FORMATS
from certbulk.core.results.row_document import ROW_KEYS
from certbulk.sandbox_client import Sandbox
from tests.applying.truth import writes
from tests.conftest import UNLIMITED
from tests.planning.sheets import LIVE, change, new

from .conftest import Run, csv, one_line

pytestmark = pytest.mark.usefixtures("service")
FORMATS = [written.name for written in WRITTEN_FORMATS]


def table(data: bytes, written: str) -> pd.DataFrame:
    """Return a table of bytes in a format, as texts but in parquet."""
    file = io.BytesIO(data)
    if written == "csv":
        return pd.read_csv(file, dtype=str, keep_default_na=False)
    if written == "json":
        return pd.DataFrame(json.loads(data))
    if written == "parquet":
        return pd.read_parquet(file)
    sheets = pd.read_excel(file, sheet_name=None, dtype=str, engine="openpyxl")
    return sheets.get("certificate_types", next(iter(sheets.values())))


def test_the_options_name_the_formats_of_the_table() -> None:
    """`--format` takes what can be written, and nothing else."""
    (choices, _) = get_args(get_args(WriteAs)[0])
    assert list(get_args(choices)) == FORMATS
    assert [str(one) for one in AnyFormat] == ["table", "booster", *FORMATS]


@pytest.mark.parametrize("written", FORMATS)
def test_each_table_in_each_format(certbulk: Run, written: str) -> None:
    """To standard output, and the same into a file; nothing else is on standard output."""
    file = csv("types.csv", new(), change(288901, balance="51"), new(title="Bad 10", balance="x"))
    number = json.loads(certbulk("apply", file, "--yes", "--json").stdout)["run"]
    bad = csv("bad.csv", new(balance="x"), new(title="Odd 7"))
    lines: dict[str, tuple[tuple[Any, ...], str, int]] = {
        "plan": (("plan", bad), "-o", 2),
        "results": (("results", number), "-o", 3),
        "findings": (("validate", bad), "--findings", 1),
        "list": (("list",), "-o", 9),
        "get": (("get", "288901"), "-o", 1),
    }
    for name, (words, option, rows) in lines.items():
        shown = certbulk(*words, option, "-", "--format", written)
        assert len(table(shown.stdout_bytes, written)) >= rows, name
        path = Path(f"{name}.{written}")
        if (name, written) != ("plan", "json"):  # that is a plan to apply
            kept = certbulk(*words, option, path)
            assert kept.exit_code == shown.exit_code, kept.output
            assert len(table(path.read_bytes(), written)) >= rows, name
            assert certbulk(*words, option, path).exit_code == 2  # never over one that is there
        assert certbulk(*words, "--format", written).exit_code == shown.exit_code


def test_rows_as_json_are_those_of_the_document(certbulk: Run) -> None:
    """Of a plan and of results: the form of --json."""
    file = csv("types.csv", new(), LIVE)
    planned = json.loads(certbulk("plan", file, "--format", "json").stdout)
    assert planned == json.loads(certbulk("plan", file, "--json").stdout)["decisions"]
    document = json.loads(certbulk("apply", file, "--yes", "--json").stdout)
    rows = json.loads(certbulk("results", document["run"], "--format", "json").stdout)
    assert rows == document["outcomes"]
    assert [tuple(row) for row in rows] == [ROW_KEYS] * 2


@pytest.mark.parametrize("written", ["csv", "parquet", "xlsx"])
def test_an_export_is_read_again_without_a_change(
    service: cb.Sandbox, client: cb.Client, certbulk: Run, written: str
) -> None:
    """Also titles that look like formulas; the columns that are only shown are understood."""
    values = {**client.get(288908), "title": "=SUM(A1) 120"}
    client.update(288908, next(iter(_bodies(values))))
    certbulk("export", f"live.{written}")
    result = certbulk("plan", f"live.{written}", "--json")
    document = json.loads(result.stdout)
    assert document["unchanged"] == document["rows"] == 8, result.stdout
    findings = json.loads(certbulk("validate", f"live.{written}", "--json").stdout)["findings"]
    assert "unknown_column" not in {finding["code"] for finding in findings}
    frame = table(Path(f"live.{written}").read_bytes(), "csv" if written == "csv" else written)
    assert {column.name for column in READ_ONLY} <= set(frame.columns)
    assert [str(n).removesuffix(".0") for n in frame["released_total"]][2] == "12"
    matches = json.loads(certbulk("columns", "--map", f"live.{written}", "--json").stdout)
    how = {match["header"]: match["how"] for match in matches["columns"]}
    assert {how[column.name] for column in READ_ONLY} == {"read-only"}
    assert service.types()


def _bodies(record: dict[str, Any]) -> list[dict[str, Any]]:
    from certbulk.core.payload import body_of, values_of

    return [body_of(values_of(record))]


def test_no_cell_of_a_csv_file_is_a_formula(client: cb.Client, certbulk: Run) -> None:
    """An apostrophe is before what a spreadsheet program would take for one."""
    client.update(288908, _bodies({**client.get(288908), "title": "@SUM(A1) 120"})[0])
    shown = certbulk("list", "--title", "sum", "--format", "csv")
    assert "288908,'@SUM(A1) 120,120," in shown.stdout


def test_what_cannot_be(certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two documents, two formats, no known format: a sentence, before anything is asked."""
    file = csv("types.csv", new())
    one_line(certbulk("list", "--json", "--format", "csv"), "one document")
    one_line(certbulk("list", "-o", "a.csv", "--format", "json"), "two formats")
    one_line(certbulk("list", "-o", "a.doc"), ".csv, .json, .parquet or .xlsx")
    one_line(certbulk("plan", file, "--format", "csv", "--format", "json"), "two formats")
    one_line(certbulk("export"), "Say where")
    one_line(certbulk("results", "20270131-101500-a1b2c3"), "Say where")
    monkeypatch.setattr("certbulk.cli.output._is_terminal", lambda: True)
    one_line(certbulk("list", "--format", "parquet"), "A terminal cannot show parquet")
    assert certbulk("list", "--format", "csv").exit_code == 0


def test_a_plan_in_a_json_file_is_one_to_apply(certbulk: Run) -> None:
    """Whatever --format says of other files."""
    file = csv("types.csv", new())
    result = certbulk("plan", file, "-o", "p.json", "--format", "json")
    assert "certbulk apply p.json" in result.stdout
    assert certbulk("apply", "p.json", "--yes").exit_code == 0


def test_rows_of_the_extension_and_a_table(certbulk: Run) -> None:
    """Both formats can be named: that of the file, and that of what is written."""
    Path("rows.txt").write_text(
        "Card 60\tmultiple\t60\tall\tno\tyes\tno\tno\t\t\t\t\t720441\n", encoding="utf-8"
    )
    shown = certbulk("validate", "rows.txt", "--format", "booster", "--json")
    assert json.loads(shown.stdout)["rows"] == 1
    both = certbulk("plan", "rows.txt", "--format", "booster", "--format", "csv")
    assert both.stdout.splitlines()[1].split(",")[3] == "Card 60"


LISTED = [
    (("--title", "GIFT"), {288901, 288902, 288903, 288909}),
    (("--location", "720443"), None),
    (("--location", "harbour & pine vera"), None),
    (("--issued",), {288903}),
    (("--not-issued", "--title", "gift"), {288901, 288902, 288909}),
    (("--archived",), {288907}),
    (("--title", "no such title"), set()),
]


@pytest.mark.parametrize(("words", "ids"), LISTED)
def test_types_are_chosen(
    client: cb.Client, certbulk: Run, words: tuple[str, ...], ids: set[int] | None
) -> None:
    """By a part of the title, a location, what was issued, what is archived; exports too."""
    if ids is None:
        location = 720443 if words[1] == "720443" else 720450
        live = [one for one in client.list() if not one["is_archived"]]
        ids = {one["id"] for one in live if location in one["salon_ids"]}
        assert ids
    document = json.loads(certbulk("list", *words, "--json").stdout)
    assert {one["id"] for one in document["types"]} == ids
    assert (document["rows"], document["chain_id"]) == (len(ids), 706028)
    exported = certbulk("export", *words, "--format", "csv")
    assert len(exported.stdout.splitlines()) == len(ids) + 1


def test_types_that_changed_since_a_run(client: cb.Client, certbulk: Run) -> None:
    """Those of the run that are otherwise now, of later runs, and newer ones; none at once."""
    file = csv("types.csv", change(288901, balance="51"), change(288902, balance="99"))
    number = json.loads(certbulk("apply", file, "--yes", "--json").stdout)["run"]
    line = ("list", "--changed-since", number, "--json")
    assert json.loads(certbulk(*line).stdout)["types"] == []
    client.update(288901, _bodies({**client.get(288901), "balance": 52})[0])
    made = client.create(_bodies({**client.get(288902), "title": "Newer 99"})[0])["id"]
    found = json.loads(certbulk(*line).stdout)["types"]
    assert {one["id"] for one in found} == {288901, made}
    certbulk("apply", csv("later.csv", change(288904, balance="251")), "--yes")  # not in that run
    found = json.loads(certbulk(*line).stdout)["types"]
    assert {one["id"] for one in found} == {288901, 288904, made}


def test_the_list_for_people(service: cb.Sandbox, certbulk: Run) -> None:
    """A line for each type with the names of its locations, and what was left out."""
    shown = certbulk("list").stdout
    assert "288904  Spa Day 250             250  Harbour & Pine Baixa; " in shown
    assert shown.splitlines()[-1] == "8 live types, 1 archived type left out."
    assert writes(service.requests) == []


@pytest.mark.parametrize("width", ["50", "80", "120"])
def test_a_terminal_of_any_width(
    certbulk: Run, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    """No line is longer than it, and no column vanishes: texts wrap."""
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setattr("certbulk.cli.tables._is_terminal", lambda: True)
    shown = certbulk("list").stdout.splitlines()[:-1]
    assert max(map(len, shown)) <= int(width)
    assert "Harbour" in "\n".join(shown)
    assert "Massage" in "\n".join(shown)


def test_get(client: cb.Client, certbulk: Run) -> None:
    """One type as the service has it; without --json with the labels of its columns."""
    assert json.loads(certbulk("get", "288903", "--json").stdout) == client.get(288903)
    shown = certbulk("get", "288903").stdout
    assert "Face value" in shown
    assert "released_total              12" in shown
    one_line(certbulk("get", "1"), "404")


def test_the_exit_code_of_a_plan(certbulk: Run) -> None:
    """4 if something is to be sent, and 1 before it if a row is refused; else 0."""
    pending, same = csv("a.csv", new()), csv("b.csv", LIVE)
    refused = csv("c.csv", new(), new(title="Bad 10", balance="x"))
    codes = [certbulk("plan", file, "--exit-code").exit_code for file in (pending, same, refused)]
    assert codes == [4, 0, 1]
    assert certbulk("plan", pending).exit_code == 0


def test_runs_are_chosen(client: cb.Client, certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, service and chain, on the command line and in Python."""
    monkeypatch.setattr(Sandbox, "__init__", partialmethod(Sandbox.__init__, limits=UNLIMITED))
    file = csv("types.csv", new())
    certbulk("apply", file, "--yes")
    certbulk("apply", file, "--sandbox", "--yes")
    host = client.host
    both = json.loads(certbulk("runs", "--json").stdout)
    assert [run["service"] for run in both] == ["practice", host]
    for words, services in (
        (("--limit", "1"), ["practice"]),
        (("--service", host), [host]),
        (("--service", "practice", "--chain", "706028"), ["practice"]),
        (("--chain", "1"), []),
    ):
        chosen = json.loads(certbulk("runs", *words, "--json").stdout)
        assert [run["service"] for run in chosen] == services
    assert cb.runs(limit=1)["service"].to_list() == ["practice"]
    assert cb.runs(service=client.base_url, chain=706028)["rows"].to_list() == [1]
    with pytest.raises(cb.SettingsError, match="limit must be at least 1"):
        cb.runs(limit=0)
    line = certbulk("runs", "--limit", "1").stdout
    assert "  apply  finished  practice  chain 706028  20" in line
    assert " UTC  types.csv  1 created, 1 verified" in line


def test_show_lists_the_rows_that_made_its_exit_code(certbulk: Run) -> None:
    """Rows that are invalid or blocked, too, with the reason."""
    file = csv("types.csv", new(), new(title="Bad 10", balance="x"), change(288903, balance="1"))
    number = json.loads(certbulk("apply", file, "--yes", "--json").stdout)["run"]
    shown = certbulk("show", number)
    assert shown.exit_code == 1
    assert "Not sent:\n! row 3  Bad 10" in shown.stdout
    assert "! row 4  Gift Certificate 150 (id 288903)  blocked: " in shown.stdout
    assert "row 2" not in shown.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are as POSIX has them")
@pytest.mark.parametrize("words", [("columns",), ("columns", "--json")])
def test_nobody_reads_to_the_end(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A program behind the pipe that ends early (`| head`) is not an error and has no message."""
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "certbulk", *words],
        stdout=theirs,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        check=False,
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.campaign
def test_a_run_goes_on_if_nobody_reads(service: cb.Sandbox, tmp_path: Path) -> None:
    """What was agreed to is sent, the results are written, and the exit code is the run's."""
    file = csv("types.csv", new(), new(title="Bad 10", balance="x"))
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "certbulk", "apply", file, "--yes"],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    os.close(theirs)
    assert done.returncode == 1
    assert len(service.types()) == 10
    assert openpyxl.load_workbook(tmp_path / "types.results.xlsx").sheetnames[0] == "results"
