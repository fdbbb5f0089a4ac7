import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

import certbulk as cb
from certbulk.api.pacing.pace import Pace, duration
from certbulk.sandbox import Faults, Limits
from tests.conftest import UNLIMITED, FakeClock
from tests.sandbox.talk import body


def most_within(times: list[float], seconds: float) -> int:
    """Return the largest number of `times` within any span shorter than `seconds`."""
    times, most, first = sorted(times), 0, 0
    for last, moment in enumerate(times):
        while moment - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def permits(pace: Pace, count: int) -> list[float]:
    """Return the times of so many permits, one after the other."""
    return [moment for _ in range(count) if (moment := pace.acquire()) is not None]


PACES = [
    (4.0, 180),
    (1.0, 200),
    (2.0, 7),
    (4.0, 1),
    (3.0, 180),
    (5.0, 200),
    (7.0, 30),
    (9.0, 100),
    (50.0, 60),
]


@pytest.mark.parametrize(("per_second", "per_minute"), PACES)
def test_both_rates_are_kept_at_once(clock: FakeClock, per_second: float, per_minute: int) -> None:
    """In no second and in no minute do more requests leave than asked for."""
    times = permits(Pace(per_second, per_minute, clock), 3 * per_minute + 1)
    assert most_within(times, 1.0) <= per_second
    assert most_within(times, 60.0) <= per_minute
    assert len(times) == 3 * per_minute + 1


@pytest.mark.parametrize(("per_second", "per_minute"), [(4.0, 180), (2.0, 120), (0.5, 30)])
def test_the_pace_is_used(clock: FakeClock, per_second: float, per_minute: int) -> None:
    """It takes hardly longer than the two rates make it take."""
    times = permits(Pace(per_second, per_minute, clock), 2 * per_minute + 1)
    least = 2 * per_minute / min(per_second, per_minute / 60)
    assert times[-1] - times[0] == pytest.approx(least, rel=0.02)


@pytest.mark.parametrize("per_second", [0.5, 0.25, 0.1])
def test_less_than_one_a_second(clock: FakeClock, per_second: float) -> None:
    """A pace below one a second spaces requests by its inverse."""
    times = permits(Pace(per_second, 200, clock), 5)
    assert most_within(times, 1 / per_second) == 1


@pytest.mark.parametrize(("per_second", "per_minute"), [(600, 35_000), (2000, 100_000), (4, 239)])
def test_a_second_and_a_minute_that_hardly_differ(
    clock: FakeClock, per_second: float, per_minute: int
) -> None:
    """Permits are spaced by whole milliseconds, which may keep the limit of a minute already."""
    times = permits(Pace(per_second, per_minute, clock), 5)
    assert times[-1] - times[0] >= 4 * max(0.001, 1 / per_second) - 1e-6


def test_the_price_of_a_run_is_what_it_takes(clock: FakeClock) -> None:
    """A plan's estimate agrees with the permits, over the minute's quota too."""
    for count in (1, 2, 5, 180, 181, 200, 361):
        pace = Pace(4.0, 180, clock)
        times = permits(pace, count)
        assert duration(count, 4.0, 180) == pytest.approx(times[-1] - times[0], rel=0.02, abs=0.01)
    assert duration(0, 4.0, 180) == 0


@pytest.mark.campaign
@pytest.mark.parametrize("limits", [Limits(), Limits(per_second=4, per_minute=180)])
def test_the_server_never_has_to_refuse(clock: FakeClock, limits: Limits) -> None:
    """At the default pace, a long run stays within the documented limits and within its own."""
    sandbox = cb.Sandbox(limits=limits, clock=clock.now)
    with sandbox:
        client = sandbox.client(clock=clock)
        for _ in range(400):
            client.get(288901)
    assert {seen.status for seen in sandbox.requests} == {200}
    times = [seen.at for seen in sandbox.requests]
    assert len(times) == 400
    assert most_within(times, 1.0) <= 4
    assert most_within(times, 60.0) <= 180


def test_retries_are_paced_too(clock: FakeClock) -> None:
    """Every attempt needs a permit, those after a failure as well."""
    sandbox = cb.Sandbox(limits=UNLIMITED, clock=clock.now, faults=Faults(server_error=0.5, seed=3))
    with sandbox:
        client = sandbox.client(clock=clock, jitter=lambda: 0.0, per_second=4.0, per_minute=30)
        for _ in range(40):
            with suppress(cb.UnavailableError):
                client.get(288901)
    times = [seen.at for seen in sandbox.requests]
    assert len(times) > 60
    assert most_within(times, 1.0) <= 4
    assert most_within(times, 60.0) <= 30


@pytest.mark.campaign
def test_threads_share_one_pace_in_real_time() -> None:
    """Eight threads, a real clock, a server with limits of its own: no refusal, no lost speed."""
    limits = Limits(per_second=25, per_minute=None)
    with_answers_late = Faults(late_answer=1.0, latency_seconds=0.15)
    sandbox = cb.Sandbox(limits=limits, faults=with_answers_late)
    with sandbox, ThreadPoolExecutor(8) as pool:
        client = sandbox.client(per_second=20.0, per_minute=60_000)
        began = time.monotonic()
        for done in [pool.submit(client.get, 288901) for _ in range(31)]:
            done.result()
        took = time.monotonic() - began
    times = [seen.at for seen in sandbox.requests]
    assert {seen.status for seen in sandbox.requests} == {200}
    assert len(times) == 31
    assert most_within(times, 1.0) <= 21  # the way to the server is not always equally long
    assert times[-1] - times[0] >= 30 / 20 * 0.98
    assert took < 30 / 20 * 1.3 + 0.5  # 31 answers of 0.15 s would take 4.7 s one after the other


def test_a_real_limit_met_by_others_is_waited_out() -> None:
    """If the quota is spent by somebody else, the client rests and still gets its answers."""
    sandbox = cb.Sandbox(limits=Limits(per_second=5, per_minute=None))
    with sandbox:
        other, client = (sandbox.client(per_second=1000.0, per_minute=60_000) for _ in range(2))
        for _ in range(5):
            other.get(288901)
        assert client.create(body())["title"] == body()["title"]
    statuses = [(seen.method, seen.status) for seen in sandbox.requests[5:]]
    assert statuses == [("POST", 429), ("POST", 200)]
    assert sandbox.requests[-1].at - sandbox.requests[-2].at >= 1.0


def test_a_stop_wakes_who_waits_for_a_permit() -> None:
    """Nobody waits out a slow pace after a stop."""
    sandbox = cb.Sandbox(limits=UNLIMITED)
    with sandbox:
        client = sandbox.client(per_second=0.01, per_minute=1)
        stop = threading.Event()
        client.create(body(), stop=stop)
        caught: list[BaseException] = []

        def wait() -> None:
            try:
                client.create(body(title="Second 1000"), stop=stop)
            except cb.ServiceError as error:
                caught.append(error)

        waiting = threading.Thread(target=wait)
        waiting.start()
        stop.set()
        waiting.join(timeout=5)
    assert [type(error) for error in caught] == [cb.InterruptedRequestError]
    assert len(sandbox.requests) == 1


WRONG_PACES = [
    {"per_second": 0},
    {"per_second": -1.0},
    {"per_second": float("nan")},
    {"per_second": float("inf")},
    {"per_minute": 0},
    {"per_minute": -180},
]


@pytest.mark.parametrize("wrong", WRONG_PACES, ids=str)
def test_an_impossible_pace_is_refused(wrong: dict[str, Any]) -> None:
    """A pace that cannot be kept is a clear error, not a crash and not no pace at all."""
    with pytest.raises(cb.SettingsError, match=next(iter(wrong))):
        cb.Client("http://127.0.0.1:1", 1, "partner", "user", **wrong)
    with pytest.raises(cb.SettingsError, match=next(iter(wrong))):
        cb.Client.from_env(chain_id=1, partner_token="partner", user_token="user", **wrong)
