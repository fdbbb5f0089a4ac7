"""Ctrl-C is heard once, also where Python would lose it."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import queue, subprocess, sys, threading, time
from certbulk.cli.interrupts import hear_interrupts

hear_interrupts()
try:
    import interrupted
    print("imported")
    {waits}
except KeyboardInterrupt:
    print("stopped")
    raise SystemExit(3)
"""
MODULE = """
import signal
exec("signal.raise_signal(signal.{name})")
whole = True
"""


WAITS = (
    "threading.Event().wait(20)",
    "time.sleep(20)",
    "queue.Queue().get(timeout=20)",
    "subprocess.run([sys.executable, '-c', 'import time; time.sleep(20)'])",
)


@pytest.mark.parametrize("waits", WAITS)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_in_an_import_is_heard_after_it(name: str, waits: str, tmp_path: Path) -> None:
    """The module is whole, whatever is waited for ends, and the exit code is the command's."""
    (tmp_path / "interrupted.py").write_text(MODULE.format(name=name), "utf-8")
    (tmp_path / "script.py").write_text(SCRIPT.format(waits=waits), "utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "script.py"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.stdout.split(), done.stderr, done.returncode) == (["imported", "stopped"], "", 3)
