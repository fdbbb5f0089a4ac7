"""What a command does whose output cannot be written: on a full disk, or with closed streams."""

import subprocess
import sys
from pathlib import Path

import pytest

import certbulk as cb
from tests.cli.conftest import Run, csv
from tests.planning.sheets import new

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is full")


def shell(line: str) -> "subprocess.CompletedProcess[str]":
    """Run a line of sh, in which $certbulk is the command."""
    command = ["sh", "-c", line, "sh", sys.executable]
    line = line.replace("certbulk", '"$1" -m certbulk')
    return subprocess.run(
        [*command[:2], line, *command[3:]], check=False, capture_output=True, text=True, timeout=60
    )


@needs_full
@pytest.mark.parametrize("words", ["columns", "rules --json", "--help"])
def test_output_on_a_full_disk_is_reported(words: str) -> None:
    """One line says so, without a traceback, and the command does not end as if all was well."""
    done = shell(f"certbulk {words} > /dev/full")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "certbulk: Not all of the output could be written (No space left on device)."
    ]


@needs_full
def test_messages_on_a_full_disk_end_nothing() -> None:
    """What was to be written on standard error goes nowhere, and the exit code stays true."""
    done = shell("certbulk validate sample_data/no_such_file.csv 2> /dev/full")
    assert done.returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="cmd.exe closes no streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_lead_nowhere(closed: str) -> None:
    """Whoever closes a stream wants nothing of it; the command itself goes on."""
    done = shell(f"certbulk columns {closed}")
    assert done.returncode == 0
    assert not done.stderr


def test_nothing_is_sent_that_could_not_be_shown(
    service: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --yes, too: a plan that a full disk lost was seen by nobody."""
    monkeypatch.setattr("certbulk.cli.sending.not_written", lambda: "No space left on device")
    csv("types.csv", new())
    for words in (["apply", "types.csv", "--yes"], ["apply", "types.csv"]):
        result = certbulk(*words)
        assert result.exit_code == 2
        assert "so nothing was sent" in result.stderr
    assert {request.method for request in service.requests} == {"GET"}
