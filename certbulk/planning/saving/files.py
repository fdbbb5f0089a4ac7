"""Plans as files: saved, passed on, and carried out once."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from certbulk.arguments import PLAN, Arguments
from certbulk.errors import PlanError
from certbulk.planning.plan import Plan
from certbulk.planning.policy.policy_file import under_policy
from certbulk.planning.saving.document import document_of, plan_of
from certbulk.planning.saving.rebuilding import rebuilt
from certbulk.planning.saving.sealing import made_by, said_of_stranger, seal_of
from certbulk.workbook import write_whole

__all__ = ["load_plan", "plan_as_text", "plan_in_text", "save_plan"]

_CHECKSUM, _SEAL, _MAKER = "sha256", "seal", "made_by"


def save_plan(plan: Plan, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a plan as JSON, for `load_plan`, `certbulk apply` and `approve`, and return the path.

    Args:
        plan: What `plan` returned.
        path: Where to write; .json.
        overwrite: Whether to replace a file that exists.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
        ArgumentError: An argument has the wrong type, such as a report instead of a plan.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan([{"id": 288901, "balance": 60}], client)
        >>> cb.save_plan(plan, "plan.json").name
        'plan.json'
    """
    takes = Arguments("certbulk.save_plan")
    takes.noun("plan", plan, Plan, PLAN)
    takes.path("path", path)
    takes.flags(overwrite=overwrite)
    text = plan_as_text(plan)
    return write_whole(Path(path), lambda temporary: _write(temporary, text), overwrite=overwrite)


def plan_as_text(plan: Plan) -> str:
    """Return a plan as JSON, with its checksum, and the seal of this state folder."""
    document = {**document_of(plan), _MAKER: made_by()}
    canonical = _canonical(document)
    seal = {_CHECKSUM: hashlib.sha256(canonical).hexdigest(), _SEAL: seal_of(canonical)}
    return json.dumps({**document, **seal})


def _canonical(document: dict[str, Any]) -> bytes:
    """Return a document as bytes, whatever its layout in the file."""
    return json.dumps(document, sort_keys=True).encode()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def load_plan(path: str | Path) -> Plan:
    """Return the plan in a file, for `apply` and `approve`.

    It is validated like a sheet, the requests are built again from its rows, and the policy in
    force is applied. A plan that was made elsewhere has `made_elsewhere`.

    Args:
        path: What `save_plan`, `certbulk plan` or the upload page wrote; .json.

    Raises:
        PlanError: It cannot be read, it was changed after it was saved, it would send something
            else than its rows say, it is an undo from elsewhere, or its workbook is in the same
            folder and has changed since.
        SettingsError: The policy cannot be used.
        ArgumentError: The path is neither a text nor a path.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     saved = cb.save_plan(cb.plan([{"id": 288901, "balance": 60}], client), "mine.json")
        ...     cb.apply(cb.load_plan(saved), client, progress=False).counts["updated"]
        1
    """
    Arguments("certbulk.load_plan").path("path", path)
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlanError(f"{path} cannot be opened: {error.strerror}.") from None
    except ValueError:
        raise _not_json(str(path)) from None
    return plan_in_text(text, str(path), beside=path)


def plan_in_text(text: str, name: str, *, beside: Path | None = None) -> Plan:
    """Return the plan in a text that `plan_as_text` made: see `load_plan`.

    Args:
        text: The text.
        name: The name of the text, for messages.
        beside: Its file; the workbook of the plan, if it is in the same folder, must not have
            changed.

    Raises:
        PlanError: See `load_plan`.
        SettingsError: The policy cannot be used.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _not_json(name) from None
    if not isinstance(document, dict):
        raise PlanError(f"{name} is not a plan. Make a new plan.")
    checksum, seal = document.pop(_CHECKSUM, None), document.pop(_SEAL, None)
    canonical = _canonical(document)
    try:
        plan = plan_of(document)
    except PlanError as error:
        raise PlanError(f"{name}: {error}") from None
    if checksum != hashlib.sha256(canonical).hexdigest():
        raise PlanError(
            f"{name} has been changed since it was saved, but a plan must be carried out as it was "
            "shown. Change the workbook instead, and make a new plan."
        )
    try:
        plan = rebuilt(_with_origin(plan, document.get(_MAKER), seal, canonical))
    except PlanError as error:
        raise PlanError(f"{name}: {error}", terminal=error.terminal) from None
    if beside is not None:
        _check_workbook(plan, beside)
    return under_policy(plan)


def _not_json(name: str) -> PlanError:
    return PlanError(f"{name} is not a plan: it is not JSON. Make a new plan.")


def _check_workbook(plan: Plan, path: Path) -> None:
    """Check that the workbook of a plan, if it is in the same folder, is as it was.

    Raises:
        PlanError: It has changed.
    """
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
