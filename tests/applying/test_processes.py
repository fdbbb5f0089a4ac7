"""Real processes, interrupted by real signals, against a sandbox in this one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.conftest import UNLIMITED
from tests.planning.sheets import new

from .truth import writes

ROWS = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")


@pytest.fixture
def practice() -> Iterator[cb.Sandbox]:
    """A server that takes a moment over each create, so that there is a middle of the run."""
    faults = Faults(late_answer=1.0, latency_seconds=0.05, methods=("POST",))
    sandbox = cb.Sandbox(limits=UNLIMITED, faults=faults)
    with sandbox:
        yield sandbox


def command(practice: cb.Sandbox, tmp_path: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    environment = {
        **os.environ,
        "CERTBULK_BASE_URL": practice.url,
        "CERTBULK_CHAIN_ID": str(practice.chain_id),
        "CERTBULK_PARTNER_TOKEN": practice.server.partner_token,
        "CERTBULK_USER_TOKEN": practice.server.user_token,
        "CERTBULK_STATE_DIR": str(tmp_path / "state"),
        "PYTHONWARNINGS": "error",
    }
    return [sys.executable, "-m", "certbulk", *words], environment


def results(path: Path) -> list[dict[str, Any]]:
    rows = openpyxl.load_workbook(path)["results"].iter_rows(values_only=True)
    headers = [str(header) for header in next(rows)]
    return [dict(zip(headers, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_stops_at_a_row(practice: cb.Sandbox, tmp_path: Path, name: str) -> None:
    """What is in flight is finished, the results are written and true, and the exit code is 3."""
    rows = [new(title=f"N{n} 10") for n in range(ROWS)]
    pd.DataFrame(rows).to_excel(tmp_path / "many.xlsx", index=False)
    pace = ("--per-second", "100", "--per-minute", "6000")
    words, environment = command(
        practice, tmp_path, "apply", "many.xlsx", "--yes", "--canary", "0", *pace
    )
    child = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 20
        while len(writes(practice.requests)) < 8 and time.monotonic() < deadline:
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(getattr(signal, name))
        out, err = child.communicate(timeout=20)
    finally:
        child.kill()
    assert child.returncode == 3, err
    assert "Traceback" not in out + err
    assert "many.results.xlsx" in out
    seen = writes(practice.requests)
    assert 8 <= len(seen) < ROWS
    there = {record["title"]: record["id"] for record in practice.types()[9:]}
    table = results(tmp_path / "many.results.xlsx")
    assert len(table) == ROWS
    created = {row["title"]: row["id"] for row in table if row["result_status"] == "created"}
    assert created == there
    assert {row["result_status"] for row in table} == {"created", "not_sent"}
    assert len(there) == len(seen) == len({one.body["title"] for one in seen})
