"""The rules of the table of columns, over the values that live types would have after a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.columns.distinct import Column, positions
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Severity
from certbulk.core.findings.finding import quoted
from certbulk.core.findings.rules import RULES, Rows
from certbulk.planning.deciding.row_decision import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from certbulk.planning.deciding.row_decision import RowDecision

__all__ = ["judge_merged"]


def judge_merged(
    decided: dict[int, RowDecision],
    merged: Mapping[int, Mapping[str, Any]],
    now: datetime,
    called: Callable[[str], str],
) -> None:
    """Block decisions that would bring a type into a state that breaks a rule.

    Of an update, only rules about fields that the row changes apply: unchanged live values may
    break them. All rules apply to a successor, which is a new type.

    Args:
        decided: The decisions by the position of their row; those to block are replaced.
        merged: The values after the run, by the same positions.
        now: The time with which dates are compared.
        called: What the sheet calls a column.
    """
    changed = list(merged)
    columns = {
        field.name: Column.of(_hashable(merged[position].get(field.name)) for position in changed)
        for field in PAYLOAD_FIELDS
    }
    rows = Rows(columns, np.ones(len(changed), dtype=np.bool_), now)
    for rule in RULES:
        if CODES[rule.code].severity is not Severity.ERROR:
            continue
        for found in positions(rule.finds(rows)):
            decision = decided[changed[found]]
            is_new = decision.replaces is not None
            if not is_new and decision.changes.keys().isdisjoint({rule.at, *rule.uses}):
                continue
            where = f"In the successor of {decision.replaces}" if is_new else "After the update"
            decided[changed[found]] = replace(
                decision,
                action=Action.BLOCKED,
                code=rule.code,
                message=f"{where}, {quoted(called(rule.at))} {rule.says}",
                body=None,
                before=None,
                predecessor=None,
            )


def _hashable(value: Any) -> Any:
    """Return a live value, or its text if the record unexpectedly has a list or map."""
    try:
        hash(value)
    except TypeError:
        return str(value)
    return value
