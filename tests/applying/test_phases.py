"""What a run is doing, as others see it."""

import os
import time
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.applying.history import doing_now
from certbulk.applying.journal.chain_lock import lock_path
from certbulk.applying.phases import Phase, PhaseSeen, phase_of, phase_told
from tests.planning.sheets import plan_of
from tests.recovery.scenes import at_call, creates, newest

CHAIN = ("https://x.example/api/v1", 5)


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase("sending"), "Sending"),
        (Phase("sending_again", 1), "Sending again 1 row"),
        (Phase("checking", 1), "Checking 1 row whose answer was lost"),
        (
            Phase("checking", 7, wait=19.6),
            "Checking 7 rows whose answers were lost, next look in 20 s",
        ),
        (Phase("verifying"), "Verifying"),
        (Phase("verifying", 3, wait=30), "Verifying 3 rows, next look in 30 s"),
        (
            Phase("resting", wait=5),
            "Waiting, as the service asks for a pause (429), goes on in 5 s",
        ),
    ],
)
def test_it_has_words(phase: Phase, words: str) -> None:
    """The same ones for the bar, another terminal, and the page."""
    assert phase.doing == words


def until_seen(folder: Path, name: str, plan: cb.Plan | None = None, run: str = "r") -> PhaseSeen:
    """Return what is seen of the phase of a run as soon as it has this name."""
    chain = (plan.base_url, plan.chain_id) if plan else CHAIN
    end = time.monotonic() + 20
    while time.monotonic() < end:
        seen = phase_of(folder, *chain, run)
        if seen is not None and seen.name == name:
            return seen
    raise AssertionError(f"{name} was never seen")


def test_it_is_seen_from_outside(tmp_path: Path) -> None:
    """Since when, until when; a wait that goes on keeps both; nothing is left at the end."""
    (tmp_path / "locks").mkdir()
    now = [Phase("sending")]
    with phase_told(tmp_path, *CHAIN, run="r", phase=lambda: now[0]):
        first = until_seen(tmp_path, "sending")
        assert (first.until, first.rows) == (None, 0)
        ends = time.time() + 20
        now[0] = Phase("checking", 7, wait=20)
        seen = until_seen(tmp_path, "checking")
        assert seen.until is not None
        assert seen.until == pytest.approx(ends, abs=2)
        assert seen.since >= first.since
        assert seen.at(seen.until - 12).wait == pytest.approx(12)
        assert seen.at(seen.until + 9).wait == 0
        assert phase_of(tmp_path, *CHAIN, "another run") is None
    assert phase_of(tmp_path, *CHAIN, "r") is None
    assert list((tmp_path / "locks").iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run": "r"}', '{"run": "r", "name": 1}'])
def test_what_makes_no_sense_is_not_known(tmp_path: Path, text: str) -> None:
    """A file that is just written, damaged, or of another version."""
    path = lock_path(tmp_path, *CHAIN).with_suffix(".phase")
    path.parent.mkdir()
    path.write_text(text)
    assert phase_of(tmp_path, *CHAIN, "r") is None


def test_a_state_folder_that_goes_away_does_not_matter(tmp_path: Path) -> None:
    """The run has its own way of noticing that; what it does is told to nobody then."""
    with phase_told(tmp_path / "gone", *CHAIN, run="r", phase=lambda: Phase("sending")):
        assert phase_of(tmp_path / "gone", *CHAIN, "r") is None
    assert not (tmp_path / "gone").exists()


def test_a_run_tells_what_it_is_doing(client: cb.Client) -> None:
    """While it sends; of a run that has ended nothing is told."""
    told: list[str] = []

    def look() -> None:
        until_seen(Path(os.environ["CERTBULK_STATE_DIR"]), "sending", plan, newest())
        told.append(doing_now(cb.attach(newest())))

    plan = plan_of(client, *creates(3))
    at_call(client, "create", 2, look)
    run = cb.apply(plan, client, progress=False)
    assert told == ["Sending"]
    assert doing_now(run) == ""


def test_a_rest_after_a_429_is_known(client: cb.Client) -> None:
    """It is the pace that knows when requests may leave again."""
    assert client.pace.resting == 0
    permit = client.pace.acquire()
    assert permit is not None
    client.pace.refused(permit, 60.0)
    assert client.pace.resting == pytest.approx(60, abs=1)
