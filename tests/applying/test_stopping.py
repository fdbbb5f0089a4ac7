"""Stopping before the end: what is in flight is finished, what has not left does not leave."""

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import certbulk as cb
from certbulk.applying.sending.stopping import RunStop
from certbulk.sandbox import Faults
from tests.conftest import UNLIMITED
from tests.planning.sheets import change, new, plan_of

from .rows import ROWS, SENT, applied
from .truth import assert_true, writes


def creates(count: int) -> list[dict[str, str]]:
    return [new(title=f"N{n} 10") for n in range(count)]


def on_write(client: cb.Client, number: int, act: Callable[[], object]) -> None:
    """Let `act` happen when the `number`-th create of a client has been answered."""
    really, lock, calls = client.create, threading.Lock(), [0]

    def counted(*args: Any, **options: Any) -> Any:
        answer = really(*args, **options)
        with lock:
            calls[0] += 1
            now = calls[0] == number
        if now:
            act()
        return answer

    client.create = counted  # type: ignore[method-assign]


def test_a_stop_before_the_first_row(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A run that is asked to stop before it begins sends nothing, and accounts for every row."""
    stop = threading.Event()
    stop.set()
    before = sandbox.types()
    run = applied(client, stop=stop)
    assert_true(sandbox, before, run)
    assert run.counts["not_sent"] == SENT
    assert (run.state, run.ok, bool(run.reason)) == ("stopped", False, True)
    assert all(o.message for o in run.outcomes if o.status == "not_sent")


@pytest.mark.parametrize("number", [1, 2, 7])
@pytest.mark.parametrize("batch_size", [3, 50])
def test_a_stop_in_the_middle(
    sandbox: cb.Sandbox, client: cb.Client, number: int, batch_size: int
) -> None:
    """The rows under way end with their outcome; the others were not sent, and are told so."""
    stop = threading.Event()
    on_write(client, number, stop.set)
    before = sandbox.types()
    run = applied(client, *creates(60), stop=stop, batch_size=batch_size, canary=0)
    assert_true(sandbox, before, run)
    assert run.counts["created"] >= number
    assert run.counts["not_sent"] >= 60 - number - 17
    assert run.state == "stopped"


def test_an_interrupt(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Ctrl-C in the middle of a run goes on when it has stopped, and carries it."""
    on_write(client, 5, lambda: signal.raise_signal(signal.SIGINT))
    before = sandbox.types()
    with pytest.raises(KeyboardInterrupt, match=r"To send the rest: cb\.resume") as caught:
        applied(client, *creates(60), canary=0)
    error: Any = caught.value
    run: cb.Run = error.run
    attached = cb.attach(run)
    assert (attached.counts, attached.state) == (run.counts, "stopped")
    assert_true(sandbox, before, run)
    assert (run.state, run.reason) == ("stopped", "interrupted")
    assert run.counts["created"] >= 5
    assert run.counts["not_sent"] > 0
    again = applied(client, *creates(60))
    assert again.counts["created"] == run.counts["not_sent"]
    assert again.counts["unchanged"] == run.counts["created"]


@pytest.mark.campaign
@pytest.mark.parametrize("kind", ["rate_limited", "server_error"])
def test_a_stop_ends_the_waiting(kind: str) -> None:
    """Nobody waits out the pauses between retries after a stop, and no outcome gets false by it.

    A request that was refused by the rate limit was not carried out, but it did leave.
    """
    sandbox = cb.Sandbox(limits=UNLIMITED, faults=Faults(**{kind: 1.0}, methods=("PUT",)))  # type: ignore[arg-type]
    with sandbox:
        client = sandbox.client(per_second=100.0, per_minute=6000, jitter=lambda: 100.0)
        plan = plan_of(client, change(288901, balance="51"))
        stop = threading.Event()

        def stop_when_seen() -> None:
            deadline = time.monotonic() + 10
            while not writes(sandbox.requests) and time.monotonic() < deadline:
                threading.Event().wait(0.005)
            stop.set()

        watching = threading.Thread(target=stop_when_seen)
        watching.start()
        began = time.monotonic()
        run = cb.apply(plan, client, progress=False, stop=stop, settle=False)
        took = time.monotonic() - began
        watching.join()
        left = len(writes(sandbox.requests))
    assert took < 5
    assert run.state == "stopped"
    (first,) = run.outcomes
    assert first.attempts == left >= 1
    assert first.status in ({"not_sent", "failed"} if kind == "rate_limited" else {"unknown"})


def test_rows_that_are_not_sent_can_be_sent_later(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """After a stop the same sheet continues where it stopped."""
    stop = threading.Event()
    on_write(client, 1, stop.set)
    run = applied(client, *ROWS, stop=stop)
    assert run.counts["not_sent"] > 0
    again = applied(client, *ROWS)
    done = run.counts["created"] + run.counts["updated"]
    assert again.counts["created"] + again.counts["updated"] == SENT - done
    assert len(sandbox.types()) == 9 + 4


def test_an_event_serves_for_the_next_run_too(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """A run that stops by itself does not set it; whoever sets it stops what is under way."""
    stop = threading.Event()
    sandbox.faults = Faults(script=("html_forbidden",), methods=("POST",))
    stopped = applied(client, *creates(3), stop=stop)
    assert (stopped.state, stop.is_set()) == ("stopped", False)
    sandbox.faults = Faults()
    again = cb.resume(stopped.id, client, stop=stop, progress=False)
    assert (again.state, stop.is_set()) == ("finished", False)


@pytest.mark.campaign
def test_a_wait_of_a_run_ends_when_its_caller_says_so() -> None:
    """Also in the middle of a wait, and for good: the event may be cleared for the next run."""
    asked = threading.Event()
    stop = RunStop(asked)
    assert not stop.wait(0.01)
    timer = threading.Timer(0.05, asked.set)
    timer.start()
    began = time.monotonic()
    assert stop.wait(30)
    assert time.monotonic() - began < 5
    timer.join()
    asked.clear()
    assert stop.is_set()
    assert not RunStop(asked).is_set()
