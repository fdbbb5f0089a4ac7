"""Code that lies in somebody's folder is not run by the processes that certbulk starts."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import certbulk as cb
from certbulk.page.host.address import LOOPBACK, Address
from tests.page.conftest import Served
from tests.page.host import Visitor
from tests.page.screen import Screen
from tests.planning.sheets import NEW

SECONDS = 60
PATH = re.compile(r":[0-9]+/([^/]+)/")
PLANTED = ("keyring", "calendar", "requests", "dotenv", "sitecustomize", "usercustomize", "certifi")
TRAP = "import os, pathlib; pathlib.Path({!r}).open('a').write(__name__ + ' ')\nraise SystemExit(9)"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's folder with traps beside the price list; each writes its name when it is run."""
    folder = tmp_path / "prices"
    folder.mkdir()
    for name in PLANTED:
        (folder / f"{name}.py").write_text(TRAP.format(str(tmp_path / "trapped")))
    lines = [",".join(NEW), ",".join(NEW.values())]
    (folder / "types.csv").write_text("\n".join(lines))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def screen(sandbox: cb.Sandbox) -> Iterator[Screen]:
    """The page, with its settings in the folder's own `.env` file."""
    settings = {
        "BASE_URL": sandbox.url,
        "CHAIN_ID": sandbox.chain_id,
        "PARTNER_TOKEN": sandbox.server.partner_token,
        "USER_TOKEN": sandbox.server.user_token,
    }
    Path(".env").write_text("".join(f"CERTBULK_{k}={v}\n" for k, v in settings.items()))
    shown = Screen()
    shown.do("hello")
    yield shown
    shown.controller.close()


def test_the_process_that_sends(
    folder: Path, sandbox: cb.Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a relative state folder and a `.env` it sends as the page would, and runs no trap."""
    assert os.environ["CERTBULK_STATE_DIR"] == str(folder.parent / "state")
    monkeypatch.setenv("CERTBULK_STATE_DIR", "state")
    before = len(sandbox.types())
    screen.do("choose", destination="real")
    screen.upload(folder / "types.csv")
    assert screen.do("plan")["plan"]["writes"] == 1
    screen.do("send", typed="1")
    run = screen.until("results")["run"]
    assert run["counts"] == {"created": 1}
    assert len(sandbox.types()) == before + 1
    assert not (folder.parent / "trapped").exists()
    assert (folder / "state" / "journal.sqlite").exists()


def test_it_gets_no_token_on_its_command_line(
    folder: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others of this machine see what a process was started with: neither token is in it."""
    started: list[tuple[list[str], dict[str, Any]]] = []
    popen = subprocess.Popen

    def seen(words: list[str], **how: Any) -> Any:
        started.append((words, how))
        return popen(words, **how)

    monkeypatch.setattr(subprocess, "Popen", seen)
    screen.do("choose", destination="real")
    screen.upload(folder / "types.csv")
    screen.do("plan")
    screen.do("send", typed="1")
    screen.until("results")
    [(words, how)] = [entry for entry in started if "certbulk" in entry[0]]
    assert words[1] == "-P"
    assert not [word for word in words if "sandbox-" in word]
    assert Path(how["cwd"]).parent == folder.parent / "state" / "uploads"
    assert sorted(path.name for path in Path(how["cwd"]).glob("*.py")) == []


def test_the_page_itself(folder: Path, tmp_path: Path) -> None:
    """`certbulk web`, given in the folder as most people do, serves its page and runs no trap.

    What a page needs is imported while it is served, from a folder of its own.
    """
    with Served(folder, STATE_DIR="state") as served:
        kept = json.loads(key_for(served.link))
        visitor = Visitor(Address(LOOPBACK, served.port, PATH.findall(served.url)[0]), **kept)
        line, said = visitor.open()
        assert said == {"open": True, "new": True}
        line.send(json.dumps({"content": {"do": "hello"}}))
        view: dict[str, Any] = {"destinations": []}
        while not view["destinations"]:
            view = json.loads(line.recv(SECONDS)).get("view", view)
        assert [destination["trouble"]["text"] == "" for destination in view["destinations"]] == [
            True,
            False,
        ]
        line.send(json.dumps({"content": {"do": "choose", "destination": "practice"}}))
        while view["step"] == "chain":
            view = json.loads(line.recv(SECONDS)).get("view", view)
        line.close()
        assert Path(f"/proc/{served.process.pid}/cwd").resolve() != folder.resolve()
    assert not (tmp_path / "trapped").exists()


def key_for(link: str) -> str:
    """Return what a browser gets for a link."""
    home, _, key = link.partition("open#key=")
    origin = home.rstrip("/").rpartition("/")[0]
    answer = requests.post(
        f"{home}browser", json={"key": key}, headers={"Origin": origin}, timeout=SECONDS
    )
    known = answer.json()
    return json.dumps({"name": known["id"], "secret": known["secret"]})
