"""`raise_for_errors` of plans and runs: what a script that nobody watches goes by."""

import pickle
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.planning.sheets import change, new, plan_of

from .rows import applied


def test_a_plan_that_can_be_sent(client: cb.Client) -> None:
    """Nothing is raised, also if there are warnings, or nothing is to be done."""
    plan_of(client, new(), change(288901, balance="500")).raise_for_errors()
    plan_of(client, {**new(), "action": "skip"}).raise_for_errors()


def test_a_plan_with_rows_that_cannot_be_sent(client: cb.Client) -> None:
    """Invalid and blocked rows, the first ten of them, by label, with codes and messages."""
    rows = [new(title=f"N{n} 10", balance="x") for n in range(11)]
    plan = plan_of(client, change(5, balance="1"), *rows, new())
    with pytest.raises(cb.InvalidRowsError) as caught:
        plan.raise_for_errors()
    head, *lines = str(caught.value).splitlines()
    assert head == "12 rows of DataFrame cannot be sent:"
    assert lines[0].startswith("  row 0, blocked, not_found: There is no certificate type 5")
    assert lines[1].startswith("  row 1, invalid, not_a_number: ")
    assert (len(lines), lines[-1]) == (11, "  … and 2 more")


def test_a_plan_without_rows(client: cb.Client) -> None:
    """A file that was empty this night is not a job that was done."""
    plan = cb.plan(cb.validate(cb.read(pd.DataFrame(columns=list(new())))), client)
    with pytest.raises(cb.InvalidRowsError, match="DataFrame has no rows to send"):
        plan.raise_for_errors()


def test_a_run_that_ended_well(client: cb.Client) -> None:
    """Nothing is raised, also for rows that are skipped or were unchanged."""
    applied(client, new(), {**new(title="B 10"), "action": "skip"}).raise_for_errors()


def test_a_run_with_rows_that_did_not_end_well(client: cb.Client) -> None:
    """The error lists them, and has the run; it can be handed to another process."""
    run = applied(client, new(), change(5, balance="1"), new(title="B 10", balance="x"))
    with pytest.raises(cb.RunError) as caught:
        run.raise_for_errors()
    head, *lines = str(caught.value).splitlines()
    assert head == f"2 rows of run {run.id} did not succeed (finished):"
    assert lines[0].startswith("  row 1, blocked, not_found: There is no certificate type 5")
    assert lines[1].startswith("  row 2, invalid, not_a_number: ")
    assert caught.value.run is run
    again: Any = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (our own)
    assert (str(again), again.run) == (str(caught.value), run)
    assert isinstance(again, RuntimeError)


def test_a_run_that_stopped(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """The reason is in the first line; rows that were not sent are among the others."""
    sandbox.faults = Faults(script=("html_forbidden",), methods=("POST",))
    run = applied(client, new(), new(title="B 10"))
    with pytest.raises(cb.RunError, match=r"(?s)did not succeed \(stopped: .*row 1, not_sent"):
        run.raise_for_errors()


def test_a_run_that_was_not_verified(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent and could not be compared with what is live is not known to have ended well."""

    def fail(*_: object) -> None:
        raise cb.UnavailableError("No answer.", code="unreachable")

    monkeypatch.setattr("certbulk.applying.sending.verify.Witness.verify", fail)
    with pytest.raises(cb.RunError, match=r"row 0, created, not looked"):
        applied(client, new()).raise_for_errors()
    applied(client, new(title="B 10"), verify=False).raise_for_errors()


def test_a_run_without_rows(client: cb.Client) -> None:
    """It says so."""
    plan = cb.plan(cb.validate(cb.read(pd.DataFrame(columns=list(new())))), client)
    with pytest.raises(cb.RunError, match="is finished, and has no rows"):
        cb.apply(plan, client, progress=False).raise_for_errors()
