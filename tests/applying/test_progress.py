"""What the progress bar says, and following a run of another process."""

import io
import sys
import threading

import pytest

import certbulk as cb
from certbulk.applying.sending.progress import progress_bar, seconds_left
from tests.planning.sheets import new, plan_of
from tests.recovery.scenes import at_call, creates, newest

from .rows import applied


def test_the_rest_is_timed_by_the_pace() -> None:
    """A second's share at first, then a minute's, and never less than what is left needs."""
    pace = (4.0, 180)
    assert seconds_left(40, 40, 0, *pace) == pytest.approx(10, abs=0.3)
    assert seconds_left(600, 600, 0, *pace) == pytest.approx(180 + 14.75, abs=0.3)
    assert seconds_left(300, 600, 97.5, *pace) == pytest.approx(97.5, abs=0.5)
    assert seconds_left(300, 600, 9999, *pace) == 75.0  # late, and not faster than the pace
    assert seconds_left(1180, 1200, 9999, *pace) == pytest.approx((1180 - 180) / 3)
    assert seconds_left(0, 600, 500, *pace) == 0


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody watches stderr, as at a terminal."""
    monkeypatch.setattr("certbulk.applying.sending.progress.has_viewer", lambda: True)


@pytest.mark.usefixtures("watched")
def test_the_bar_counts_by_outcome(client: cb.Client, capsys: pytest.CaptureFixture[str]) -> None:
    """How many rows are over, how they ended, and nothing about those that are not sent."""
    cb.apply(plan_of(client, *creates(3), {**new(), "action": "skip"}), client)
    last = capsys.readouterr().err.strip().split("\r")[-1]
    assert "100%" in last
    assert "3/3 rows" in last
    assert last.endswith(", 3 created]")


@pytest.mark.usefixtures("watched")
def test_a_bar_says_how_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything has been sent, too: the pace is known."""
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    bar = progress_bar(
        361, shown=True, counts=lambda: {"created": 0, "failed": 2}, per_second=4, per_minute=180
    )
    with bar:
        pass
    assert "about 02:00 left, 2 failed" in seen.getvalue()


def test_a_run_is_followed_to_its_end(
    client: cb.Client,
) -> None:
    """`attach(follow=True)` waits, with a bar, and gives the run as it ended."""
    followed: list[cb.Run] = []
    under_way = threading.Event()

    def follow() -> None:
        under_way.wait(30)
        followed.append(cb.attach(newest(), follow=True))

    at_call(client, "create", 3, under_way.set)
    watcher = threading.Thread(target=follow)
    watcher.start()
    run = cb.apply(plan_of(client, *creates(60)), client, progress=False)
    watcher.join(30)
    assert followed[0].counts == run.counts
    assert followed[0].state == "finished"


def test_following_what_is_over_returns_at_once(
    client: cb.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a bar: there is nothing to wait for."""
    run = applied(client)
    assert cb.attach(run.id, follow=True).counts == run.counts
    assert "Sending" not in capsys.readouterr().err


def test_ctrl_c_ends_the_looking_only(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is followed goes on, and what is known so far is returned."""
    followed: list[cb.Run] = []

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    def look() -> None:
        with monkeypatch.context() as patch:
            patch.setattr("certbulk.applying.watch.sleep", interrupted)
            followed.append(cb.attach(newest(), follow=True))

    at_call(client, "create", 3, look)
    run = cb.apply(plan_of(client, *creates(5)), client, progress=False, batch_size=1)
    assert followed[0].state == "running"
    assert run.counts["created"] == 5
