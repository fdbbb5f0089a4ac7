"""Commands that only look, and those that write workbooks to fill in."""

import json
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb
from certbulk.core.columns.fields import FIELDS
from certbulk.core.findings.catalogue import CODES
from tests.applying.truth import writes
from tests.planning.sheets import LIVE, change, new

from .conftest import Run, csv

FINDING = ["row", "cell", "field", "value", "code", "severity", "message", "suggestion"]
PLAN = [
    "chain_id", "rows", "create", "update", "unchanged", "blocked", "invalid", "skip", "requests",
    "seconds", "policy", "needs_approval", "decisions", "cautions",
]  # fmt: skip


def test_validate(certbulk: Run) -> None:
    """Good rows: code 0. It needs no service and no settings."""
    result = certbulk("validate", csv("types.csv", new(), LIVE))
    assert result.exit_code == 0
    assert "2 rows, 2 valid, 0 invalid" in result.stdout
    assert result.stderr == ""


def test_validate_with_errors(certbulk: Run) -> None:
    """Bad rows: code 1, and every finding with its cell."""
    result = certbulk("validate", csv("types.csv", new(balance="x", is_multi="maybe")))
    assert result.exit_code == 1
    assert "B2 balance" in result.stdout
    assert "C2 is_multi" in result.stdout


def test_validate_json(certbulk: Run) -> None:
    """Exactly the promised object."""
    rows = (new(balance="x", is_multi="maybe"), new(), {**new(title="Odd 99"), "colour": "red"})
    result = certbulk("validate", csv("types.csv", *rows), "--json")
    document = json.loads(result.stdout)
    counts = ["rows", "valid", "invalid", "errors", "warnings"]
    assert list(document) == [*counts, "decisions", "findings"]
    assert (document["rows"], document["valid"], document["invalid"]) == (3, 2, 1)
    assert document["errors"] == 2
    assert document["errors"] + document["warnings"] == len(document["findings"])
    assert all(list(finding) == FINDING for finding in document["findings"])
    first = next(f for f in document["findings"] if f["code"] == "not_a_number")
    assert (first["row"], first["cell"], first["field"]) == (2, "B2", "balance")
    assert (first["value"], first["severity"]) == ("x", "error")
    assert result.stderr == ""


def test_plan(service: cb.Sandbox, certbulk: Run) -> None:
    """Old and new of every change, what is blocked and why, what it costs; nothing is sent."""
    rows = (new(), change(288901, balance="51"), change(288903, balance="1"), new(balance="x"))
    result = certbulk("plan", csv("types.csv", *rows))
    assert result.exit_code == 1
    for words in ("balance: 50 \u2192 51", "already_issued", "not_a_number", " requests", "UTC"):
        assert words in result.stdout
    assert writes(service.requests) == []
    assert not list(Path().glob("*.xlsx"))


def test_plan_json(service: cb.Sandbox, certbulk: Run) -> None:
    """Exactly the promised object."""
    rows = (new(), change(288901, balance="51"), LIVE)
    result = certbulk("plan", csv("types.csv", *rows), "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert list(document) == PLAN
    assert (document["create"], document["update"], document["unchanged"]) == (1, 1, 1)
    assert document["requests"] == 6
    assert document["decisions"][1]["changes"] == {"balance": [50, 51]}
    assert [decision["row"] for decision in document["decisions"]] == [2, 3, 4]
    assert writes(service.requests) == []


def test_plan_as_a_workbook(service: cb.Sandbox, certbulk: Run) -> None:
    """--excel writes it too; with --json the path is not on stdout."""
    file = csv("types.csv", new())
    assert "plan.xlsx" in certbulk("plan", file, "--excel", "plan.xlsx").stdout
    assert openpyxl.load_workbook("plan.xlsx").sheetnames == ["plan", "summary"]
    assert certbulk("plan", file, "--excel", "plan.xlsx").exit_code == 2
    again = certbulk("plan", file, "--excel", "plan.xlsx", "--overwrite", "--json")
    assert list(json.loads(again.stdout)) == PLAN
    assert service.requests


def test_the_pace_can_be_set(service: cb.Sandbox, certbulk: Run) -> None:
    """By option, before the environment; the price of the run follows it."""
    file = csv("types.csv", *(change(n, balance="9") for n in (288901, 288902, 288904)))
    slow = json.loads(certbulk("plan", file, "--json", "--per-second", "0.5").stdout)
    assert slow["seconds"] == pytest.approx(12.0, abs=0.1)
    few = json.loads(certbulk("plan", file, "--json", "--per-minute", "1").stdout)
    assert few["seconds"] == pytest.approx(600.0, abs=0.1)
    assert service.requests


def test_the_time_zone_can_be_set(service: cb.Sandbox, certbulk: Run) -> None:
    """By option or environment; the plan shows it."""
    file = csv("types.csv", new(expiration_type_id="1", expiration_date="2030-01-01"))
    assert "Asia/Tbilisi" in certbulk("plan", file, "--time-zone", "Asia/Tbilisi").stdout
    assert service.requests


def test_rules(certbulk: Run) -> None:
    """Every code with its meaning and its ground, as text and as JSON."""
    text = certbulk("rules")
    assert text.exit_code == 0
    for code in CODES.values():
        assert f"{code.name} ({code.severity}, {code.scope})" in text.stdout
        assert str(code.basis) in text.stdout
    document = json.loads(certbulk("rules", "--json").stdout)
    assert list(document) == list(CODES)
    assert {"title", "explanation", "basis", "example"} <= document["required"].keys()


def test_columns(certbulk: Run) -> None:
    """Every column with what goes into it, as text and as JSON."""
    text = certbulk("columns")
    assert text.exit_code == 0
    for field in FIELDS:
        assert f"{field.name} ({field.label})" in text.stdout
        assert field.help in text.stdout
    document = json.loads(certbulk("columns", "--json").stdout)
    assert [column["name"] for column in document["columns"]] == [field.name for field in FIELDS]


def test_template(certbulk: Run) -> None:
    """A workbook to fill in; never over one that is there."""
    assert "types.xlsx" in certbulk("template", "types.xlsx").stdout
    assert certbulk("validate", "types.xlsx").exit_code == 0
    before = Path("types.xlsx").read_bytes()
    assert certbulk("template", "types.xlsx").exit_code == 2
    assert Path("types.xlsx").read_bytes() == before
    assert certbulk("template", "types.xlsx", "--overwrite").exit_code == 0
    assert certbulk("template", "types.csv").exit_code == 2


def test_export(service: cb.Sandbox, certbulk: Run) -> None:
    """What is live, as a workbook whose plan changes nothing; what is left out is counted."""
    text = certbulk("export", "live.xlsx")
    assert "Wrote live.xlsx, 8 types. 1 archived type is left out. Edit it, then" in text.stdout
    said = json.loads(certbulk("export", "live.xlsx", "--overwrite", "--json").stdout)
    assert said == {"output": "live.xlsx", "types": 8, "archived": 1}
    document = json.loads(certbulk("plan", "live.xlsx", "--json").stdout)
    assert document["rows"] == document["unchanged"] == 8
    assert writes(service.requests) == []


def test_long_lists_are_cut_and_say_so(service: cb.Sandbox, certbulk: Run) -> None:
    """A thousand findings do not scroll the first ones away; --json has them all."""
    file = csv("types.csv", *(new(title=f"N{n}", balance="x") for n in range(300)))
    text = certbulk("validate", file).stdout
    assert len(text.splitlines()) < 60
    assert "280 more" in text
    assert len(json.loads(certbulk("validate", file, "--json").stdout)["findings"]) == 300
    assert len(certbulk("plan", file).stdout.splitlines()) == 303  # each row is shown
    assert service.requests


def test_names_are_looked_up_where_the_chain_is_at_hand(service: cb.Sandbox, certbulk: Run) -> None:
    """Validate --live knows names and checks ids; without it, it says how names are looked up."""
    file = csv("types.csv", new(salon_ids="Harbour & Pine Baixa"))
    offline, live = certbulk("validate", file), certbulk("validate", file, "--live")
    assert (offline.exit_code, live.exit_code) == (1, 0), live.output
    assert "--live" in offline.stdout
    for other in ("12.5", "720441/720442"):  # no names
        assert "--live" not in certbulk("validate", csv("ids.csv", new(salon_ids=other))).stdout
    unknown = certbulk("validate", csv("types.csv", new(salon_ids="999")), "--live")
    assert "unknown_location" in unknown.stdout
    broken = certbulk("validate", csv("ids.csv", new(salon_ids="720441/7")), "--live")
    assert "not_an_id_list" in broken.stdout
    assert "looked up" not in broken.stdout
    assert service.types()
    assert certbulk("apply", file, "--yes").exit_code == 1


def test_a_template_with_the_chains_names(service: cb.Sandbox, certbulk: Run) -> None:
    """Template --live has them to pick from; without it no account is needed."""
    assert certbulk("template", "plain.xlsx").exit_code == 0
    assert service.requests == []
    assert certbulk("template", "live.xlsx", "--live").exit_code == 0
    assert len(cb.read("live.xlsx").directory.locations.ids) == 4
    assert not cb.read("plain.xlsx").directory.locations
