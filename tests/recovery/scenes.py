"""What goes wrong around a run: moments to act at, crashes, and what the server saw of it."""

import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from tests.planning.sheets import new, plan_of

Act = Callable[[], object]


class PowerCutError(Exception):
    """What a crash at a chosen moment is made of."""


def creates(count: int, start: int = 0) -> list[dict[str, str]]:
    """Return this many rows that create a type each."""
    return [new(title=f"N{n} 10") for n in range(start, start + count)]


def go(plan: cb.Plan, client: cb.Client, **options: Any) -> cb.Run:
    """Apply a plan without pauses and without a progress bar."""
    return cb.apply(plan, client, progress=False, **{"settle_pause": 0, **options})


def sent(client: cb.Client, *rows: dict[str, str], **options: Any) -> cb.Run:
    """Plan these rows and apply the plan."""
    return go(plan_of(client, *rows), client, **options)


def again(run: str, client: cb.Client, **options: Any) -> cb.Run:
    """Resume a run without pauses and without a progress bar."""
    return cb.resume(run, client, progress=False, **{"settle_pause": 0, **options})


def at_call(owner: Any, name: str, number: int, act: Act, *, after: bool = False) -> None:
    """Let `act` happen right before (or after) the `number`-th call of a method from now on."""
    really, lock, calls = getattr(owner, name), threading.Lock(), [0]

    def counted(*args: Any, **options: Any) -> Any:
        with lock:
            calls[0] += 1
            now = calls[0] == number
        if now and not after:
            act()
        answer = really(*args, **options)
        if now and after:
            act()
        return answer

    setattr(owner, name, counted)


def crash_at(
    monkeypatch: pytest.MonkeyPatch, name: str, number: int, *, written: bool = False
) -> None:
    """Let the `number`-th call of a method of the journal, and all later ones, raise.

    With `written`, that one call has written what it should before it raises.
    """
    really, lock, calls = getattr(Journal, name), threading.Lock(), [0]

    def dying(self: Journal, *args: Any, **options: Any) -> Any:
        with lock:
            calls[0] += 1
            now = calls[0]
        if now < number:
            return really(self, *args, **options)
        if written and now == number:
            really(self, *args, **options)
        raise PowerCutError

    monkeypatch.setattr(Journal, name, dying)


def cut_off(
    client: cb.Client, *rows: dict[str, str], name: str, number: int, written: bool = False
) -> str:
    """Apply rows, crash at that call of the journal, and return the run's number."""
    plan = plan_of(client, *rows)
    with pytest.MonkeyPatch.context() as patch:
        crash_at(patch, name, number, written=written)
        with pytest.raises(PowerCutError):
            go(plan, client)
    return newest()


def newest(state: Path | None = None) -> str:
    """Return the number of the run that began last."""
    return str(cb.runs(state).sort_values("started")["run"].iloc[-1])


def posts(sandbox: cb.Sandbox) -> Counter[str]:
    """Return how many creates of each title the server saw."""
    return Counter(seen.body["title"] for seen in sandbox.requests if seen.method == "POST")


def puts(sandbox: cb.Sandbox) -> Counter[int]:
    """Return how many updates of each type the server saw."""
    paths = (seen.path for seen in sandbox.requests if seen.method == "PUT")
    return Counter(int(path.rpartition("/")[2]) for path in paths)


def lists(sandbox: cb.Sandbox) -> int:
    """Return how often the server was asked for the list, whose first page stands for all."""
    return sum(
        seen.path.endswith("certificate_types") and seen.query.get("page") == "1"
        for seen in sandbox.requests
    )


def titled(sandbox: cb.Sandbox, title: str) -> list[int]:
    """Return the ids of the types with this title that the server has."""
    return [record["id"] for record in sandbox.types() if record["title"] == title]


def record_of(sandbox: cb.Sandbox, type_id: int) -> dict[str, Any]:
    """Return a record that the server has."""
    (record,) = [record for record in sandbox.types() if record["id"] == type_id]
    return record


def assert_each_once(sandbox: cb.Sandbox, run: cb.Run, titles: list[str]) -> None:
    """Fail unless each title is there exactly once, with the id that its row has."""
    for outcome, title in zip(run.outcomes, titles, strict=True):
        assert titled(sandbox, title) == [outcome.id], outcome
        assert outcome.status == "created", outcome


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every cell of a workbook, by sheet."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def child(program: str, *words: str) -> subprocess.Popen[str]:
    """Start a Python process with this program and these arguments."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def account_of(sandbox: cb.Sandbox) -> list[str]:
    """Return the arguments from which a child process makes a client."""
    server = sandbox.server
    return [server.url, str(server.chain_id), server.partner_token, server.user_token]
