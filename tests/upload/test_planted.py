"""Code that lies in somebody's folder is not run by the processes that certbulk starts."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.upload.page import page
from tests.conftest import ROOT
from tests.planning.sheets import NEW
from tests.upload.screen import Screen

SECONDS = 60
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
    shown.desk.close()


def test_the_process_that_sends(
    folder: Path, sandbox: cb.Sandbox, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a relative state folder and a `.env` it sends as the page would, and runs no trap."""
    assert os.environ["CERTBULK_STATE_DIR"] == str(folder.parent / "state")
    monkeypatch.setenv("CERTBULK_STATE_DIR", "state")
    before = len(sandbox.types())
    screen.do("choose", place="real")
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
    screen.do("choose", place="real")
    screen.upload(folder / "types.csv")
    screen.do("plan")
    screen.do("send", typed="1")
    screen.until("results")
    [(words, how)] = [entry for entry in started if "certbulk" in entry[0]]
    assert words[1] == "-P"
    assert not [word for word in words if "sandbox-" in word]
    assert Path(how["cwd"]).parent == folder.parent / "state" / "uploads"
    assert sorted(path.name for path in Path(how["cwd"]).glob("*.py")) == []


def test_the_page_and_its_kernel(folder: Path, tmp_path: Path) -> None:
    """`certbulk web`, given in the folder as most people do, serves its page and runs no trap."""
    environment = {k: v for k, v in os.environ.items() if "CERTBULK" not in k}
    with subprocess.Popen(
        [sys.executable, "-m", "certbulk", "web", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**environment, "CERTBULK_STATE_DIR": "state", "PYTHONPATH": str(ROOT)},
    ) as server:
        try:
            import requests

            assert server.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/open\?key=\S+", server.stdout.readline())
            assert found
            with requests.Session() as browser:
                answer = browser.get(found[0], timeout=SECONDS)
            assert answer.status_code == 200
            assert "UploadPanel" in answer.text or "anywidget" in answer.text
        finally:
            server.terminate()
            server.wait(20)
    assert not (tmp_path / "trapped").exists()


def test_a_page_imports_nothing_from_where_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry of the import path that stands for the working folder is taken out."""
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setenv("CERTBULK_PAGE_FOLDER", str(tmp_path))
    panel = page()
    assert "" not in sys.path
    assert Path.cwd() == tmp_path
    panel.close()
