import os
import signal
import subprocess
import sys

import pytest
import requests

import certbulk as cb
from certbulk.sandbox import Faults, Lies, Limits, Quirks

from .talk import TIMEOUT


def test_the_sandbox_passes_everything_through() -> None:
    """`cb.Sandbox` gives lies, faults, limits and quirks to its server, and shows and sets them."""
    sandbox = cb.Sandbox(
        lies=Lies(keeps=1), faults=Faults(closed=0.5), quirks=Quirks(overlap=1), limits=Limits()
    )
    server = sandbox.server
    assert (server.lies, server.quirks) == (Lies(keeps=1), Quirks(overlap=1))
    assert (sandbox.lies, sandbox.quirks) == (server.lies, server.quirks)
    sandbox.lies, sandbox.quirks, sandbox.faults = Lies(nan=1), Quirks(), Faults()
    assert (server.lies, server.quirks, server.faults) == (Lies(nan=1), Quirks(), Faults())


def test_the_sandbox_shows_the_history() -> None:
    """What was created, and by which request."""
    sandbox = cb.Sandbox()
    with sandbox as client:
        client.list()
        sandbox.server.edit(288901, title="Edited")
        client.delete(288902)
    deeds = [(one.request, one.deed, one.type_id) for one in sandbox.history]
    number = next(one.number for one in sandbox.requests if one.method == "DELETE")
    assert deeds == [(None, "changed", 288901), (number, "deleted", 288902)]


def command(*options: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "certbulk", "sandbox", "--port", "0", *options]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_lies_and_faults_from_the_command_line() -> None:
    """`--lie`, `--fault` and `--seed` are in force on the server that the command starts."""
    lies = ["--lie", "keeps=0.5", "--lie", "keeps_fields=balance,title"]
    faults = ["--fault", "interim=0.25", "--fault", "interim_statuses=102"]
    with command(*lies, *faults, "--seed", "7") as process:
        assert process.stdout is not None
        page = process.stdout.readline().split("its own pages at ")[1].split(". Ctrl-C")[0]
        own = page.removesuffix("/docs") + "/_sandbox"
        found = [requests.get(f"{own}/{one}", timeout=TIMEOUT).json() for one in ("lies", "faults")]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    expected = Lies(keeps=0.5, keeps_fields=("balance", "title"), seed=7)
    assert Lies.of(found[0]) == expected
    assert Faults.of(found[1]) == Faults(interim=0.25, interim_statuses=(102,), seed=7)


@pytest.mark.parametrize("lie", ["keeps", "keeps=often", "nonsense=0.1", "twin=2", "script=1"])
def test_lies_that_are_none(lie: str) -> None:
    """The command ends with one line that names the option."""
    with command("--lie", lie) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert errors.startswith("certbulk: --lie: ")
    assert errors.count("\n") == 1
