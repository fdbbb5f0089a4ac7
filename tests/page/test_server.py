"""Serving the page: what is reported, what ends it, and what it is given; and the widget."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.errors import SettingsError
from certbulk.page import assets as frontend
from certbulk.page import crash_log as mistakes
from certbulk.page.crash_log import written_down
from certbulk.page.destinations import destinations
from certbulk.page.host import server
from certbulk.page.panel import UploadPanel
from certbulk.settings.sources import HANDED_OVER
from tests.conftest import ROOT
from tests.page.conftest import Served


def test_nothing_is_ever_markup_and_nothing_is_fetched_from_elsewhere() -> None:
    """The host's script sets texts as texts; neither it nor the styles name another host."""
    files = frontend.files()
    assert frontend.script() == str(UploadPanel._esm) == files["widget.js"].data.decode()  # noqa: SLF001
    assert frontend.style() == str(UploadPanel._css)  # noqa: SLF001
    for name in files.keys() - {"widget.js"}:  # that has tests of its own
        plain = files[name].data.decode().replace('xmlns="http://www.w3.org/2000/svg"', "")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "http:",
        ):
            assert word not in plain, (name, word)


def test_the_widget_asks_and_is_answered() -> None:
    """Without a browser: it begins with nothing, and closing it leaves nothing behind."""
    page = UploadPanel()
    assert page.view["step"] == "chain"
    page.close()


def test_the_same_answer_twice_reaches_the_page_twice() -> None:
    """Else a file that is refused again would leave its progress bar on the page."""
    page = UploadPanel()
    seen: list[object] = []
    page.observe(lambda change: seen.append(change["new"]["trouble"]["text"]), "view")
    for _ in range(2):
        page._show({"step": "file", "trouble": {"text": "Not a kind of file."}})  # noqa: SLF001
    assert seen == ["Not a kind of file."] * 2
    page.close()


LIGHT = """
import sys
import certbulk.page.host.server
print(*(name for name in ("pandas", "sqlalchemy", "anywidget", "IPython") if name in sys.modules))
"""


def test_the_link_does_not_wait_for_what_pages_need() -> None:
    """What serves the page is imported without pandas and its kind, and without a notebook."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.campaign
@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals")
@pytest.mark.parametrize("polite", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_politely_and_says_where_it_is(tmp_path: Path, polite: signal.Signals) -> None:
    """A taken port is reported; Ctrl-C or a polite end is soon done, and leaves no file behind."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", str(scratch))
            served = Served(tmp_path, port=port)
    with served:
        assert served.said[0].startswith(
            f"Port {port} is taken: this page is on port {served.port}"
        )
        assert served.link.startswith(f"http://127.0.0.1:{served.port}/")
        assert list(scratch.iterdir()), "its own working folder"
        began = time.monotonic()
        served.process.send_signal(polite)
        assert served.process.wait(20) == 0
        assert time.monotonic() - began < 5
        assert list(scratch.iterdir()) == []


def test_settings_are_read_anew_for_each_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mended `.env` file counts from the next page on; one that is open stays with its chain."""
    monkeypatch.setenv("CERTBULK_STATE_DIR", "state")
    monkeypatch.setattr(os, "environ", os.environ.copy())
    lines = "CERTBULK_PARTNER_TOKEN=a\nCERTBULK_USER_TOKEN=b\n"
    Path(".env").write_text(lines + "CERTBULK_CHAIN_ID=1\n")
    hand_over = server._settings_of_this_folder()  # noqa: SLF001
    assert os.environ["CERTBULK_STATE_DIR"] == str(tmp_path / "state")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    hand_over()
    _, first = destinations()
    assert first.chain_id == 1
    (tmp_path / ".env").write_text(lines + "CERTBULK_CHAIN_ID=2\n")
    with first.client() as client:
        assert client.chain_id == 1
    hand_over()
    _, second = destinations()
    assert second.chain_id == 2
    with pytest.raises(SettingsError, match="Load the page again"), first.client():
        pass
    (tmp_path / ".env").write_bytes(b"\xff")
    hand_over()
    assert "not text in UTF-8" in destinations()[1].trouble
    monkeypatch.setenv(HANDED_OVER, "given")
    monkeypatch.chdir(tmp_path)


def test_two_windows_of_the_practice_chain(tmp_path: Path) -> None:
    """They are of one process now: each waits or says so, and neither breaks the other."""
    practice, _ = destinations()
    with practice.client() as client:
        assert len(client.list()) == 9
        with pytest.raises(cb.ChainBusyError, match="practice chain is busy"), practice.client():
            pass
        assert len(client.list()) == 9
    assert json.loads((tmp_path / "state" / "sandbox.json").read_text())


def test_names_of_the_practice_chain_are_looked_up_at_once() -> None:
    """Six requests at the service's pace would take a second; the plan keeps the pace of a run."""
    practice, _ = destinations()
    with practice.client(for_names=True) as client:
        assert client.pace.per_second >= 100
        assert client.pace.per_minute >= 6000
        for _ in range(6):  # with a limit of five a second, one would be refused and asked again
            cb.directory(client)
    with practice.client() as client:
        assert client.pace.per_second <= 5
        assert client.pace.per_minute <= 200


def test_the_file_of_mistakes_does_not_grow_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one before it; of a long one the end is kept, where the error stands."""
    monkeypatch.setattr(mistakes, "_LARGEST", 100)
    monkeypatch.setattr(mistakes, "_LONGEST", 50)
    for number in range(20):
        written_down(ValueError("x" * 1000 + f"the end {number}"))
    files = sorted((tmp_path / "state").glob("page-errors*"))
    assert [file.name for file in files] == ["page-errors.1.txt", "page-errors.txt"]
    assert all(file.stat().st_size < 200 for file in files)
    assert "the end 19" in files[1].read_text()


def test_a_mistake_without_a_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a line on the page all the same."""
    monkeypatch.delenv("CERTBULK_STATE_DIR")
    Path(".env").write_text("CERTBULK_STATE_DIR=here\n")
    line = written_down(ValueError("x"))
    assert "ValueError" in line
    assert "could not be recorded" in line


def test_what_is_left_behind_is_known() -> None:
    """A page that reads a workbook still does not keep the process: nothing is sent from it."""
    free = threading.Event()
    thread = threading.Thread(target=free.wait, name="certbulk-page_0", daemon=True)
    thread.start()
    assert server._left_behind()  # noqa: SLF001
    free.set()
    thread.join()
    assert not server._left_behind()  # noqa: SLF001


def test_it_is_in_the_base_install() -> None:
    """`pip install .` is all that `certbulk web` needs; nothing of Jupyter is named for it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    base = text.partition("[project.optional-dependencies]")[0]
    assert all(name in base for name in ('"starlette', '"uvicorn', '"websockets'))
    assert not [name for name in ("voila", "jupyter_server", "tornado") if name in text]
