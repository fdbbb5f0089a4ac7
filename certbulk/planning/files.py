"""Plans as files: saved, shown around, and carried out once."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from certbulk.errors import PlanError
from certbulk.planning.document import document_of, plan_of
from certbulk.workbook import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.planning.plan import Plan

__all__ = ["load_plan", "save_plan"]

_CHECKSUM = "sha256"


def save_plan(plan: Plan, path: Path, *, overwrite: bool = False) -> Path:
    """Write a plan as JSON and return the path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    document = document_of(plan)
    text = json.dumps({**document, _CHECKSUM: _digest(document)})
    return write_whole(path, lambda temporary: _write(temporary, text), overwrite=overwrite)


def _digest(document: dict[str, Any]) -> str:
    """Return the hash of a document, however it is laid out in its file."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def load_plan(path: Path) -> Plan:
    """Return the plan in a file.

    Raises:
        PlanError: It cannot be read, it is not as it was saved, or the workbook that it was made
            from stands beside it and has changed since.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"{path} cannot be opened: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise PlanError(f"{path} is not a plan: it is no JSON. Make a new plan.") from None
    if not isinstance(document, dict):
        raise PlanError(f"{path} is not a plan. Make a new plan.")
    checksum = document.pop(_CHECKSUM, None)
    try:
        plan = plan_of(document)
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from None
    if checksum != _digest(document):
        raise PlanError(
            f"{path} has been changed since it was saved, and a plan is carried out as it was "
            "shown. Change the workbook instead, and make a new plan."
        )
    sheet = plan.report.sheet
    source = path.with_name(sheet.source)
    if source.is_file() and hashlib.sha256(source.read_bytes()).hexdigest() != sheet.sha256:
        raise PlanError(
            f"{source} has changed since {path.name} was made from it. Make a new plan."
        )
    return plan
