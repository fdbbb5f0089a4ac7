"""`certbulk change`: shown, asked, sent, saved, written as a sheet; and mistakes in its words."""

import json
from pathlib import Path

import pytest

import certbulk as cb
from tests.applying.truth import writes

from .conftest import Run, Typed

RISE = ("--set", "balance*=1.1", "--round", "5")
UNSOLD = ("change", "--where", "not issued", *RISE)


def test_it_is_shown_and_sent(service: cb.Sandbox, certbulk: Run) -> None:
    """The plan, the counts, the results; exit code 0; and `undo` puts all of it back."""
    before = service.types()
    result = certbulk(*UNSOLD, "--yes")
    assert result.exit_code == 0, result.output
    assert "Face value: 100 \u2192 110" in result.stdout
    assert "Results: change.results.xlsx" in result.stdout
    assert len(writes(service.requests)) == 7
    run = cb.runs()["run"].iloc[0]
    assert "change not issued, balance*=1.1" in certbulk("runs").stdout
    assert certbulk("undo", run, "--yes").exit_code == 0
    assert service.types() == before


def test_nothing_is_sent_without_a_yes(service: cb.Sandbox, at_a_terminal: Typed) -> None:
    """Somebody who says no has sent nothing."""
    line = 'certbulk change --where "not issued" --set "balance*=1.1"'
    assert at_a_terminal(line, "no\n").exit_code == 3
    assert writes(service.requests) == []


def test_a_saved_plan(service: cb.Sandbox, certbulk: Run) -> None:
    """--plan-file sends nothing; the plan is applied later, once."""
    result = certbulk(*UNSOLD, "--plan-file", "rise.json")
    assert result.exit_code == 0, result.output
    assert "Carry it out with: certbulk apply rise.json" in result.stdout
    assert writes(service.requests) == []
    assert certbulk("apply", "rise.json", "--yes").exit_code == 0
    assert len(writes(service.requests)) == 7
    assert certbulk("apply", "rise.json", "--yes").exit_code == 2


def test_a_saved_plan_that_nobody_can_approve(
    service: cb.Sandbox, certbulk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a shared journal, the next step is to set one, not `approve`, which would refuse."""
    (tmp_path / "policy.toml").write_text('approval = "all"\n', encoding="utf-8")
    monkeypatch.setenv("CERTBULK_SETTINGS_DIR", str(tmp_path))
    said = certbulk(*UNSOLD, "--plan-file", "rise.json").stdout
    assert "To approve it, share a journal: CERTBULK_JOURNAL_URL." in said
    assert "certbulk approve" not in said
    assert writes(service.requests) == []


def test_the_sheet_instead(service: cb.Sandbox, certbulk: Run) -> None:
    """-o writes the rows, with titles, and sends nothing; the sheet can be applied."""
    result = certbulk(*UNSOLD, "-o", "rise.xlsx")
    assert result.exit_code == 0, result.output
    assert "certbulk apply rise.xlsx" in result.stdout
    assert writes(service.requests) == []
    read = cb.validate(cb.read("rise.xlsx"))
    assert read.columns["title"][0] == "Gift Certificate 50"
    assert certbulk("apply", "rise.xlsx", "--yes").exit_code == 0


def test_successors(service: cb.Sandbox, certbulk: Run) -> None:
    """Blocked with the option that helps; with it, created, and unchanged the second time."""
    sold = ("change", "--where", "issued", *RISE)
    result = certbulk(*sold, "--yes")
    assert result.exit_code == 1
    assert "--issued successor" in result.stdout
    title = ("--issued", "successor", "--successor-title", "{title} (2027)", "--yes")
    result = certbulk(*sold, *title)
    assert result.exit_code == 0, result.output
    assert "A new type after 288903, sold 12 times." in result.stdout
    assert len(writes(service.requests)) == 1
    again = certbulk(*sold, *title, "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["unchanged"] == 1
    assert len(writes(service.requests)) == 1


def test_successors_of_a_sheet(service: cb.Sandbox, certbulk: Run) -> None:
    """`plan` and `apply` have the option too, a saved plan keeps what it was made with."""
    Path("sold.csv").write_text("id,balance\n288903,160\n", encoding="utf-8")
    how = ("--issued", "successor")
    assert certbulk("plan", "sold.csv").exit_code == 1
    assert certbulk("plan", "sold.csv", *how, "-o", "sold.json").exit_code == 0
    refused = certbulk("apply", "sold.json", *how, "--yes")
    assert refused.exit_code == 2
    assert "--issued" in refused.stderr
    assert certbulk("apply", "sold.json", "--yes").exit_code == 0
    assert certbulk("apply", "sold.csv", *how, "--yes").exit_code == 0
    assert len(writes(service.requests)) == 1


def test_two_files_at_once(service: cb.Sandbox, certbulk: Run) -> None:
    """A sheet or a plan: both would be two ways to send the same."""
    result = certbulk(*UNSOLD, "-o", "a.xlsx", "--plan-file", "a.json")
    assert result.exit_code == 2
    assert "not both" in result.stderr
    assert service.requests == []


def test_nothing_matches(service: cb.Sandbox, certbulk: Run) -> None:
    """It says so, sends nothing, and writes no workbook; exit code 0."""
    where = ("change", "--where", "balance above 5000", *RISE, "--yes")
    for more in ((), ("-o", "none.xlsx"), ("--plan-file", "none.json")):
        result = certbulk(*where, *more)
        assert result.exit_code == 0, result.output
        assert "No live type matches balance above 5000. Nothing was sent." in result.stdout
    assert json.loads(certbulk(*where, "--json").stdout)["rows"] == 0
    assert writes(service.requests) == []
    assert [*Path().glob("*.xlsx"), *Path().glob("*.json")] == []


@pytest.mark.parametrize(
    ("where", "change", "word"),
    [
        ("locaton = X", "balance+=1", "locaton"),
        ("balance > 5", "balance+=1", ">"),
        ("all", "titel=X", "titel"),
        ("all", "balance*=x", "x"),
        ("location = Dwntown", "balance+=1", "Dwntown"),
    ],
)
def test_a_mistake_is_pointed_at(
    service: cb.Sandbox, certbulk: Run, where: str, change: str, word: str
) -> None:
    """The message, the text, and a mark under the word; exit code 2, and nothing was sent."""
    result = certbulk("change", "--where", where, "--set", change, "--yes")
    assert result.exit_code == 2
    message, text, mark, *_ = result.stderr.splitlines()
    assert message.startswith("certbulk: ")
    assert text[mark.index("^") : len(mark)] == word
    assert writes(service.requests) == []


def test_titles_follow(service: cb.Sandbox, certbulk: Run) -> None:
    """Without --retitle the plan warns, with it the titles name the new amounts."""
    gifts = ("change", "--where", "balance at most 100", "--set", "balance+=10")
    warned = certbulk(*gifts, "--plan-file", "w.json")
    assert warned.stdout.count("title_keeps_amount") == 3
    assert certbulk(*gifts, "--retitle", "--yes").exit_code == 0
    titles = {record["title"]: record["balance"] for record in service.types()}
    assert titles["Gift Certificate 60"] == 60
    assert titles["New Year 90"] == 90


def test_the_rest_of_a_run(service: cb.Sandbox, certbulk: Run) -> None:
    """Resumed, its results have a short name of their own."""
    assert certbulk(*UNSOLD, "--yes").exit_code == 0
    run = cb.runs()["run"].iloc[0]
    result = certbulk("resume", run, "--yes")
    assert "Results: change.results-2.xlsx" in result.stdout
    assert service.url


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("--where", "all", "--set", "'balance*=1.07'"), "balance*=1.07"),
        (("--where", "'not issued'", "--set", "balance*=1.07"), "not issued"),
        (("--where", "'location", "=", "Downtown'", "--set", "balance*=1"), "location = Downtown"),
        (("--where", "all", "--set", "'balance", "*=", "1.07'"), "balance *= 1.07"),
    ],
)
def test_single_quotes_that_a_shell_keeps(
    service: cb.Sandbox, certbulk: Run, words: tuple[str, ...], meant: str
) -> None:
    """As of cmd.exe, whole or split at the spaces: what to write is shown, and nothing is asked."""
    result = certbulk("change", *words)
    assert result.exit_code == 2
    assert f'Write "{meant}", in double quotes.' in result.stderr
    assert not service.requests
