"""Questions that are asked at a terminal, and a Ctrl-C at the worst of moments."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from operator import call
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from certbulk.cli import sending
from certbulk.cli.commands import account
from certbulk.cli.interrupts import signals_end_the_wait

PATIENCE = 5
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are as POSIX has them")


class Terminal(SimpleNamespace):
    """A terminal at which Ctrl-C is pressed just before a read of it blocks."""

    typed: bool


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Such a terminal as stdin. If Ctrl-C goes unheard, a line is typed after a while.

    Native code calls the two in turn, so that between them Python looks at no signal.
    """
    ours, theirs = os.pipe()
    there = Terminal(isatty=lambda: True, typed=False)

    def give_up() -> None:
        there.typed = True
        os.write(theirs, b"n\n")

    with os.fdopen(ours) as reader:
        press = partial(ctypes.CDLL(None)["raise"], signal.SIGINT)
        steps: list[Callable[[], Any]] = [press, reader.readline]
        there.readline = partial(next, filter(None, map(call, steps)))
        monkeypatch.setattr("sys.stdin", there)
        patience = threading.Timer(PATIENCE, give_up)
        patience.start()
        yield there
        patience.cancel()
        patience.join()
    os.close(theirs)


def test_ctrl_c_just_before_the_answer_is_read(terminal: Terminal) -> None:
    """The question ends although nobody types anything more."""
    with pytest.raises(typer.Exit) as ended:
        sending.ask("Send?")

    assert ended.value.exit_code == 3
    assert not terminal.typed


@pytest.mark.usefixtures("service")
def test_ctrl_c_just_before_the_login_is_read(terminal: Terminal) -> None:
    """Whoever is asked who they are can go away as well."""
    with pytest.raises(KeyboardInterrupt):
        account.login(env_file=Path(".env"))

    assert not terminal.typed


def test_the_alarm_ends_with_the_question() -> None:
    """Whoever had an alarm has it again."""
    mine = signal.signal(signal.SIGALRM, print)
    signal.setitimer(signal.ITIMER_REAL, 1000, 500)
    try:
        with signals_end_the_wait():
            assert signal.getitimer(signal.ITIMER_REAL)[1] < 1
        remaining, often = signal.setitimer(signal.ITIMER_REAL, 0)
        assert 0 < remaining <= 1000
        assert often == 500
        assert signal.getsignal(signal.SIGALRM) is print
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, mine)
