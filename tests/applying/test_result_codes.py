"""A status code that is new to the table, from the wire to the exit code; and no code beside it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import openpyxl
import pytest

import certbulk as cb
from certbulk.applying import outcome
from certbulk.core.findings.catalogue import CODES
from certbulk.core.results import result_codes
from certbulk.core.results.result_codes import RESULT_CODES, code_of_status
from certbulk.planning import RowDecision
from certbulk.sandbox import Faults
from tests.api.test_result_codes import LOCKED
from tests.planning.sheets import new
from tests.project.sources import MODULES, PACKAGE, calls
from tests.references import results, retries

from .rows import applied

NOT_OF_RESULTS = {"not_sent"}
"""The code of an exception alone: no row ends with it."""


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table with an entry for 423, in every module that has it by name."""
    table = MappingProxyType({**RESULT_CODES, LOCKED.name: LOCKED})
    for module in (result_codes, outcome, results, retries):
        monkeypatch.setattr(module, "RESULT_CODES", table)


@pytest.mark.usefixtures("locked")
def test_one_entry_stops_a_run_with_its_reason(
    sandbox: cb.Sandbox, client: cb.Client, tmp_path: Path
) -> None:
    """The row fails with code and message, the others are not sent, and the reference knows it."""
    assert (code := code_of_status(423)) is not None
    assert code.name == "locked"
    sandbox.server.faults = Faults(
        server_error=1, server_error_statuses=(423,), methods=("POST", "PUT")
    )
    run = applied(client, new(title="A 10"), new(title="B 10"))
    first, second = run.outcomes
    assert (first.status, first.code, first.http_status, first.attempts) == (
        cb.Status.FAILED,
        "locked",
        423,
        1,
    )
    assert (second.status, run.state, run.ok) == (cb.Status.NOT_SENT, "stopped", False)
    assert first.message in run.reason
    assert run.reason.endswith("Wait until the lock is gone.")
    page = openpyxl.load_workbook(run.to_excel(tmp_path / "r.xlsx"))["results"]
    rows = list(page.iter_rows(values_only=True))
    assert dict(zip(rows[0], rows[1], strict=True))["result_code"] == "locked"
    assert f"| `locked` | {LOCKED.means} | {LOCKED.what_to_do} |" in results.page()
    assert "| 423 | stop (`locked`) |" in retries.page()


def named_codes() -> Iterator[tuple[str, str]]:
    """Yield every text that the package gives as the code of an outcome or of a service's error."""
    at = list(RowDecision.__dataclass_fields__).index("code")
    for path in MODULES.values():
        if path.is_relative_to(PACKAGE / "sandbox") or path.is_relative_to(PACKAGE / "core"):
            continue
        for name, node in calls(path):
            if name == "ReadError":  # its code is what keeps a file from being read, not a row's
                continue
            given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            if name in {"RowDecision", "Outcome"}:
                given += node.args[at : at + 1]
            for value in given:
                either = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                for part in either:
                    if isinstance(part, ast.Constant) and part.value:
                        yield f"{path.relative_to(PACKAGE)}:{node.lineno}", str(part.value)


def test_every_code_in_the_source_stands_in_a_table() -> None:
    """A code that is given to a row or an error has its meaning and its advice."""
    found = list(named_codes())
    assert len(found) > 20
    known = {*RESULT_CODES, *CODES, *NOT_OF_RESULTS}
    assert [(at, code) for at, code in found if code not in known] == []
