"""The examples that `--help` prints, run as they are printed, each after those it builds on."""

import re
import sys
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import requests
import typer
from typer.testing import Result

import certbulk as cb
from certbulk.sandbox import Faults, Server
from certbulk.sandbox_client import Sandbox
from tests.conftest import ROOT, FakeClock
from tests.recovery.scenes import creates

from .conftest import COMMANDS, Kept, Typed, examples

NUMBER = "20270131-101500-a1b2c3"
WITH_BAD_ROWS = {  # the file has faulty rows, or something is open, and the command says so
    *examples("fix"), *examples("rebind"),
    "certbulk validate sample_data/with_errors.xlsx",
    "certbulk validate sample_data/with_errors.xlsx --annotate look_here.xlsx",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run has the number that the examples speak of."""
    numbers = chain([NUMBER], (f"20270131-101501-{n:06}" for n in count(1)))
    monkeypatch.setattr("certbulk.applying.sending.carry_out._new_number", lambda: next(numbers))


def run_all(typed: Typed, *commands: str) -> Iterator[tuple[str, Result]]:
    """Run the examples of commands in their order, and check how each ends."""
    for command in commands:
        for line in examples(command):
            result = typed(line)
            assert result.exit_code == (line in WITH_BAD_ROWS), f"{line}\n{result.output}"
            assert "Usage:" not in result.output
            yield line, result


def test_looking(at_a_terminal: Typed) -> None:
    """Commands that check, explain and repair."""
    told = dict(run_all(at_a_terminal, "template", "rules", "columns", "validate", "fix"))
    assert len(told) == 10
    assert len(cb.read("look_here.xlsx")) == len(cb.read("fixed.xlsx")) == 49


def test_sending(at_a_terminal: Typed) -> None:
    """Commands that plan and send, and those about runs."""
    first = dict(run_all(at_a_terminal, "export", "list", "get", "plan"))
    assert all("+33 ~4 =3 !0" in first[line].stdout for line in examples("plan"))
    told = dict(run_all(at_a_terminal, "apply", "runs", "show", "drift", "results", "stop"))
    assert NUMBER in told["certbulk runs"].stdout
    assert cb.attach(NUMBER).counts["created"] == 33
    dict(run_all(at_a_terminal, "undo"))
    assert "33 deleted" in at_a_terminal("certbulk runs").stdout


def test_changing_in_words(at_a_terminal: Typed) -> None:
    """Change: at once, as a saved plan, and as a workbook."""
    told = dict(run_all(at_a_terminal, "change"))
    assert "updated  7" in next(iter(told.values())).stdout
    assert at_a_terminal("certbulk apply p.json").exit_code == 0
    assert len(cb.read("added.xlsx")) == 6


def test_trying(service: cb.Sandbox, at_a_terminal: Typed) -> None:
    """Check and rehearse, which change nothing."""
    before = service.types()
    told = dict(run_all(at_a_terminal, "check", "rehearse"))
    assert len(told) == 4
    assert service.types() == before


def test_going_on(service: cb.Sandbox, at_a_terminal: Typed) -> None:
    """Resume, after a run that has left a row whose answer was lost."""
    service.faults = Faults(script=("lost_answer",), methods=("POST",))
    line = "certbulk apply sample_data/certificate_types.xlsx --no-settle"
    assert at_a_terminal(line).exit_code == 1
    assert cb.attach(NUMBER).counts["unknown"] == 1
    dict(run_all(at_a_terminal, "resume"))
    assert cb.attach(NUMBER).counts["created"] == 33


def test_settling_by_hand(service: cb.Sandbox, at_a_terminal: Typed) -> None:
    """Settle, of two rows whose answers were lost: the first was created, the second was not."""
    pd.DataFrame(creates(17)).to_csv("types.csv", index=False)
    lost = (*[None] * 15, "lost_answer", "closed")
    service.faults = Faults(script=lost, methods=("POST",))
    line = "certbulk apply types.csv --no-settle --batch-size 1"
    assert at_a_terminal(line).exit_code == 1
    dict(run_all(at_a_terminal, "settle"))
    assert [str(o.status) for o in cb.attach(NUMBER).outcomes[-2:]] == ["created", "failed"]


def test_approving(
    at_a_terminal: Typed, shared_journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Approve, by another person than the one who has planned and sent."""
    assert shared_journal
    assert at_a_terminal("certbulk apply sample_data/certificate_types.xlsx").exit_code == 0
    pd.DataFrame(creates(2)).to_csv("types.csv", index=False)
    assert at_a_terminal("certbulk plan types.csv -o plan.json").exit_code == 0
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(Path("another").absolute()))
    told = dict(run_all(at_a_terminal, "approve"))
    assert "Approved by anna" in next(iter(told.values())).stdout


def test_moving(at_a_terminal: Typed) -> None:
    """Rebind, of a file that was exported from the first chain."""
    assert at_a_terminal("certbulk export old.xlsx").exit_code == 0
    dict(run_all(at_a_terminal, "rebind"))
    assert len(cb.read("new.xlsx")) == 8


def test_signing_in(
    at_a_terminal: Typed, kept: Kept, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Login, with the login of the example and a password, which is a line of standard input."""
    owner = cb.Sandbox(login="owner@example.com", password="secret", clock=clock.now)
    monkeypatch.delenv("CERTBULK_USER_TOKEN")
    with owner:
        monkeypatch.setenv("CERTBULK_BASE_URL", owner.url)
        for line in examples("login"):
            assert at_a_terminal(line, "secret\n").exit_code == 0, line
    assert list(kept.passwords.values()) == ["sandbox-user"]
    assert "sandbox-user" in Path(".env").read_text(encoding="utf-8")


def test_setting_up(
    at_a_terminal: Typed, kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Init, at a terminal at which the chain is typed and the rest agreed to."""
    monkeypatch.setenv("CERTBULK_SETTINGS_DIR", str(tmp_path / "settings"))
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("certbulk.cli.commands.setup.sys", terminal)
    for line in examples("init"):
        assert at_a_terminal(line, "\n706028\n\n\n").exit_code == 0, line
    written = (tmp_path / "settings" / "profiles").iterdir()
    assert sorted(path.name for path in written) == ["default.toml", "spa-east.toml"]
    assert kept.passwords == {}


def test_serving(at_a_terminal: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sandbox and web, which serve until Ctrl-C: the first until it has answered.

    Its port may be taken on this machine, so that any that is free is used in its place. The page
    itself is served in the tests of the upload page, in processes of their own.
    """
    asked: list[tuple[int, float]] = []

    def on_a_free_port(
        practice: Sandbox, state: None, *, port: int, faults: Faults, **_: object
    ) -> None:
        asked.append((port, faults.lost_answer))
        practice.server = Server(state, faults=faults)

    def until_it_answers(server: Server) -> None:
        asked.append((requests.get(server.url, timeout=5).status_code, 0.0))
        server.stop()

    monkeypatch.setattr(Sandbox, "__init__", on_a_free_port)
    monkeypatch.setattr(Server, "serve_forever", until_it_answers)
    served: list[tuple[int, dict[str, object]]] = []
    page = SimpleNamespace(serve=lambda port, **given: served.append((port, given)))
    monkeypatch.setitem(sys.modules, "certbulk.page.host.server", page)
    for _, result in run_all(at_a_terminal, "sandbox", "web"):
        assert result.stderr == ""
    assert asked == [
        (8765, 0.0),
        (404, 0.0),
        (8766, 0.1),
        (404, 0.0),
        *[(8765, 0.0), (404, 0.0)] * 2,
    ]
    assert served == [
        (8867, {"browser": True, "say": typer.echo}),
        (0, {"browser": False, "say": typer.echo}),
    ]


def test_commands_that_texts_name_are_there() -> None:
    """In the README, on the pages, in the notebooks and in the changelog."""
    files = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "notebooks").glob("*.ipynb")]
    files += (ROOT / "certbulk" / "docs").rglob("*.md")
    texts = " ".join(file.read_text(encoding="utf-8") for file in files)
    assert set(re.findall(r"`certbulk ([a-z]+)", texts)) <= {*COMMANDS, "fleet"}


def test_every_example_is_run() -> None:
    """What a command shows is tried by a test of this file: a new command is missed here."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f'"{name}"' not in text] == []
