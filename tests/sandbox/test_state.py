import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from certbulk.sandbox import Limits, Server, StateInUseError, StateUnreadableError

from .talk import Api, body


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "types.json"


def running(path: Path) -> Server:
    return Server(path, limits=Limits(per_second=None))


def test_a_second_run_sees_the_first(path: Path) -> None:
    """Created, changed, deleted and issued types, and the next id, outlive the server."""
    with running(path) as server, Api(server) as api:
        api.create()
        api.replace(288902, body(title="Changed"))
        api.delete(288901)
        server.issue(288905, 3)
        left = server.types()
    with running(path) as server, Api(server) as api:
        assert server.types() == left
        assert api.create().json()["data"]["id"] == 289057
        assert api.delete(288905).status_code == 400


def test_a_change_is_on_disk_before_its_answer(path: Path) -> None:
    """Whoever has an answer finds the change in the file."""
    with running(path) as server, Api(server) as api:
        for number in range(3):
            title = f"Card {number}"
            api.create(body(title=title))
            assert json.loads(path.read_text())["types"][-1]["title"] == title


@pytest.mark.campaign
def test_a_killed_server_has_lost_nothing_it_answered(path: Path) -> None:
    """The file is whole after a process that ended without a goodbye, and its lock is free."""
    program = """
import os, sys
from certbulk.sandbox import Server
from tests.sandbox.talk import Api
server = Server(sys.argv[1]).start()
Api(server).create()
os._exit(9)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program, path], check=False, cwd=root)
    assert done.returncode == 9
    with running(path) as server:
        assert server.types()[-1]["id"] == 289056


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_only_the_user_can_read_the_file(path: Path) -> None:
    """State and lock have mode 0600, from the start and after changes."""
    with running(path) as server:
        for _ in range(2):
            modes = {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
            assert modes == {0o600}
            server.issue(288901)


def test_two_servers_cannot_share_a_file(path: Path) -> None:
    """The second one says which file is taken; it can start when the first has stopped."""
    second = running(path)
    with running(path), pytest.raises(StateInUseError, match=r"types\.json is in use by another"):
        second.start()
    with second:
        assert len(second.types()) == 9


@pytest.mark.campaign
def test_another_process_cannot_share_the_file(path: Path) -> None:
    """The lock holds between processes."""
    program = "import sys; from certbulk.sandbox import Server; Server(sys.argv[1]).start()"
    root = Path(__file__).parents[2]
    with running(path):
        done = subprocess.run(
            [sys.executable, "-c", program, path],
            check=False,
            cwd=root,
            capture_output=True,
            text=True,
        )
    assert "StateInUseError" in done.stderr


WRONG = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"format": "certbulk sandbox 1", "types": [1], "next_id": 1}',
]


@pytest.mark.parametrize("text", [*WRONG, '{"format": "else", "types": [], "next_id": 1}'])
def test_another_kind_of_file_is_left_alone(path: Path, text: str) -> None:
    """What no sandbox wrote is refused by name, not overwritten, and not locked."""
    path.write_text(text)
    for _ in range(2):
        with pytest.raises(StateUnreadableError, match=r"types\.json is not the state"):
            running(path).start()
    assert path.read_text() == text


def test_a_change_that_cannot_be_saved_is_not_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is answered 500; state, file and next id stay, and no scrap is left behind."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with running(path) as server, Api(server) as api:
        before, on_disk = server.types(), path.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            answer = api.create()
        assert answer.status_code == 500
        assert "No space left" in answer.json()["meta"]["message"]
        assert (server.types(), path.read_bytes()) == (before, on_disk)
        assert {one.name for one in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}
        assert api.create().json()["data"]["id"] == 289056


CHANGES: list[Callable[[Server], object]] = [
    lambda server: server.add({"title": "New"}),
    lambda server: server.edit(288901, title="New"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_is_changed_by_its_holder_only(
    path: Path, change: Callable[[Server], object]
) -> None:
    """Before the start the file may be another server's, so that changes are refused."""
    with pytest.raises(RuntimeError, match="start the server before"):
        change(running(path))
    assert not path.exists()
