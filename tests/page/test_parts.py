"""Files that come in parts, the time that is left, and what a process said."""

import os
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.errors import ReadError
from certbulk.page.crash_log import written_down
from certbulk.page.destinations import PRACTICE, Destination
from certbulk.page.following import Remaining
from certbulk.page.state import State
from certbulk.page.transfers import LARGEST, Inbox, Outbox
from tests.planning.sheets import report_on


def part(name: str, size: int, at: int = 0, files: int = 1) -> dict[str, Any]:
    return {"name": name, "size": size, "at": at, "files": files}


def test_a_file_comes_in_parts() -> None:
    """It is whole when all its bytes are there, and is gone with the page."""
    inbox = Inbox()
    assert not inbox.take(part("../../etc/pri ces.csv", 10), [b"title\n"])
    assert inbox.take(part("pri ces.csv", 10, 6), [b"A\nB\n"])
    inbox.keep()
    first = inbox.path
    assert (first.name, first.read_bytes()) == ("pri ces.csv", b"title\nA\nB\n")
    assert first.stat().st_mode & 0o077 == 0 or os.name != "posix"
    assert inbox.plain(f"{first} is bad") == "pri ces.csv is bad"
    for _ in range(2):
        assert inbox.take(part("pri ces.csv", 1), [b"x"])
        assert inbox.plain(f"{inbox.arrived} is bad") == "pri ces.csv is bad"
        assert (inbox.path, first.stat().st_size) == (first, 10), "until another one is kept"
    inbox.keep()
    assert (first.exists(), inbox.path.read_bytes()) == (False, b"x")
    inbox.close()
    assert not inbox.path.exists()


@pytest.mark.parametrize(
    ("message", "data", "why"),
    [
        (part("a.xlsx", LARGEST + 1), b"x", "this page takes 20 MB"),
        (part("a.xlsx", 1, files=2), b"x", "one workbook at a time"),
        (part("a.exe", 1), b"x", "not a kind of file"),
        (part("a.xlsx", 5, at=3), b"x", "cut off"),
        (part("a.xlsx", 1), b"xyz", "cut off"),
        (part("a.xlsx", 2), b"", "cut off"),
    ],
)
def test_what_is_not_taken(message: dict[str, Any], data: bytes, why: str) -> None:
    """Too much, too many, another kind, a part out of order: each is one clear line."""
    inbox = Inbox()
    with pytest.raises(ReadError, match=why):
        inbox.take(message, [data])
    inbox.close()


@pytest.mark.parametrize("name", ["con<script>.csv", "a/b\\c.csv", "..a.csv", "\u202ecsv.csv"])
def test_names_lead_nowhere_else(name: str) -> None:
    """Whatever a browser calls a file, it lies in its folder, under a name that a system takes."""
    inbox = Inbox()
    folder = inbox.path.parents[1]
    inbox.take(part(name, 1), [b"x"])
    assert [path.name for path in folder.glob("*/*")] == [inbox.arrived.name]
    assert inbox.arrived.parents[1] == folder
    assert not set('<>:"|?*\\/\u202e') & set(inbox.arrived.name)
    inbox.close()


def test_files_go_out_in_parts(tmp_path: Path) -> None:
    """The parts together are the workbook, named after the one that was uploaded."""
    state = State((), Destination(PRACTICE, "", "")).read(report_on({"title": "A"}), [])
    outbox, data, at = Outbox(), b"", 0
    while True:
        answer, piece = outbox.part(state, {"file": "annotated", "at": at})
        data += piece
        at += len(piece)
        if at == answer["size"]:
            break
    assert answer["name"] == "DataFrame.to_repair.xlsx"
    (tmp_path / "x.xlsx").write_bytes(data)
    assert len(cb.read(tmp_path / "x.xlsx")) == 1
    with pytest.raises(ReadError, match="no longer there"):
        outbox.part(state, {"file": "results", "at": 0})


def test_the_time_that_is_left() -> None:
    """By the plan at first, by how it goes then; never faster than the pace allows."""
    remaining = Remaining(0.25)
    assert remaining.after(0.0, 0, 100) == 25.0
    assert remaining.after(10.0, 10, 90) == 90.0
    assert remaining.after(20.0, 90, 10) == 2.5
    assert remaining.after(100.0, 90, 10) == 2.5, "after a pause the plan counts again"


def test_a_mistake_is_written_down_and_said_in_a_line(tmp_path: Path) -> None:
    """The page has the line, the file has what whoever mends it needs."""
    line = written_down(KeyError("nobody foresaw this"))
    assert "KeyError" in line
    assert "\n" not in line
    path = tmp_path / "state" / "page-errors.txt"
    assert "nobody foresaw this" in path.read_text(encoding="utf-8")
