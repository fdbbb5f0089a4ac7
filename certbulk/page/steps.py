"""The page's steps, and in which of them each event makes sense."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["MAY", "READ", "Step"]


class Step(StrEnum):
    """The step that the page shows. It follows from what is known: see `State.step`."""

    CHAIN = "chain"
    FILE = "file"
    COLUMNS = "columns"
    MEND = "mend"
    PLAN = "plan"
    SENDING = "sending"
    RESULTS = "results"


READ = frozenset({Step.FILE, Step.COLUMNS, Step.MEND})
"""The steps between the chain and the plan."""

_BEFORE = READ | {Step.CHAIN, Step.PLAN, Step.RESULTS}
_CHOSEN = _BEFORE - {Step.CHAIN}
MAY = {
    "choose": _BEFORE,
    "elsewhere": READ,
    "upload": READ | {Step.PLAN},
    "sheet": READ | {Step.PLAN},
    "encoding": READ,
    "pasted": READ,
    "columns": frozenset({Step.COLUMNS}),
    "edit": frozenset({Step.MEND}),
    "certain": frozenset({Step.MEND}),
    "suggestions": frozenset({Step.MEND}),
    "reading": frozenset({Step.MEND}),
    "row": frozenset({Step.MEND}),
    "rows_out": frozenset({Step.MEND}),
    "above": frozenset({Step.MEND}),
    "zone": frozenset({Step.MEND}),
    "unmend": frozenset({Step.MEND}),
    "titles": frozenset({Step.PLAN}),
    "plan": READ | {Step.PLAN},
    "match": frozenset({Step.PLAN}),
    "tick": frozenset({Step.PLAN}),
    "tick_all": frozenset({Step.PLAN}),
    "look": READ | {Step.PLAN, Step.RESULTS},
    "ask": frozenset({Step.PLAN}),
    "send": frozenset({Step.PLAN}),
    "pause": frozenset({Step.SENDING}),
    "stop": frozenset({Step.SENDING}),
    "go_on": frozenset({Step.SENDING, Step.RESULTS}),
    "undo": frozenset({Step.PLAN, Step.RESULTS}),
    "open": _BEFORE,
    "back": frozenset({Step.PLAN}),
    "goto": READ | {Step.PLAN, Step.RESULTS},
    "again": frozenset(Step),
    "dismiss": frozenset(Step),
    # What is shown beside the steps: see `State.aside`.
    "set_up": _BEFORE,
    "sign_in": _BEFORE,
    "keep_chain": _BEFORE,
    **dict.fromkeys(
        ("history", "narrow", "drift", "export", "resume", "to_approve", "approve"), _CHOSEN
    ),
    "leave": _BEFORE,
}
"""The steps in which each event makes sense."""
