import os
import signal
import subprocess
import sys
from typing import Any

import pytest
import requests

import certbulk as cb
from certbulk.sandbox import Faults, Lies, Limits, Quirks, chains_alike

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


def test_many_chains() -> None:
    """Each has the same names and other ids; what is done to one of them is not done to another."""
    sandbox = cb.Sandbox(chains=3)
    with sandbox as first:
        assert sandbox.chain_ids == (706028, 1706028, 2706028)
        last = sandbox.client(chain_id=sandbox.chain_ids[-1])
        lists = [cb.directory(one).lists for one in (first, last)]
        mine, theirs = first.list(), last.list()
        last.delete(2288902)
    for names in ("locations", "services", "categories"):
        here, there = (one[names].entries for one in lists)
        assert [one.name for one in here] == [one.name for one in there]
        assert [one.id + 2_000_000 for one in here] == [one.id for one in there]
    assert [one["title"] for one in mine] == [one["title"] for one in theirs]
    listed = {one.id for one in lists[1]["locations"].entries}
    assert {number for one in theirs for number in one["salon_ids"]} <= listed
    assert [(one.chain_id, one.type_id) for one in sandbox.history] == [(2706028, 2288902)]
    assert len(sandbox.types()) == len(sandbox.types(1706028)) == 9


@pytest.mark.parametrize("wrong", [{"chains": 0}, {"chains": 2, "seed": chains_alike(1)}])
def test_chains_that_cannot_be(wrong: dict[str, Any]) -> None:
    """None at all, or a seed that has its own: the error names the argument."""
    with pytest.raises(cb.ArgumentError, match="chains"):
        cb.Sandbox(**wrong)
