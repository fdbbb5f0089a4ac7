"""The pace of a lane: shared by all who name it, with the rests that the service asks for."""

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

import certbulk as cb
from certbulk.api.loop import NotNow
from certbulk.api.pacing.lane_pace import LanePace

from .lane_time import LaneTime
from .postgres import Postgres

Opens = Callable[..., LanePace]


@pytest.fixture
def time(url: str) -> Iterator[LaneTime]:
    """The time of the database and of everybody who waits."""
    found = LaneTime(url)
    yield found
    found.close()


@pytest.fixture
def lane(url: str, time: LaneTime) -> Iterator[Opens]:
    """Return a function that opens the pace of a lane, as a further process would."""
    opened: list[LanePace] = []

    def open_(name: str = "default", *, per_second: float = 50, host: str = "h") -> LanePace:
        pace = LanePace(per_second, 60_000, time, cb.Journal(url, lane=name), host)
        opened.append(pace)
        return pace

    yield open_
    for pace in opened:
        pace.close()


def taken(time: LaneTime, paces: list[LanePace], each: int) -> list[list[float]]:
    """Take permits, every pace in a thread of its own, and return when each was given."""
    times: list[list[float]] = [[] for _ in paces]

    def take(pace: LanePace, own: list[float]) -> None:
        own.extend(pace.acquire() or 0.0 for _ in range(each))
        time.ends()

    threads = [threading.Thread(target=take, args=both) for both in zip(paces, times, strict=True)]
    for _ in threads:
        time.begins()
    for thread in threads:
        thread.start()
    with time.without_me():
        for thread in threads:
            thread.join()
    return times


def test_one_pace_for_all(lane: Opens, time: LaneTime) -> None:
    """Five share a pace of 50 a second: permits are evenly spread, and each gets a fair part."""
    times = taken(time, [lane() for _ in range(5)], 20)
    every = sorted(at for own in times for at in own)
    spaces = [after - before for before, after in pairwise(every)]
    assert spaces == pytest.approx([1 / 50] * 99, abs=1e-4)
    for turn in range(20):
        nth = [own[turn] for own in times]
        assert max(nth) - min(nth) < 2 * 5 / 50


def test_lanes_and_hosts_are_apart(lane: Opens, time: LaneTime) -> None:
    """A second lane, and another host, have a pace of their own."""
    for pace in (lane(), lane("second"), lane(host="o")):
        assert pace.acquire() == 1000
    assert time.now() == 1000


def test_a_rest_is_shared(lane: Opens, time: LaneTime) -> None:
    """After a 429 nobody of the lane sends for the pause, then at half the pace."""
    first, second = lane(), lane()
    permit = first.acquire() or 0.0
    second.acquire()
    first.refused(permit, retry_after=0.4)
    began = time.now()
    assert first.resting == pytest.approx(1.0, abs=1e-4)
    times = [second.acquire() or 0.0 for _ in range(4)]
    assert times == pytest.approx([began + 1 + n * 2 / 50 for n in range(4)], abs=1e-3)
    assert second.resting == 0
    second.answered(times[-1])
    first.refused(first.acquire() or 0.0)
    assert first.resting == pytest.approx(1.0, abs=1e-4)  # again, as the refusals were over


def test_a_rest_that_begins_during_a_wait(lane: Opens, time: LaneTime) -> None:
    """A permit that was reserved before a refusal is not used within the rest."""
    first, second = lane(per_second=2), lane(per_second=2)
    permit = first.acquire() or 0.0
    got: list[float] = []

    def take() -> None:
        got.append(second.acquire() or 0.0)
        time.ends()

    waiting = threading.Thread(target=take)
    time.begins()
    waiting.start()
    time.somebody_waits()
    first.refused(permit)
    with time.without_me():
        waiting.join()
    assert got[0] - permit >= 1.0


def test_what_is_not_used_is_given_back(lane: Opens) -> None:
    """A row that must not leave, and a stop, cost no permit."""
    pace = lane(per_second=2)
    pace.acquire()

    def not_now() -> None:
        raise NotNow

    for _ in range(5):
        with pytest.raises(NotNow):
            pace.acquire(ready=not_now)
    stop = threading.Event()
    stop.set()
    assert pace.acquire(stop) is None
    assert pace.acquire() == pytest.approx(1000.5, abs=1e-3)


def test_a_slow_preparation_takes_a_new_permit(lane: Opens, time: LaneTime) -> None:
    """Others may have sent meanwhile, so the request does not leave late and close to theirs."""
    pace = lane(per_second=4)
    prepared: list[float] = []

    def slowly() -> None:
        time.wait(0.15)
        prepared.append(time.now())

    given = pace.acquire(ready=slowly)
    assert prepared == [1000.15]
    assert given == pytest.approx(1000.25, abs=1e-4)


def test_the_database_restarts(lane: Opens, postgres: Postgres) -> None:
    """While it is away, no request leaves; then the pace goes on."""
    pace = lane()
    permit = pace.acquire() or 0.0
    postgres.stop()
    try:
        pace.refused(permit)  # the outcome of a request is not lost for this
        with pytest.raises(cb.OutputError, match="shared journal"):
            pace.acquire()
    finally:
        postgres.start()
    assert pace.acquire() is not None


def test_clients_of_a_shared_journal_use_it(
    sandbox: cb.Sandbox, shared_journal: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the settings, in the lane that they name; a client's own pace stays its own."""
    monkeypatch.setenv("CERTBULK_LANE", "office")
    server = sandbox.server
    words = (server.url, server.chain_id, server.partner_token, server.user_token)
    with cb.Client(*words, per_second=100, per_minute=6000) as client:
        client.list()
    with cb.Client(*words, share_pace=cb.Journal(shared_journal, lane="other")) as client:
        client.list()
    with cb.Client(*words, share_pace=False) as client:
        client.list()
    found = postgres.query("SELECT lane FROM certbulk.lanes", shared_journal.rsplit("/", 1)[1])
    assert sorted(found) == [("office",), ("other",)]
