"""Outcomes of rows: statuses, and the codes that explain them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from certbulk.core.results.result_codes import RESULT_CODES, WARNINGS

__all__ = [
    "CARRIED_OUT",
    "CONTRADICTED",
    "NOT_LOOKED",
    "RESULT_CODES",
    "WARNINGS",
    "Outcome",
    "Status",
    "moment",
    "now",
]


class Status(StrEnum):
    """The status of a row. Every row that was read has exactly one.

    Example:
        >>> import certbulk as cb
        >>> cb.Status.CREATED == "created"  # strings: compare them, or find them in a frame
        True
        >>> [str(status) for status in cb.Status][:3]
        ['created', 'updated', 'unchanged']
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    INVALID = "invalid"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    NOT_SENT = "not_sent"
    DELETED = "deleted"


CARRIED_OUT = frozenset({Status.CREATED, Status.UPDATED, Status.DELETED})
"""Statuses of rows whose request was carried out."""

NOT_LOOKED = "not looked"
CONTRADICTED = frozenset({"differs", "gone", "doubled"})
"""Values of `verified` for rows whose live type contradicts the outcome."""

_BAD = frozenset({Status.INVALID, Status.BLOCKED, Status.FAILED, Status.UNKNOWN, Status.NOT_SENT})


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """The outcome of a row.

    Attributes:
        row: The number of the row in the source.
        status: The status.
        id: The id of the live type of the row; None if there is none.
        code: The reason, or a warning: see RESULT_CODES, and the finding codes for invalid rows.
        message: The same in words, with the service's own message if it gave one.
        http_status: The HTTP status of the last answer.
        attempts: The number of requests that left for the row.
        at: When the outcome was known, ISO 8601 in UTC.
        verified: The result of the check after the row was sent: "yes", "differs", "gone",
            "doubled" or "not looked"; "" if the row was not sent, or an older version, which did
            not check, made the run.
        own: True if an answer proved that this run made the type, or it was strictly adopted; None
            if this is unknown, for example in runs of older versions. An undo deletes only types
            of its own run.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> prices = pd.DataFrame({"id": [288901, 1], "balance": [60, 60]})
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
        ...     run = cb.apply(plan, client, progress=False)
        >>> [(o.row, str(o.status), o.id, o.code, o.attempts) for o in run.outcomes]
        [(2, 'updated', 288901, '', 1), (3, 'blocked', 1, 'not_found', 0)]
        >>> run.outcomes[0].as_dict()["status"]
        'updated'
    """

    row: int
    status: Status
    id: int | None = None
    code: str = ""
    message: str = ""
    http_status: int | None = None
    attempts: int = 0
    at: str = ""
    verified: str = ""
    own: bool | None = None

    def __repr__(self) -> str:
        what = [str(self.status), *([f"id {self.id}"] if self.id else [])]
        what += filter(None, (self.code, self.verified and f"verified: {self.verified}"))
        return f"Outcome(row {self.row}: {', '.join(what)})"

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready values."""
        return {**asdict(self), "status": str(self.status)}

    @property
    def ok(self) -> bool:
        """Whether the row ended well, and its live type does not contradict it."""
        if self.status in _BAD or self.verified in CONTRADICTED:
            return False
        code = RESULT_CODES.get(self.code)
        return not (self.status in CARRIED_OUT and code and code.exit_code)


def moment(at: datetime) -> str:
    """Return a time in the format of journals and results: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def now() -> str:
    """Return the present time in the format of journals and results."""
    return moment(datetime.now(UTC))
