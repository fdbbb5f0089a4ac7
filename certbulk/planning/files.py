"""Plans as files: saved, passed on, and carried out once."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.errors import PlanError
from certbulk.planning.document import document_of, plan_of
from certbulk.planning.rebuilding import rebuilt
from certbulk.planning.sealing import made_by, said_of_stranger, seal_of
from certbulk.workbook import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.planning.plan import Plan

__all__ = ["load_plan", "save_plan"]

_CHECKSUM, _SEAL, _MAKER = "sha256", "seal", "made_by"


def save_plan(plan: Plan, path: Path, *, overwrite: bool = False) -> Path:
    """Write a plan as JSON and return the path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    document = {**document_of(plan), _MAKER: made_by()}
    canonical = _canonical(document)
    seal = {_CHECKSUM: hashlib.sha256(canonical).hexdigest(), _SEAL: seal_of(canonical)}
    text = json.dumps({**document, **seal})
    return write_whole(path, lambda temporary: _write(temporary, text), overwrite=overwrite)


def _canonical(document: dict[str, Any]) -> bytes:
    """Return a document as bytes, whatever its layout in the file."""
    return json.dumps(document, sort_keys=True).encode()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def load_plan(path: Path) -> Plan:
    """Return the plan in a file.

    It is validated like a sheet, and the requests are built again from its rows. A plan that was
    made elsewhere is marked.

    Raises:
        PlanError: It cannot be read, it was changed after it was saved, it would send something
            else than its rows say, it is an undo from elsewhere, or its workbook is in the same
            folder and has changed since.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"{path} cannot be opened: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise PlanError(f"{path} is not a plan: it is not JSON. Make a new plan.") from None
    if not isinstance(document, dict):
        raise PlanError(f"{path} is not a plan. Make a new plan.")
    checksum, seal = document.pop(_CHECKSUM, None), document.pop(_SEAL, None)
    canonical = _canonical(document)
    try:
        plan = plan_of(document)
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from None
    if checksum != hashlib.sha256(canonical).hexdigest():
        raise PlanError(
            f"{path} has been changed since it was saved, but a plan must be carried out as it was "
            "shown. Change the workbook instead, and make a new plan."
        )
    try:
        plan = rebuilt(_with_origin(plan, document.get(_MAKER), seal, canonical))
    except PlanError as error:
        raise PlanError(f"{path}: {error}", terminal=error.terminal) from None
    sheet = plan.report.sheet
    source = path.with_name(sheet.source) if _is_name(sheet.source) else None
    if (
        source is not None
        and source.is_file()
        and hashlib.sha256(source.read_bytes()).hexdigest() != sheet.sha256
    ):
        raise PlanError(
            f"{source} has changed since {path.name} was made from it. Make a new plan."
        )
    return plan


def _with_origin(plan: Plan, maker: object, seal: object, canonical: bytes) -> Plan:
    """Return the plan, with its maker if it was made elsewhere.

    Raises:
        PlanError: It is an undo from elsewhere: only a journal knows what its runs did.
    """
    ours = seal_of(canonical)
    if ours and isinstance(seal, str) and hmac.compare_digest(ours.encode(), seal.encode()):
        return plan
    if plan.undoes:
        raise PlanError(
            "It is an undo that was not saved here. Undo the run where its journal is.",
            terminal=f"There: certbulk undo {plan.undoes}",
        )
    made_at = plan.made_at.isoformat(sep=" ", timespec="minutes")
    return replace(plan, made_elsewhere=said_of_stranger(maker, made_at))


def _is_name(source: str) -> bool:
    """Whether a source is the name of a file in the folder of the plan, without a path."""
    return bool(source) and not set(source) & set("/\\\0") and source not in {".", ".."}
