"""Plans at real terminals of several widths, with pagers, and in pipes."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

import certbulk as cb
from tests.planning.sheets import change, new

from .conftest import csv

CERTBULK = [sys.executable, "-m", "certbulk"]
SECONDS = 60
SETTINGS = {"TERM": "xterm-256color"}
COLOUR = re.compile(r"\x1b\[[\d;]*m")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals are as POSIX has them")


def at_terminal(*words: str, columns: int = 80, lines: int = 500, pager: str = "cat") -> str:
    """Return what certbulk prints at a terminal of this size, with its colours."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (lines, columns))
    others = {"COLUMNS", "LINES", "NO_COLOR"}
    kept = {name: text for name, text in os.environ.items() if name not in others}
    child = subprocess.Popen(
        [*CERTBULK, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=kept | SETTINGS | {"PAGER": pager},
    )
    os.close(theirs)
    said, deadline = b"", time.monotonic() + SECONDS
    try:
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    said += os.read(ours, 65536)
                except OSError:  # the child has closed the terminal
                    break
        child.wait(SECONDS)
        return said.decode().replace("\r\n", "\n")
    finally:
        child.kill()
        child.wait()
        os.close(ours)


@pytest.fixture
def sheet(service: cb.Sandbox) -> Path:
    """A sheet with a create, an update and two rows that are not sent."""
    assert service.url
    bad = new(title="Bad", balance="x", is_multi="perhaps", expiration_type_id="y")
    wide = new(title="\u793c\u54c1\u5361 1000", salon_ids="720441, 720442", balance="1000.5")
    return csv("types.csv", wide, change(288901, balance="51"), bad, change(5, balance="1"))


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_lines_fit(sheet: Path, columns: int) -> None:
    """No line is wider than the terminal; signs have colour; all errors of a row are there."""
    said = at_terminal("plan", str(sheet), columns=columns)
    lines = COLOUR.sub("", said).splitlines()
    assert max(map(cell_len, lines)) < columns
    assert "\x1b[32m+\x1b[0m" in said
    assert "\x1b[1;31m!\x1b[0m" in said
    bare = " ".join(" ".join(lines).split())
    assert "balance: 1000.50" in bare
    assert "Harbour & Pine Baixa; Harbour & Pine Ribeira" in bare
    assert "balance: 50 \u2192 51" in bare
    assert all(f"[{code}]" in bare for code in ("not_a_number", "not_a_flag", "not_a_choice"))
    assert "+1 ~1 =0 !2" in bare


def test_wide(sheet: Path) -> None:
    """With --wide, a row is one line, whatever the width."""
    said = COLOUR.sub("", at_terminal("plan", str(sheet), "--wide", columns=60))
    (line,) = [line for line in said.splitlines() if line.startswith("+ row 2")]
    assert len(line) > 200


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_without_colour(
    sheet: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_COLOR and terminals that know no colours get none, and nothing else of the kind."""
    monkeypatch.setitem(SETTINGS, name, value)
    said = at_terminal("plan", str(sheet), lines=10)
    assert "\x1b" not in said
    assert "+1 ~1 =0 !2" in said


def test_a_pipe(sheet: Path) -> None:
    """One line a row, no colour, no width, no pager."""
    environment = {**os.environ, "COLUMNS": "40", "FORCE_COLOR": "1", "PAGER": "false"}
    done = subprocess.run(
        [*CERTBULK, "plan", str(sheet)],
        capture_output=True,
        check=False,
        timeout=SECONDS,
        env=environment,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert all(line.isprintable() for line in done.stdout.splitlines())
    assert [line[:7] for line in done.stdout.splitlines()[1:5]] == [
        "+ row 2", "~ row 3", "! row 4", "! row 5",
    ]  # fmt: skip


PAGER = "sh -c 'sed s/^/P/'"


def test_many_rows_have_a_pager(service: cb.Sandbox) -> None:
    """600 rows go through the person's pager; the numbers stay on the screen below it."""
    assert service.url
    file = csv("many.csv", *(new(title=f"T{n}", balance=str(n + 1)) for n in range(600)))
    said = COLOUR.sub("", at_terminal("plan", str(file), lines=24, pager=PAGER))
    paged = [line for line in said.splitlines() if line.startswith("P")]
    assert sum(line.startswith("P+ row") for line in paged) == 600
    assert "\n+600 ~0 =0 !0" in said
    assert "requests, about" in said.splitlines()[-2]


def test_few_rows_have_none(sheet: Path) -> None:
    """What fits on the screen is printed at once."""
    said = COLOUR.sub("", at_terminal("plan", str(sheet), lines=100, pager=PAGER))
    assert "\nP" not in said
    assert said.startswith("Plan for")


def test_nobody_turns_pages_with_yes(sheet: Path) -> None:
    """Whoever has agreed already does not wait at a pager."""
    said = COLOUR.sub("", at_terminal("apply", str(sheet), "--yes", lines=10, pager=PAGER))
    assert "P+" not in said
    assert "Results: types.results.xlsx" in said


def test_a_pager_that_is_left(service: cb.Sandbox) -> None:
    """Whoever has seen enough goes on to the numbers, without a traceback."""
    assert service.url
    file = csv("many.csv", *(new(title=f"T{n}") for n in range(600)))
    said = at_terminal("plan", str(file), lines=24, pager="head -n 3")
    assert "Traceback" not in said
    assert "+600 ~0 =0 !0" in COLOUR.sub("", said)
