"""Names of results, runs that were cut off, and advice that can be followed."""

import os
import threading
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb
from tests.planning.sheets import change, new

from .conftest import Run, csv, way_on


def test_results_of_a_saved_plan(service: cb.Sandbox, certbulk: Run) -> None:
    """They are called after the sheet, and lie beside the plan that was given."""
    assert service.url
    Path("plans").mkdir()
    assert certbulk("plan", csv("types.csv", new()), "-o", "plans/monday.json").exit_code == 0
    result = certbulk("apply", "plans/monday.json", "--yes")
    assert result.exit_code == 0, result.output
    assert Path("plans/types.results.xlsx").exists()
    assert not Path("plans/monday.results.xlsx").exists()


def test_the_next_line_names_the_newest_results(service: cb.Sandbox, certbulk: Run) -> None:
    """Rows that did not succeed are corrected in the results of this run."""
    assert service.url
    file = csv("types.csv", new(), change(288903, balance="1"))
    assert way_on(certbulk("apply", file, "--yes")) == ["apply", "types.results.xlsx"]
    csv("types.csv", new(title="Second 10"), change(288903, balance="1"))
    assert way_on(certbulk("apply", file, "--yes")) == ["apply", "types.results-2.xlsx"]
    assert (
        "Correct" not in certbulk("apply", csv("good.csv", new(title="Third 10")), "--yes").stdout
    )


def test_a_file_whose_run_was_cut_off(service: cb.Sandbox, certbulk: Run) -> None:
    """Whoever applies it again is told of that run, and how to continue it; others are not."""
    file = csv("types.csv", *(new(title=f"Cut {n}", balance=str(n + 1)) for n in range(4)))
    with service.client(per_second=1000, per_minute=60_000) as client:
        plan = cb.plan(cb.validate(cb.read(file)), client)
        stopped = _stopped(plan, client)
    result = certbulk("apply", file, "--yes")
    said = f"Run {stopped} of this file was stopped: 4 rows are left. To continue it instead: "
    assert f"{said}certbulk resume {stopped}" in result.stderr
    other = certbulk("apply", csv("other.csv", new(title="Other 10")), "--yes")
    assert "of this file" not in other.output


def _stopped(plan: cb.Plan, client: cb.Client) -> str:
    """Return the number of a run that was asked to stop before its first row."""
    stop = threading.Event()
    stop.set()
    return cb.apply(plan, client, stop=stop, progress=False).id


def test_options_are_named(service: cb.Sandbox, certbulk: Run) -> None:
    """What a person can do about it is named as it is typed."""
    assert service.url
    file = csv("types.csv", new(title="Gift Certificate 100"))
    said = certbulk("plan", file).stdout
    assert "--match title" in said
    assert "--allow-duplicate-titles" in said
    words = certbulk("plan", csv("words.csv", new(is_multi="ja", colour="red"))).stdout
    assert "Your own words for yes and no: --vocabulary FILE." in words
    assert "Another layout: --map FILE." in words
    Path("types.results.xlsx").write_bytes(b"mine")
    taken = certbulk("apply", file, "--results", "types.results.xlsx", "--yes")
    assert (taken.exit_code, "--overwrite" in taken.stderr) == (2, True)


@pytest.mark.parametrize("line", ["login", "undo RUN", "settle RUN 1 --not-done"])
def test_no_advice_that_cannot_be_followed(line: str, certbulk: Run) -> None:
    """A command names no option that it does not have."""
    result = certbulk(*line.split())
    assert result.exit_code == 2
    assert "--sandbox" not in result.stderr


def test_advice_that_can(certbulk: Run) -> None:
    """One that has the option names it."""
    assert "--sandbox" in certbulk("export", "live.xlsx").stderr


def test_own_headers_everywhere(service: cb.Sandbox, certbulk: Run) -> None:
    """Decisions of the plan, too, call columns as the sheet does."""
    assert service.url
    row = {n: v for n, v in new(title="Fresh").items() if n not in ("balance", "salon_ids")}
    named = {"Nominal": "10.5", "Branches": "720441"}
    said = certbulk("plan", csv("types.csv", {**row, **named})).stdout
    assert "Nominal: 10.50" in said
    assert "Branches: Harbour & Pine Baixa" in said
    assert "salon_ids" not in said
    bad = certbulk("plan", csv("bad.csv", {**row, **named, "Nominal": "x"}), "--json").stdout
    assert "not_a_number" in bad
    certbulk("apply", "bad.csv", "--yes")
    cells = openpyxl.load_workbook("bad.results.xlsx")["results"][2]
    assert any(str(cell.value).count("2 Nominal: ") for cell in cells)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("list", "--profile", "nobody"), 'There is no profile "nobody"'),
        (("runs", "--journal", "no"), "journal"),
    ],
)
def test_options_of_all_commands_after_the_command(
    words: tuple[str, ...], says: str, certbulk: Run
) -> None:
    """They mean the same as before it, and are gone when the command has ended."""
    name, option, value = words
    after, before = certbulk(*words), certbulk(option, value, name)
    assert (after.exit_code, after.output) == (before.exit_code, before.output)
    assert says in after.stderr
    assert not {"CERTBULK_PROFILE", "CERTBULK_JOURNAL_URL"} & {*os.environ}
