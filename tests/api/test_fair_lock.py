"""Turns: threads get permits in the order in which they asked, whatever ends one of them."""

import random
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from certbulk.api.pacing.fair_lock import Line, Turn
from certbulk.api.pacing.pace import Pace
from tests.conftest import FakeClock


def test_one_that_leaves_early_keeps_its_place_in_the_order() -> None:
    """As Ctrl-C ends a wait: who is behind it waits for who was ahead of it."""
    line, first, second, third = Line(), Turn(), Turn(), Turn()
    came: list[str] = []

    def behind() -> None:
        with third.ends:
            line.wait(third)
            came.append("third")

    with first.ends:
        line.wait(first)
        with second.ends:
            second.ahead, line.last = line.last, second  # it has joined, and its wait ends
        waiting = threading.Thread(target=behind)
        waiting.start()
        waiting.join(0.1)
        came.append("first")
    waiting.join(5)
    assert came == ["first", "third"]
    assert third.ahead is None


def test_a_permit_after_one_that_failed(clock: FakeClock) -> None:
    """What goes wrong in a turn, or in what is done before a permit, ends this turn only."""
    pace = Pace(4.0, 180, clock)

    def fail() -> None:
        raise KeyboardInterrupt

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            pace.acquire(ready=fail)
    assert pace.acquire() is not None


def test_turns_of_many_threads_come_in_their_order() -> None:
    """The line is a queue."""
    line, order = Line(), list[int]()

    def take(number: int) -> None:
        turn = Turn()
        with turn.ends:
            line.wait(turn)
            order.append(number)

    first, threads = Turn(), []
    with first.ends:
        line.wait(first)
        for number in range(20):
            before = line.last
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while line.last is before:
                time.sleep(0.001)  # until the thread is in the line
    for thread in threads:
        thread.join(10)
    assert order == list(range(20))


STRUCK = """
    import signal, sys, threading, time
    from certbulk.api.pacing.clock import SystemClock
    from certbulk.api.pacing.pace import Pace
    pace = Pace(1000.0, 60000, SystemClock())
    taken = []
    def work():
        while len(taken) < 1000:
            pace.acquire(); taken.append(1)
    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads: thread.start()
    struck, armed = 0, False
    def strike(*_):
        global armed
        if armed:
            armed = False
            raise KeyboardInterrupt
    signal.signal(signal.SIGINT, strike)
    print("ready", flush=True)
    while len(taken) < 1000:
        try:
            armed = True
            while len(taken) < 1000:
                pace.acquire(); taken.append(1)
        except KeyboardInterrupt:
            struck += 1
    armed = False
    for thread in threads: thread.join(10)
    print(struck, any(thread.is_alive() for thread in threads), pace.acquire() is not None)
"""


@pytest.mark.campaign
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")
def test_ctrl_c_at_any_moment_leaves_no_turn_taken() -> None:
    """A process that is struck hundreds of times, in the main thread among four others."""
    words = [sys.executable, "-c", textwrap.dedent(STRUCK)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        dice = random.Random(5)
        while child.poll() is None:
            child.send_signal(signal.SIGINT)
            time.sleep(dice.uniform(0.001, 0.01))  # so that it is struck anywhere in its work
        said = child.stdout.read().split()
    assert int(said[0]) > 50
    assert said[1:] == ["False", "True"]
