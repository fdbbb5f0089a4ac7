"""The commands about runs: exit codes, what they print, and what `--json` looks like."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import certbulk as cb
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.writing import Journal
from certbulk.cli import app
from certbulk.sandbox import Faults
from certbulk.shared.home import journal_home
from tests.conftest import FakeClock
from tests.planning.sheets import change, new

from .scenes import account_of, cells, creates, cut_off, posts

Certbulk = Callable[..., Result]

COUNTS = {
    "created", "updated", "unchanged", "invalid", "blocked", "failed", "unknown", "skipped",
    "not_sent",
}  # fmt: skip
VERIFIED = {"verified", "differs", "gone", "doubled", "not_looked"}


@pytest.fixture
def certbulk(sandbox: cb.Sandbox, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Certbulk:
    """Run a command line against the sandbox, on a clock that never waits."""
    monkeypatch.setattr("certbulk.api.client.SystemClock", lambda: clock)
    monkeypatch.setenv("CERTBULK_BASE_URL", sandbox.url)
    monkeypatch.setenv("CERTBULK_CHAIN_ID", str(sandbox.chain_id))
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", sandbox.server.partner_token)
    monkeypatch.setenv("CERTBULK_USER_TOKEN", sandbox.server.user_token)

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def csv(name: str, *rows: dict[str, str]) -> str:
    pd.DataFrame(list(rows)).fillna("").to_csv(name, index=False)
    return name


def document(result: Result, code: int = 0) -> Any:
    """Return the one JSON document on stdout."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def applied(certbulk: Certbulk, file: str, code: int = 0, *words: str) -> dict[str, Any]:
    told = document(certbulk("apply", file, "--yes", "--json", *words), code)
    assert isinstance(told, dict)
    return told


@pytest.fixture
def stopped(sandbox: cb.Sandbox, certbulk: Certbulk) -> str:
    """A run that a refused right stopped after two of its rows."""
    sandbox.faults = Faults(script=(None, "html_forbidden"), methods=("POST",))
    file = csv("types.csv", *creates(22))
    run = applied(certbulk, file, 3, "--canary", "0")["run"]
    sandbox.faults = Faults()
    return str(run)


def test_without_runs(certbulk: Certbulk) -> None:
    """If nothing was run there is an empty list, words for a person, and nothing to resume."""
    assert document(certbulk("runs", "--json")) == []
    assert certbulk("runs").stdout.strip()
    result = certbulk("resume", "--yes")
    assert result.exit_code == 2
    assert result.stderr.startswith("certbulk: ")


def test_runs(certbulk: Certbulk, stopped: str) -> None:
    """`runs --json` is a list with run, start, file, chain, state and the counts of each."""
    finished = applied(certbulk, csv("other.csv", change(288901, balance="51")))
    found = {entry["run"]: entry for entry in document(certbulk("runs", "--json"))}
    assert found.keys() == {stopped, finished["run"]}
    for entry in found.values():
        assert entry.keys() >= {"run", "started", "file", "chain_id", "state"} | COUNTS
    one = found[stopped]
    assert (one["file"], one["chain_id"], one["state"]) == ("types.csv", 706028, "stopped")
    assert sum(one[name] for name in COUNTS) == 22
    assert found[finished["run"]]["state"] == "finished"
    text = certbulk("runs").stdout
    assert all(word in text for word in (stopped, "stopped", "finished", "types.csv", "706028"))


def test_show(certbulk: Certbulk, stopped: str) -> None:
    """`show` tells state, reason and counts; exit code 1 says that there are rows to look at."""
    told = document(certbulk("show", stopped, "--json"), 1)
    assert told.keys() >= {"run", "state", "rows"} | COUNTS
    assert (told["run"], told["state"], told["rows"]) == (stopped, "stopped", 22)
    result = certbulk("show", stopped)
    assert result.exit_code == 1
    assert "403" in result.stdout
    well = applied(certbulk, csv("other.csv", change(288901, balance="51")))["run"]
    assert certbulk("show", well).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [("show",), ("stop",), ("undo", "--yes"), ("resume", "--yes"), ("results", "-o", "x.xlsx")],
)
def test_no_such_run(certbulk: Certbulk, words: tuple[str, ...]) -> None:
    """A number that no run has ends with exit code 2 and how to list them."""
    command, *rest = words
    result = certbulk(command, "20200101-000000-abcdef", *rest)
    assert result.exit_code == 2
    assert result.stderr.startswith("certbulk: ")
    assert result.stderr.splitlines()[1:] == ["List them: certbulk runs"]
    assert result.stdout == ""


@pytest.mark.parametrize("named", [True, False])
def test_resume(
    sandbox: cb.Sandbox,
    certbulk: Certbulk,
    stopped: str,
    named: bool,  # noqa: FBT001
) -> None:
    """`resume` goes on, named or not, and prints the object that `apply` prints."""
    before = document(certbulk("show", stopped, "--json"), 1)
    words = [stopped] if named else []
    told = document(certbulk("resume", *words, "--yes", "--json", "--results", "done.xlsx"), 1)
    head = {"run", "kind", "service", "chain_id", "file", "started", "finished", "state", "reason"}
    assert told.keys() == head | {"results", "rows", "outcomes"} | COUNTS | VERIFIED
    assert (told["run"], told["results"]) == (stopped, "done.xlsx")
    assert told["failed"] == before["failed"] > 0
    assert told["created"] == 22 - before["failed"]
    assert set(posts(sandbox).values()) == {1}
    assert len(cells(Path("done.xlsx"))["results"]) == 23


def test_resume_beside_the_results_of_the_apply(certbulk: Certbulk, stopped: str) -> None:
    """The results that the stopped apply wrote do not hinder a plain resume."""
    assert Path("types.results.xlsx").exists()
    result = certbulk("resume", stopped, "--yes")
    assert result.exit_code == 1, result.output
    assert "Results: " in result.stdout


@pytest.mark.parametrize("command", ["resume", "undo"])
def test_nobody_to_ask(sandbox: cb.Sandbox, certbulk: Certbulk, stopped: str, command: str) -> None:
    """Without --yes and without a terminal nothing is sent, and the exit code is 2."""
    sandbox.server.clear_requests()
    result = certbulk(command, stopped)
    assert result.exit_code == 2, result.output
    assert "--yes" in result.stderr
    assert {seen.method for seen in sandbox.requests} <= {"GET"}


@pytest.mark.parametrize("command", ["apply", "resume", "undo"])
def test_results_beside_those_of_a_run_that_ended_meanwhile(
    certbulk: Certbulk, stopped: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """A name that was free as the command began is taken at its end: the next one is used."""
    Path("types.results.xlsx").unlink()
    kind = "types.undo.results" if command == "undo" else "types.results"
    sends = "resume" if command == "resume" else "apply"
    really = getattr(cb, sends)

    def slow(*args: Any, **options: Any) -> cb.Run:
        done: cb.Run = really(*args, **options)
        Path(f"{kind}.xlsx").write_bytes(b"of the other run")
        Path(f"{kind}-2.xlsx").write_bytes(b"of a third")
        return done

    monkeypatch.setattr(cb, sends, slow)
    result = certbulk(command, "types.csv" if command == "apply" else stopped, "--yes", "--json")
    assert result.exit_code in {0, 1}, result.output
    assert Path(json.loads(result.stdout)["results"]).name == f"{kind}-3.xlsx"
    assert "result_status" in cells(Path(f"{kind}-3.xlsx"))["results"][0]
    assert Path(f"{kind}.xlsx").read_bytes() == b"of the other run"


def test_a_name_that_was_given_is_kept(
    certbulk: Certbulk, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file has come there meanwhile it stays, and the way to the results is reported."""
    really = cb.resume

    def slow(*args: Any, **options: Any) -> cb.Run:
        Path("mine.xlsx").write_bytes(b"theirs")
        return really(*args, **options)

    monkeypatch.setattr(cb, "resume", slow)
    result = certbulk("resume", stopped, "--yes", "--json", "--results", "mine.xlsx")
    assert document(result, 3)["results"] is None
    assert f"certbulk results {stopped} --output OTHER.xlsx" in result.stderr
    assert Path("mine.xlsx").read_bytes() == b"theirs"


def test_resume_on_another_chain(certbulk: Certbulk, stopped: str) -> None:
    """A resume on another chain is refused with the reason."""
    result = certbulk("resume", stopped, "--yes", "--chain-id", "706555")
    assert result.exit_code == 2
    assert "706555" in result.stderr


def test_resume_can_leave_unknown_rows(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """`--no-settle` leaves lost answers alone at the end of a run; a resume settles them."""
    sandbox.faults = Faults(script=("lost_answer",), methods=("POST",))
    told = applied(certbulk, csv("types.csv", new()), 1, "--no-settle")
    assert told["unknown"] == 1
    done = document(certbulk("resume", "--yes", "--json"))
    assert (done["run"], done["created"], done["unknown"]) == (told["run"], 1, 0)
    assert posts(sandbox)[new()["title"]] == 1


def test_results(certbulk: Certbulk, stopped: str) -> None:
    """`results` writes the workbook again, with the file gone; not over another one unasked."""
    Path("types.csv").unlink()
    result = certbulk("results", stopped, "-o", "again.xlsx")
    assert result.exit_code == 0, result.output
    again, first = cells(Path("again.xlsx")), cells(Path("types.results.xlsx"))
    position = first["results"][0].index("result_status")
    assert [r[: position + 2] for r in again["results"]] == [
        r[: position + 2] for r in first["results"]
    ]
    assert certbulk("results", stopped, "-o", "again.xlsx").exit_code == 2
    assert certbulk("results", stopped, "-o", "again.xlsx", "--overwrite").exit_code == 0


@pytest.mark.parametrize("output", ["again.txt", "no/such/folder.xlsx"])
def test_results_where_they_cannot_be(certbulk: Certbulk, stopped: str, output: str) -> None:
    """A name that is not a workbook's, or in no folder, is refused with exit code 2."""
    result = certbulk("results", stopped, "-o", output)
    assert result.exit_code == 2
    assert not Path(output).exists()


def test_undo(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """`undo` prints the object that `apply` prints, and writes results of its own."""
    before = sandbox.types()
    file = csv("types.csv", new(), {**new(title=""), **change(288901, balance="51")})
    run = applied(certbulk, file)
    assert (run["created"], run["updated"]) == (1, 1)
    told = document(certbulk("undo", run["run"], "--yes", "--json"))
    assert told.keys() >= {"run", "results", "rows", "deleted"} | COUNTS
    assert (told["deleted"], told["updated"], told["rows"]) == (1, 1, 2)
    assert told["run"] != run["run"]
    assert Path(told["results"]).exists()
    assert told["results"] != run["results"]
    assert sandbox.types() == before


def test_undo_shows_what_cannot_be(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """`undo` shows its plan first: what cannot be undone, and why. The exit code is 1."""
    run = applied(certbulk, csv("types.csv", new()))["run"]
    sandbox.server.issue(sandbox.types()[-1]["id"], 2)
    result = certbulk("undo", run, "--yes")
    assert result.exit_code == 1, result.output
    assert "already_issued" in result.stdout


def test_undo_as_a_workbook(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """`--workbook` writes the undo as an input workbook, and sends nothing."""
    run = applied(certbulk, csv("types.csv", change(288901, balance="51")))["run"]
    sandbox.server.clear_requests()
    result = certbulk("undo", run, "--workbook", "undo.xlsx")
    assert result.exit_code == 0, result.output
    assert {seen.method for seen in sandbox.requests} == {"GET"}
    assert applied(certbulk, "undo.xlsx")["updated"] == 1
    assert sandbox.types()[0]["balance"] == 50


@pytest.fixture
def cut(sandbox: cb.Sandbox, clock: FakeClock) -> str:
    """A run whose process died after its first row."""
    url, chain, *tokens = account_of(sandbox)
    client = cb.Client(url, chain, *tokens, clock=clock)
    return cut_off(client, *creates(3), name="settle", number=2)


def test_stop(sandbox: cb.Sandbox, certbulk: Certbulk, cut: str) -> None:
    """A run that is under way will stop at its next row; `stop` names the way on."""
    with (
        closing(Journal(journal_home())) as journal,
        journal.one_run(Claim(sandbox.url, sandbox.chain_id, cut, "noon")),
    ):
        result = certbulk("stop", cut)
    assert result.exit_code == 0
    assert (
        result.stdout
        == f"Run {cut} will stop at its next row. To send the rest: certbulk resume {cut}\n"
    )


@pytest.mark.parametrize(
    ("which", "says"), [("stopped", "has stopped already"), ("cut", "was cut off already")]
)
def test_stop_of_a_run_that_does_not_run(
    certbulk: Certbulk, request: pytest.FixtureRequest, which: str, says: str
) -> None:
    """It is reported, with the way on; and the resume goes on all the same."""
    run = request.getfixturevalue(which)
    result = certbulk("stop", run)
    assert result.exit_code == 0
    assert says in result.stdout
    assert f"certbulk resume {run}" in result.stdout
    assert "will stop" not in result.stdout
    assert document(certbulk("resume", run, "--yes", "--json"), which == "stopped")["not_sent"] == 0


def test_stop_of_a_finished_run(certbulk: Certbulk) -> None:
    """There is nothing to stop, and nothing to resume."""
    run = applied(certbulk, csv("types.csv", new()))["run"]
    result = certbulk("stop", run)
    assert result.exit_code == 0
    assert result.stdout == f"Run {run} has finished already: there is nothing to stop.\n"


def test_a_plan_and_its_apply(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """A saved plan is carried out as it was shown, and once."""
    file = csv("types.csv", new(), {**new(title=""), **change(288901, balance="51")})
    shown = document(certbulk("plan", file, "-o", "plan.json", "--json"))
    assert (shown["create"], shown["update"]) == (1, 1)
    assert not posts(sandbox)
    assert "types" in certbulk("plan", file, "-o", "second.json").stdout
    told = applied(certbulk, "plan.json")
    assert (told["created"], told["updated"], told["rows"]) == (1, 1, 2)
    once_more = certbulk("apply", "plan.json", "--yes", "--json")
    assert once_more.exit_code == 2
    assert told["run"] in once_more.stderr
    assert once_more.stdout == ""
    assert sum(posts(sandbox).values()) == 1


def test_a_plan_whose_file_changed(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """A plan is not applied when the file beside it is another one by now."""
    file = csv("types.csv", new())
    assert certbulk("plan", file, "-o", "plan.json").exit_code == 0
    csv("types.csv", new(balance="11"))
    result = certbulk("apply", "plan.json", "--yes")
    assert result.exit_code == 2
    assert "types.csv" in result.stderr
    assert not posts(sandbox)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', "title,balance"])
def test_a_plan_that_is_none(certbulk: Certbulk, content: str) -> None:
    """Any other JSON ends with exit code 2 and how to list them."""
    Path("plan.json").write_text(content, encoding="utf-8")
    result = certbulk("apply", "plan.json", "--yes")
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1


def test_options_of_a_sheet_do_not_go_with_a_plan(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """An option about reading the sheet is not silently ignored beside a saved plan."""
    file = csv("types.csv", new())
    assert certbulk("plan", file, "-o", "plan.json").exit_code == 0
    result = certbulk("apply", "plan.json", "--yes", "--set", "balance=99")
    assert result.exit_code == 2
    assert not posts(sandbox)


def test_another_run_holds_the_chain(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """A busy chain ends with exit code 2, and who holds it."""
    file = csv("types.csv", new())
    with (
        closing(Journal(journal_home())) as journal,
        journal.one_run(Claim(sandbox.url, sandbox.chain_id, "theirs", "noon")),
    ):
        result = certbulk("apply", file, "--yes")
    assert result.exit_code == 2
    assert all(word in result.stderr for word in ("theirs", "noon", "--wait"))
    assert not posts(sandbox)


def test_resume_without_settling(sandbox: cb.Sandbox, certbulk: Certbulk) -> None:
    """`resume --no-settle` sends what has not left, and leaves what is unknown as it is."""
    sandbox.faults = Faults(script=("lost_answer",), methods=("POST",))
    told = applied(certbulk, csv("n.csv", *creates(2)), 1, "--no-settle", "--batch-size", "1")
    assert (told["created"], told["unknown"]) == (1, 1)
    left = document(certbulk("resume", told["run"], "--yes", "--json", "--no-settle"), 1)
    assert (left["created"], left["unknown"]) == (1, 1)
    done = document(certbulk("resume", told["run"], "--yes", "--json"))
    assert (done["created"], done["unknown"]) == (2, 0)
    assert set(posts(sandbox).values()) == {1}
