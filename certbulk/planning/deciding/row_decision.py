"""The decision for one row: what is to be done with it, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from certbulk.core.cleaning import clean
from certbulk.core.comparing import Compared
from certbulk.core.findings.finding import quoted
from certbulk.planning.in_words import changes_in_words

__all__ = ["WRITES", "Action", "RowDecision"]


class Action(StrEnum):
    """The decision for a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    INVALID = "invalid"
    SKIP = "skip"
    DELETE = "delete"


WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)
_LONGEST = 120


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class RowDecision(Compared):
    """The decision for one row.

    Attributes:
        row: The number of the row in the source.
        action: The action.
        id: The id of the row's live type; None for a type to create.
        code: The reason why it is blocked, invalid or left out.
        message: The same in words.
        title: The title of the row, or of the live type if the row keeps it.
        changes: `{field: (old, new)}` as typed values, for an update.
        body: The complete nested request body, for a create or an update.
        before: The live record from which an update was made.
        replaces: The id of the issued type whose successor it is; None for all other rows.
        predecessor: The live record of that type.
        titled: For a row that is blocked because its title is taken: the ids of the live types that
            have the title, and that no other row updates.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(report, client)
        >>> decision = next(d for d in plan.decisions if d.action == "update")
        >>> decision.row, decision.id, decision.changes["online_sale_price"]
        (5, 288902, (Decimal('0'), Decimal('95')))
    """

    row: int
    action: Action
    id: int | None = None
    code: str = ""
    message: str = ""
    title: str = ""
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    replaces: int | None = None
    predecessor: dict[str, Any] | None = None
    titled: tuple[int, ...] = ()

    def __repr__(self) -> str:
        what = [str(self.action), *([f"id {self.id}"] if self.id else [])]
        what += filter(None, (quoted(self.title), self.code, changes_in_words(self.changes)))
        return clean(f"RowDecision(row {self.row}: {', '.join(what)})", _LONGEST)
