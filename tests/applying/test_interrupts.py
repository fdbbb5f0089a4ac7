"""Ctrl-C: real processes that get real signals, and the moments at which it may strike."""

import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.applying.interrupts import Interrupts
from certbulk.applying.journal.writing import Journal
from certbulk.sandbox import Faults
from tests.conftest import UNLIMITED
from tests.planning.sheets import new, plan_of

from .truth import writes

ROWS = 60
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")

SCRIPT = """
    import json, signal, sys, pandas as pd, certbulk as cb
    ended = []
    with cb.Client.from_env(per_second=100, per_minute=6000) as client:
        for batch in range(3):
            rows = [json.loads(sys.argv[1]) | {"title": f"B{batch} N{n} 10"} for n in range(60)]
            plan = cb.plan(cb.validate(cb.read(pd.DataFrame(rows))), client)
            try:
                run = cb.apply(plan, client, canary=0)
            except KeyboardInterrupt as error:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is pressed from now on
                again = cb.attach(error.run)
                ended.append([error.run.state, error.run.counts == again.counts, again.counts])
                print(json.dumps(ended), flush=True)
                raise
    print("the loop went on", flush=True)
"""


@pytest.fixture
def practice() -> Iterator[cb.Sandbox]:
    """A server that takes a moment over each create, so that there is a middle of the run."""
    faults = Faults(late_answer=1.0, latency_seconds=0.05, methods=("POST",))
    sandbox = cb.Sandbox(limits=UNLIMITED, faults=faults)
    with sandbox:
        yield sandbox


def environment(practice: cb.Sandbox, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CERTBULK_BASE_URL": practice.url,
        "CERTBULK_CHAIN_ID": str(practice.chain_id),
        "CERTBULK_PARTNER_TOKEN": practice.server.partner_token,
        "CERTBULK_USER_TOKEN": practice.server.user_token,
        "CERTBULK_STATE_DIR": str(tmp_path / "state"),
        "PYTHONWARNINGS": "error",
    }


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@posix
@pytest.mark.parametrize("presses", [1, 2, 30])
def test_a_script_in_a_loop_over_batches(
    practice: cb.Sandbox, tmp_path: Path, presses: int
) -> None:
    """What is in flight is finished and journalled, and the loop ends, however often it is pressed.

    Nothing of the next batch is sent, and nothing is printed but plain text.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), json.dumps(new())],
        env=environment(practice, tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: len(writes(practice.requests)) >= 8 or child.poll() is not None)
        for _ in range(presses):
            if child.poll() is None:
                child.send_signal(signal.SIGINT)
            time.sleep(0.002)
        out, err = child.communicate(timeout=30)
    finally:
        child.kill()
    assert child.returncode == -signal.SIGINT, err
    assert "the loop went on" not in out
    assert "\r" not in err
    assert "\x1b" not in err
    assert "KeyboardInterrupt: Run" in err
    ((state, same, counts),) = json.loads(out)
    assert (state, same) == ("stopped", True)
    sent = writes(practice.requests)
    assert 8 <= len(sent) < ROWS
    assert counts["created"] == len(sent) == len(practice.types()) - 9
    assert counts["not_sent"] == ROWS - len(sent)
    (run,) = cb.runs(tmp_path / "state")["run"]
    client = practice.client(per_second=1000.0, per_minute=60_000)
    done = cb.resume(run, client, state_dir=tmp_path / "state", progress=False)
    assert done.counts["created"] == ROWS
    assert len({record["title"] for record in practice.types()}) == ROWS + 9


@posix
@pytest.mark.campaign
def test_in_a_kernel(practice: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupting it ends the cell with an error, and Run All stops; the run can be attached."""
    import nbformat  # takes seconds, and every worker collects this
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    for name, value in environment(practice, tmp_path).items():
        if name.startswith("CERTBULK_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    rows = "[new | {'title': f'N{n} 10'} for n in range(60)]"
    cells = [
        f"import pandas as pd, certbulk as cb; new = {new()!r}; rows = pd.DataFrame({rows})",
        "client = cb.Client.from_env(per_second=100, per_minute=6000)",
        "cb.apply(cb.plan(cb.validate(cb.read(rows)), client), client, progress=False, canary=0)",
        "print('went on')",
    ]
    notebook: Any = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]  # type: ignore[no-untyped-call]
    )
    kernel = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": tmp_path}})

    def interrupt() -> None:
        until(lambda: len(writes(practice.requests)) >= 8)
        pid = kernel.km.provisioner.pid  # type: ignore[union-attr]
        os.kill(pid, signal.SIGINT)

    pressing = threading.Thread(target=interrupt)
    pressing.start()
    with pytest.raises(CellExecutionError, match=r"(?s)KeyboardInterrupt.*Run .* is stopped: "):
        kernel.execute()
    pressing.join()
    assert not notebook.cells[3].get("outputs")
    (number,) = cb.runs(tmp_path / "state")["run"]
    run = cb.attach(number, tmp_path / "state")
    assert run.state == "stopped"
    assert run.counts["created"] == len(practice.types()) - 9
    assert run.counts["unknown"] == 0


def carried(error: BaseException) -> cb.Run:
    found = vars(error)["run"]
    assert isinstance(found, cb.Run)
    return found


def test_an_interrupt_at_any_moment(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also before the first row and after the last one, it carries the run if there is one."""
    plan = plan_of(client, *(new(title=f"N{n} 10") for n in range(3)))

    def strike(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("certbulk.applying.journal.writing.Journal.begin", strike)
        with pytest.raises(KeyboardInterrupt) as plain:
            cb.apply(plan, client, progress=False)
    assert "run" not in vars(plain.value)
    assert len(cb.runs()) == 0
    with monkeypatch.context() as patch:
        patch.setattr("certbulk.applying.sending.run_loop.phase_told", strike)
        with pytest.raises(KeyboardInterrupt) as early:
            cb.apply(plan, client, progress=False)
    run = carried(early.value)
    assert (run.state, run.counts["not_sent"]) == ("interrupted", 3)
    with monkeypatch.context() as patch:
        patch.setattr("certbulk.applying.sending.apply.exchanges_of", strike)
        with pytest.raises(KeyboardInterrupt) as late:
            cb.resume(run, client, progress=False)
    again = carried(late.value)
    assert (again.id, again.state, again.counts["created"]) == (run.id, "finished", 3)


def test_ctrl_c_after_the_last_row_is_not_lost(
    client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the outcomes are put down it is only noted, and goes on when that is done."""
    really = Journal.finish

    def pressed(*parts: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        really(*parts)

    monkeypatch.setattr(Journal, "finish", pressed)
    with pytest.raises(KeyboardInterrupt, match=r"and is finished: 1 created\.$") as caught:
        cb.apply(plan_of(client, new()), client, progress=False)
    assert cb.attach(carried(caught.value)).state == "finished"


def unknown() -> cb.Run:
    raise cb.NoSuchRunError


def test_what_strikes_once_is_noted_from_then_on() -> None:
    """And afterwards it strikes as before."""
    before = signal.getsignal(signal.SIGINT)
    noted = []

    def pressed_twice() -> None:
        with Interrupts(unknown) as interrupts:
            try:
                signal.raise_signal(signal.SIGINT)
            finally:
                signal.raise_signal(signal.SIGINT)
                noted.append(interrupts.struck)

    with pytest.raises(KeyboardInterrupt):
        pressed_twice()
    assert noted == [True]
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_handler_of_others_stays() -> None:
    """That of SIGTERM, and one for Ctrl-C that was not set by Python or ignores it."""
    seen: list[int] = []
    term = signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts(unknown) as interrupts:
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGTERM, term)
        signal.signal(signal.SIGINT, interrupt)
    assert (interrupts.struck, seen) == (False, [signal.SIGTERM])


def test_a_run_in_a_thread_sets_no_handler(client: cb.Client) -> None:
    """Only the main thread may, and signals reach no other."""
    plan, runs = plan_of(client, new()), list[cb.Run]()
    thread = threading.Thread(target=lambda: runs.append(cb.apply(plan, client, progress=False)))
    thread.start()
    thread.join()
    assert runs[0].ok


def test_the_exception_can_be_pickled(client: cb.Client) -> None:
    """As a worker process hands it on."""
    run = cb.apply(plan_of(client, new()), client, progress=False)
    error = KeyboardInterrupt("Run")
    error.run = run  # type: ignore[attr-defined]
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own)
    assert carried(again).id == run.id
