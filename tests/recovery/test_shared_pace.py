"""The pace that all processes of a machine keep together, measured at the server."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

import certbulk as cb
from certbulk.api.pacing.pace import Pace
from certbulk.sandbox import Faults, Limits, RequestSeen
from tests.conftest import UNLIMITED, FakeClock

from .scenes import account_of, child

ASKS = """
    import sys
    import certbulk as cb

    url, chain, partner, user, count, pace = sys.argv[1:]
    with cb.Client(url, int(chain), partner, user, per_second=float(pace)) as client:
        client.get(288901)  # what a first request loads is loaded
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(int(count)):
            client.get(288901)
"""
PROCESSES, EACH = 3, 8


def test_three_processes_stay_within_the_limit() -> None:
    """Three processes at once, each at the default pace, stay together under the documented 5/s.

    No request is refused, and the pace that is allowed is used.
    """
    sandbox = cb.Sandbox(limits=UNLIMITED)
    with sandbox:
        limits = Limits()  # the documented ones
        seen = _asked_at_once(
            sandbox, PROCESSES, EACH, 4.0, lambda: setattr(sandbox, "limits", limits)
        )
    assert [request.status for request in seen] == [200] * (PROCESSES * EACH)
    span = seen[-1].at - seen[0].at
    assert 3 <= (len(seen) - 1) / span <= 4.3


def test_two_processes_rest_together() -> None:
    """A refusal of one is a rest for both, and then they keep to half the pace together."""
    sandbox = cb.Sandbox(limits=UNLIMITED)
    with sandbox:
        faults = Faults(script=(None, None, "rate_limited"))
        seen = _asked_at_once(sandbox, 2, 6, 20.0, lambda: setattr(sandbox, "faults", faults))
    statuses = [request.status for request in seen]
    assert (statuses.count(200), statuses.count(429)) == (12, 1)
    refused = seen[statuses.index(429)].at
    later = [request.at for request in seen if request.at > refused + 0.2]  # not in flight then
    assert len(later) >= 9
    assert later[0] - refused >= 0.9
    gaps = [after - before for before, after in pairwise(later)]
    # Half of 20 a second, both together. A request that is late on its way shortens one gap.
    assert median(gaps) >= 0.09


def _asked_at_once(
    sandbox: cb.Sandbox, processes: int, each: int, pace: float, before: Callable[[], object]
) -> list[RequestSeen]:
    """Return what the server sees of processes that begin together, at a pace of each."""
    children = [child(ASKS, *account_of(sandbox), str(each), str(pace)) for _ in range(processes)]
    try:
        for process in children:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        sandbox.server.clear_requests()
        before()
        for process in children:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in children:
            _, err = process.communicate(timeout=30)
            assert process.returncode == 0, err
    finally:
        for process in children:
            process.kill()
            process.communicate()
    return sandbox.requests


def test_a_rest_is_that_of_all(clock: FakeClock, tmp_path: Path) -> None:
    """Its length, how many refusals there were in a row, and the pace after it; an answer ends it.

    What had left before it began, in whatever process, does not lengthen it.
    """
    one, other = (Pace(4.0, 10_000, clock, tmp_path / "pace.sqlite") for _ in range(2))
    first, second = one.acquire(), other.acquire()
    assert first is not None
    assert second is not None
    clock.wait(0.1)  # both are on their way
    refused_at = clock.now()
    one.refused(first, 7.0)
    other.refused(second)
    times = [pace.acquire() or 0.0 for pace in (other, one, other)]
    assert times[0] - refused_at == pytest.approx(7.0, abs=0.01)
    assert [b - a for a, b in pairwise(times)] == [pytest.approx(0.5, abs=0.01)] * 2
    other.refused(times[2])
    assert (one.acquire() or 0.0) - times[2] == pytest.approx(5.0, abs=0.01)
    permit = other.acquire()
    assert permit is not None
    other.answered(permit)
    one.acquire()
    one.refused(clock.now())
    rested = clock.now()
    assert (other.acquire() or 0.0) - rested == pytest.approx(1.0, abs=0.01)
    clock.wait(62)
    assert max(spaces(other, clock, 5)) <= 0.26
    for pace in (one, other):
        pace.close()


def test_an_answer_is_not_lost_for_the_pace(clock: FakeClock, tmp_path: Path) -> None:
    """Where the file cannot be kept any more it is the next permit that says so."""
    folder = tmp_path / "state"
    pace = Pace(4.0, 10_000, clock, folder / "pace.sqlite")
    permit = pace.acquire()
    assert permit is not None
    shutil.rmtree(folder)
    folder.write_text("no folder")
    pace.refused(permit)
    with pytest.raises(cb.OutputError, match="cannot be kept"):
        pace.acquire()


def spaces(pace: Pace, clock: FakeClock, seconds: float) -> list[float]:
    """Return the times between permits over so many seconds."""
    times = []
    until = clock.now() + seconds
    while clock.now() < until:
        permit = pace.acquire()
        assert permit is not None
        times.append(permit)
    return [after - before for before, after in pairwise(times)]


def test_the_pace_is_halved_for_a_minute(clock: FakeClock) -> None:
    """After a refusal everything rests, then goes at half the pace until the minute is over."""
    pace = Pace(4.0, 10_000, clock)
    permit = pace.acquire()
    assert permit is not None
    pace.refused(permit)
    refused_at = clock.now()
    first = pace.acquire()
    assert first is not None
    assert first - refused_at >= 1.0
    slow = spaces(pace, clock, 57)
    assert min(slow) >= 0.5 - 1e-6
    assert max(slow) <= 0.5 + 0.01
    clock.wait(refused_at + 62 - clock.now())
    fast = spaces(pace, clock, 5)
    assert max(fast) <= 0.25 + 0.01


def test_refusals_one_after_the_other(clock: FakeClock) -> None:
    """The rests after refusals in a row are 1, 5 and 60 seconds, or what the service asks for."""
    pace = Pace(1000.0, 60_000, clock)
    rests = []
    for retry_after in (None, None, None, None, 120.0):
        permit = pace.acquire()
        assert permit is not None
        pace.refused(permit, retry_after)
        began = clock.now()
        following = pace.acquire()
        assert following is not None
        rests.append(round(following - began))
    assert rests == [1, 5, 60, 60, 120]


def test_at_the_server(sandbox: cb.Sandbox, clock: FakeClock) -> None:
    """What the server sees after a 429 is a rest of a second and then half the pace."""
    client = sandbox.client(per_second=10.0, per_minute=6000, clock=clock, jitter=lambda: 1.0)
    sandbox.faults = Faults(script=("rate_limited",))
    for _ in range(20):
        client.get(288901)
    times = [seen.at for seen in sandbox.requests]
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps[0] >= 1.0
    assert min(gaps[1:]) >= 0.2 - 1e-6


GARBAGE = b"this is no database at all, " * 400


@pytest.mark.parametrize("beside", [(), ("-wal", "-shm")], ids=["alone", "with a log"])
def test_a_damaged_file_is_made_anew(
    sandbox: cb.Sandbox, tmp_path: Path, beside: tuple[str, ...]
) -> None:
    """It holds nothing worth keeping: whoever sends next is not stopped by it."""
    url, chain, *tokens = account_of(sandbox)
    with cb.Client(url, chain, *tokens, per_second=50) as client:
        client.get(288901)
        (file,) = (tmp_path / "state").glob("pace-*.sqlite")
    for ending in ("", *beside):
        file.with_name(f"{file.name}{ending}").write_bytes(GARBAGE)
    with cb.Client(url, chain, *tokens, per_second=50) as client:
        client.get(288901)
        assert permits(file) == 1
        client.get(288901)
    assert permits(file) == 2
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_another_process_made_anew(clock: FakeClock, tmp_path: Path) -> None:
    """Whoever had the damaged one open goes on in the new one, so that the pace stays one."""
    file = tmp_path / "pace.sqlite"
    pace, other = (Pace(4.0, 1000, clock, file) for _ in range(2))
    pace.acquire()
    before = file.stat().st_ino
    for ending in ("", "-wal"):
        file.with_name(f"{file.name}{ending}").write_bytes(GARBAGE)
    times = [other.acquire(), pace.acquire(), other.acquire(), pace.acquire()]
    assert file.stat().st_ino != before
    gaps = [after - before for before, after in pairwise(t for t in times if t is not None)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.25 - 1e-6
    for each in (pace, other):
        each.close()


def permits(file: Path) -> int:
    """Return how many permits a file holds."""
    with closing(sqlite3.connect(file)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM permits").fetchone()
    return int(count)


def test_the_file_is_private(sandbox: cb.Sandbox, tmp_path: Path) -> None:
    """The shared pace is kept in the state folder, in files for their owner alone."""
    with cb.Client(
        sandbox.url, sandbox.chain_id, sandbox.server.partner_token, sandbox.server.user_token
    ) as client:
        client.get(288901)
    kept = list((tmp_path / "state").glob("pace-*"))
    assert kept
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}
