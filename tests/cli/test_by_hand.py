"""`certbulk settle`, and how runs are listed and shown."""

import json

import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.planning.sheets import change, new, plan_of
from tests.recovery.scenes import go, sent, titled

from .conftest import Run


@pytest.fixture
def unknown(service: cb.Sandbox, client: cb.Client) -> cb.Run:
    """A run whose answers were lost: a create in row 2, an update in row 3."""
    plan = plan_of(client, new(), change(288901, balance="51"))
    service.faults = Faults(lost_answer=1.0, methods=("POST", "PUT"))
    run = go(plan, client, settle=False, verify=False)
    service.faults = Faults()
    return run


def test_done(service: cb.Sandbox, certbulk: Run, unknown: cb.Run) -> None:
    """The id is behind --done for a create, and is not needed for an update."""
    (made,) = titled(service, "Fresh 10")
    result = certbulk("settle", unknown.id, "2", "--done", str(made))
    assert result.exit_code == 0
    assert result.output.startswith(f"row 2  created  id {made}  settled_by_hand: Settled by hand")
    result = certbulk("settle", unknown.id, "3", "--done", "--json")
    told = json.loads(result.stdout)
    assert (told["run"], told["row"], told["status"]) == (unknown.id, 3, "updated")
    assert (told["code"], told["verified"], told["own"]) == ("settled_by_hand", "yes", True)
    assert cb.attach(unknown.id).ok


def test_not_done(service: cb.Sandbox, certbulk: Run, unknown: cb.Run) -> None:
    """The row has failed, and the run with it."""
    assert service.url
    assert certbulk("settle", unknown.id, "2", "--not-done").exit_code == 0
    assert certbulk("show", unknown.id).exit_code == 1
    assert cb.attach(unknown.id).counts["failed"] == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--done ID, or --not-done"),
        (("--done",), "certbulk settle {run} 2 --done ID"),
        (("--done", "288901"), "it was live already when the plan was made"),
    ],
)
def test_what_is_refused(
    service: cb.Sandbox, certbulk: Run, unknown: cb.Run, words: tuple[str, ...], says: str
) -> None:
    """It ends with exit code 2 and a line that says what is missing."""
    assert service.url
    result = certbulk("settle", unknown.id, "2", *words)
    assert result.exit_code == 2
    assert says.format(run=unknown.id) in result.output
    assert cb.attach(unknown.id).counts["unknown"] == 2


def test_runs_and_show_name_the_service_and_the_kind(
    service: cb.Sandbox, client: cb.Client, certbulk: Run
) -> None:
    """They say where a run sent to, and what it undid if it is an undo."""
    run = sent(client, new())
    undo = go(cb.undo(run.id, client), client)
    host = service.url.split("/")[2]
    lines = certbulk("runs").output.splitlines()
    assert lines[0].startswith(f"{undo.id}  undo  finished  {host}  chain 706028  ")
    assert lines[1].startswith(f"{run.id}  apply  finished  {host}  chain 706028  ")
    told = json.loads(certbulk("runs", "--json").stdout)
    assert [(one["kind"], one["service"]) for one in told] == [("undo", host), ("apply", host)]
    assert f"Undo of run {run.id} on chain 706028, {host}\n" in certbulk("show", undo.id).output
    shown = json.loads(certbulk("show", run.id, "--json").stdout)
    assert (shown["kind"], shown["service"], shown["chain_id"]) == ("apply", host, 706028)


def test_decisions_by_hand_are_listed(
    client: cb.Client, service: cb.Sandbox, certbulk: Run, unknown: cb.Run
) -> None:
    """As settle, with the number of the run and its row alone; Python has them, too."""
    made = service.types()[-1]["id"]
    certbulk("settle", unknown.id, "2", str(made), "--done")
    certbulk("settle", unknown.id, "3", "--not-done")
    told = json.loads(certbulk("runs", "--json").stdout)
    assert [one["kind"] for one in told] == ["settle", "settle", "apply"]
    assert {one["run"] for one in told} == {unknown.id}
    assert [one["rows"] for one in told[:2]] == [1, 1]
    statuses = {one["outcomes"][0]["row"]: one["outcomes"][0]["status"] for one in told[:2]}
    assert statuses[3] == "failed"
    assert all(one["outcomes"][0]["code"] == "settled_by_hand" for one in told[:2])
    assert cb.runs()["kind"].to_list() == ["settle", "settle", "apply"]
    assert "  settle  finished  " in certbulk("runs").stdout.splitlines()[0]
    assert client.list()


def test_a_refused_run_is_listed(client: cb.Client, service: cb.Sandbox, certbulk: Run) -> None:
    """A run that sent nothing because of a faulty row is refused, in lists and when shown."""
    assert service.url
    run = sent(client, new(), new(title="Bad 10", balance="x"), all_or_nothing=True)
    assert f"{run.id}  apply  refused  " in certbulk("runs").output
    assert f"Run {run.id} refused" in certbulk("show", run.id).output
