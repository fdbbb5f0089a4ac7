"""What commands have in common: the same options, the same words, the same documents."""

import json
import shlex
from pathlib import Path

import openpyxl
import pytest
import typer

import certbulk as cb
from certbulk.cli import app
from tests.planning.sheets import change, new

from .conftest import COMMANDS, Run, csv
from .test_json import follows

RISE = ("change", "--where", "not issued", "--set", "balance*=1.1", "--round", "5")
SUCCESSOR = ("--issued", "successor", "--successor-title", "{title} (2027)")
PLANNING = {
    "--price-jump", "--allow-duplicate-titles", "--issued", "--successor-title", "--time-zone",
    "--per-second", "--per-minute", "--wide", "--json", "--overwrite",
}  # fmt: skip


def options_of(name: str) -> set[str]:
    """Return the options of a command."""
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("name", ["plan", "apply", "change", "rehearse"])
def test_whoever_plans_has_the_options_of_plans(name: str) -> None:
    """What is learned with one of these commands holds for the others."""
    assert PLANNING - options_of(name) == set()


def test_the_help_has_the_commands_in_groups(certbulk: Run) -> None:
    """Each command is in one group, and all descriptions begin in the same column."""
    groups = certbulk("--help").stdout.split("\n\n")[-6:]
    assert [group.split(":\n")[0] for group in groups] == [
        "Check and send", "Runs", "What is live", "Help with files", "Set up",
            "Many chains",
    ]  # fmt: skip
    lines = [line for group in groups for line in group.splitlines()[1:]]
    assert sorted(line.split()[0] for line in lines) == sorted([*COMMANDS, "fleet"])
    assert len({len(line) - len(line.split(maxsplit=1)[1]) for line in lines}) == 1


@pytest.mark.usefixtures("service")
def test_a_change_is_saved_and_shown_as_a_plan_is(certbulk: Run) -> None:
    """-o PLAN.json saves it, --price-jump sets its limit, rows have no cells, results its name."""
    result = certbulk(*RISE, "-o", "rise.json", "--price-jump", "1", "--wide")
    assert result.exit_code == 0, result.output
    assert '  row 2 Face value: "Face value" changes from 50 to 55, which is 10%' in result.stdout
    assert "Carry it out with: certbulk apply rise.json" in result.stdout
    assert "Results: rise.results.xlsx" in certbulk("apply", "rise.json", "--yes").stdout


@pytest.mark.usefixtures("service")
def test_a_change_of_nothing(certbulk: Run) -> None:
    """It says "No changes" as apply does: no run, no workbook, and the document of a run."""
    words = ("change", "--where", "all", "--set", "balance*=1", "--yes")
    assert "No changes: all of it is live as it is. Nothing was sent." in certbulk(*words).stdout
    document = follows(json.loads(certbulk(*words, "--json").stdout), "run")
    assert (document["run"], document["results"], document["state"]) == (None, None, "finished")
    assert document["unchanged"] == document["rows"] == len(document["outcomes"])
    assert cb.runs().empty
    assert not [*Path().glob("*.xlsx")]


@pytest.mark.parametrize("words", [("change", "--where", "issued", "--set", "balance=160"),
                                   ("plan", "sold.csv"), ("rehearse", "sold.csv")])  # fmt: skip
@pytest.mark.usefixtures("service")
def test_a_successor_is_shown_in_full(certbulk: Run, words: tuple[str, ...]) -> None:
    """Which type it follows, what is otherwise, and its places by name."""
    csv("sold.csv", {"id": "288903", "balance": "160"})
    save = ("-o", "sold.json") if words[0] == "change" else ()
    shown = certbulk(*words, *SUCCESSOR, *save, "--wide").stdout
    (line,) = (one for one in shown.splitlines() if one.startswith("+ row 2"))
    for part in (
        "Gift Certificate 150 (2027)",
        "A new type after 288903, sold 12 times.",
        ": 150 \u2192 160",
        "Harbour & Pine Baixa; ",
    ):
        assert part in line


@pytest.mark.usefixtures("service")
def test_successors_in_documents(certbulk: Run) -> None:
    """`replaces` names the type before, in plans, runs and rehearsals; other rows lack the key."""
    csv("sold.csv", {"id": "288903", "balance": "160"}, {"id": "288901", "balance": "51"})
    planned = certbulk("plan", "sold.csv", *SUCCESSOR, "--json").stdout
    rehearsed = certbulk("rehearse", "sold.csv", *SUCCESSOR, "--json").stdout
    applied = certbulk("apply", "sold.csv", *SUCCESSOR, "--yes", "--json").stdout
    shown = certbulk("show", json.loads(applied)["run"], "--json").stdout
    for kind, text in (("plan", planned), ("run", rehearsed), ("run", applied), ("run", shown)):
        document = follows(json.loads(text), kind)
        rows = document["decisions" if kind == "plan" else "outcomes"]
        assert [row.get("replaces") for row in rows] == [288903, None]
        assert "replaces" not in rows[1]


@pytest.mark.usefixtures("service")
def test_the_same_warning_of_many_rows_is_one_line(certbulk: Run) -> None:
    """It names all of the rows, so that the plan can still be read."""
    result = certbulk("change", "--where", "location = 720441", "--set", "salon_ids+=720441",
                      "-o", "added.json")  # fmt: skip
    lines = [line for line in result.stdout.splitlines() if "already_listed" in line]
    assert len(lines) == 1
    assert lines[0].startswith("warning  rows 2-")


@pytest.mark.usefixtures("service")
def test_a_rehearsal_shows_its_plan_as_plan_does(certbulk: Run) -> None:
    """The lines of the rows are the same, and how it ended comes after them."""
    file = csv("types.csv", new(), change(288901, balance="51"))
    planned, rehearsed = (certbulk(name, file).stdout.splitlines() for name in ("plan", "rehearse"))
    rows = [line for line in planned if line[:1] in "+~"]
    assert rows
    assert [line for line in rehearsed if line[:1] in "+~"] == rows
    assert "The rehearsal finished" in rehearsed


def test_findings_name_columns_as_the_sheet_does(certbulk: Run) -> None:
    """The header of the person, not the name inside certbulk, which --json has."""
    book = openpyxl.Workbook()
    assert book.active
    for row in (("Title*", "Face value*"), ("Gift 50", "fifty")):
        book.active.append(row)
    book.save("own.xlsx")
    assert "error not_a_number  B2 Face value: " in certbulk("validate", "own.xlsx").stdout
    found = json.loads(certbulk("validate", "own.xlsx", "--json").stdout)["findings"]
    assert "balance" in {finding["field"] for finding in found}


@pytest.mark.usefixtures("service")
def test_terms_are_in_the_plural(certbulk: Run) -> None:
    """A list says "after 12 months"."""
    shown = certbulk("list").stdout
    assert "after 12 months" in shown
    assert "12 month " not in shown


@pytest.mark.usefixtures("service")
def test_the_way_on_keeps_the_successors(certbulk: Run) -> None:
    """The results are to be applied with the options with which their successors are unchanged."""
    csv("sold.csv", {"id": "288903", "balance": "160"}, {"id": "4", "balance": "1"})
    said = certbulk("apply", "sold.csv", *SUCCESSOR, "--yes").stdout
    line = "certbulk apply sold.results.xlsx --issued successor --successor-title '{title} (2027)'"
    assert said.endswith(f"Correct the other rows there. Then: {line}\n")
    again = certbulk("apply", *shlex.split(line)[2:], "--json", "--yes").stdout
    assert [row["status"] for row in json.loads(again)["outcomes"]] == ["unchanged", "blocked"]


@pytest.mark.usefixtures("service")
def test_a_change_that_is_only_planned(certbulk: Run) -> None:
    """As of plan: an exit code, a workbook, and the rows as a table; nothing is sent."""
    words = ("change", "--where", "not issued", "--set", "balance*=1.1")
    assert certbulk(*words, "--exit-code", "--excel", "p.xlsx").exit_code == 4
    assert Path("p.xlsx").exists()
    table = certbulk(*words, "--format", "csv").stdout.splitlines()
    assert table[0] == "row,action,id,title,code,message,changes"
    rows = json.loads(certbulk(*words, "--format", "json", "-o", "-").stdout)
    assert len(rows) == len(table) - 1
    assert certbulk(*words, "-o", "rows.csv").exit_code == 0
    assert Path("rows.csv").read_text(encoding="utf-8-sig").splitlines() == table
    same = ("change", "--where", "all", "--set", "balance*=1", "--exit-code")
    assert certbulk(*same).exit_code == 0
    assert cb.runs().empty
