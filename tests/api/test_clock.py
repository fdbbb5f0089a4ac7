"""Time that goes on while the machine sleeps."""

import threading
import time

import pytest

from certbulk.api.pacing.clock import Elapsed, SystemClock
from tests.conftest import FakeClock

START = Elapsed(0.0, wall=1_000_000.0, monotonic=50.0)

READINGS = [
    pytest.param([(5, 5)], 5, id="both agree"),
    pytest.param([(3600, 0.5)], 3600, id="the monotonic clock stood still in a sleep"),
    pytest.param([(-86_400, 5)], 5, id="the wall clock was set back"),
    pytest.param([(-86_400, 0)], 0, id="set back, and no time passed"),
    pytest.param([(90, 5)], 90, id="the wall clock was set forward"),
    pytest.param([(-7200, 1), (30, 2)], 31, id="set back, then asleep"),
    pytest.param([(100, 1), (-100, 1)], 101, id="set forward and back again"),
]


@pytest.mark.parametrize(("steps", "passed"), READINGS)
def test_the_clock_that_advanced_more_counts(
    steps: list[tuple[float, float]], passed: float
) -> None:
    """Between two readings never less time has passed than either clock says."""
    elapsed = START
    for wall, monotonic in steps:
        elapsed = elapsed.read(elapsed.wall + wall, elapsed.monotonic + monotonic)
    assert elapsed.seconds == pytest.approx(passed)


def test_a_system_without_boot_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, a jump of the wall clock counts as time passed, and no jump takes time back."""
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    clock = SystemClock()
    before, wall = clock.elapsed(), time.time()
    monkeypatch.setattr(time, "time", lambda: wall + 3600)
    asleep = clock.elapsed()
    assert asleep - before == pytest.approx(3600, abs=5)
    monkeypatch.setattr(time, "time", lambda: wall - 3600)
    assert asleep <= clock.elapsed() < asleep + 5


def test_a_kernel_without_boot_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that Python knows and the kernel does not have is not used."""
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 12_345, raising=False)
    clock = SystemClock()
    assert 0 <= clock.elapsed() <= clock.elapsed() < 60


def test_the_clock_of_this_machine_only_grows() -> None:
    """Read by several threads at once, it never goes back."""
    clock = SystemClock()
    readings: list[list[float]] = [[] for _ in range(4)]
    threads = [
        threading.Thread(target=lambda kept=kept: kept.extend(clock.elapsed() for _ in range(500)))
        for kept in readings
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(kept == sorted(kept) and len(kept) == 500 for kept in readings)


def test_the_clock_of_tests_can_sleep() -> None:
    """A test lets the machine sleep: one clock stands still, the other goes on."""
    clock = FakeClock()
    now, elapsed = clock.now(), clock.elapsed()
    clock.sleep(90)
    assert (clock.now(), clock.elapsed()) == (now, elapsed + 90)
