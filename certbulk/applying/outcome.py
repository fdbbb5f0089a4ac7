"""How rows end: statuses, and the codes that say why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

__all__ = ["RESULT_CODES", "WARNINGS", "Outcome", "ResultCode", "Status", "moment", "now"]

WARNINGS = frozenset({"stored_differs", "possibly_doubled"})
"""Codes of rows that were carried out, and are to be looked at all the same."""


class Status(StrEnum):
    """The outcome of a row. Every row read has exactly one.

    Example:
        >>> import certbulk as cb
        >>> cb.Status.CREATED == "created"  # texts: compare them, or look them up in a frame
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a row ended.

    Attributes:
        row: The row's true number in the source.
        status: How it ended.
        id: The id of the live type that the row stands for; None where there is none.
        code: Why, or a warning: see RESULT_CODES, and the finding codes for invalid rows.
        message: The same in words, with the service's own where it gave any.
        http_status: The status of the last answer.
        attempts: How many requests left for the row.
        at: When the outcome was known, ISO 8601 in UTC.
        verified: What was live at the end of the run: `yes`, `differs`, `gone`, `doubled` or
            `not looked`; blank for a row that was not sent.
        own: Whether an answer proved the type to be this run's own; None where nothing tells.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> prices = pd.DataFrame({"id": [288901, 1], "balance": [60, 60]})
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
        ...     run = cb.apply(plan, client, progress=False)
        >>> [(o.row, str(o.status), o.id, o.code, o.attempts) for o in run.outcomes]
        [(2, 'updated', 288901, '', 1), (3, 'blocked', 1, 'not_found', 0)]
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


@dataclass(frozen=True, slots=True)
class ResultCode:
    """What a code in the results means, and what to do about it."""

    name: str
    means: str
    what_to_do: str


_ALL = (
    ResultCode(
        "rejected",
        "The service looked at the row and refused it (400, 422, or 2xx with success false).",
        "Read its words in the message, correct the row, upload the results workbook again.",
    ),
    ResultCode(
        "unauthorized",
        "The service does not accept the tokens (401). The run stopped.",
        "Check the partner's and the user's token, then upload the results workbook again.",
    ),
    ResultCode(
        "licence",
        "The licence of a location has run out (402). The run stopped.",
        "Renew it in the service, then upload the results workbook again.",
    ),
    ResultCode(
        "forbidden",
        "The service, or a proxy before it, denies access (403). The run stopped.",
        "Ask for the right to edit certificate types of this chain.",
    ),
    ResultCode(
        "not_found",
        "There is no type with this id in the chain, or no longer.",
        "Check the id and the chain. To create the type anew, empty the id.",
    ),
    ResultCode(
        "already_issued",
        "Certificates of this type were issued; the service refuses to change it.",
        "Create a new type with another title, and archive the old one in the service.",
    ),
    ResultCode(
        "archived",
        "The type is archived.",
        "Restore it in the service, or skip the row.",
    ),
    ResultCode(
        "incomplete_record",
        "The service does not show the whole record, and an update replaces the whole of it.",
        "Change this type in the service itself.",
    ),
    ResultCode(
        "title_exists",
        "A type with this title is live, or stands in another row, and is not the same.",
        "Give the row the live id to update it, or another title to create a new type.",
    ),
    ResultCode(
        "left_out",
        "The row was taken out of the plan by hand before the run.",
        "Upload the results workbook again to send it after all.",
    ),
    ResultCode(
        "rate_limited",
        "The service kept answering that there are too many requests (429). Nothing was done.",
        "Wait a minute, see what else uses this network's address, upload again.",
    ),
    ResultCode(
        "server_error",
        "The service failed (5xx) each time it was asked.",
        "Try again later.",
    ),
    ResultCode(
        "unreachable",
        "The service could not be reached. Nothing was done.",
        "Check the network and the base URL, then upload the results workbook again.",
    ),
    ResultCode(
        "unknown_outcome",
        "The request may have been carried out: no clear answer came.",
        "Upload the results workbook again: the plan compares it with what is live, and a type "
        "that was created is found by its title instead of being created twice.",
    ),
    ResultCode(
        "adopted",
        "The answer to the create was lost, but the type was found in the live list: it is ours.",
        "Nothing: the row has its id.",
    ),
    ResultCode(
        "possibly_doubled",
        "A warning: the create was sent again after a look had not found it, and now two types "
        "have this title. The first request may have landed late.",
        "Look at both types in the service, whose ids the message gives, and delete one.",
    ),
    ResultCode(
        "changed_since_plan",
        "Somebody changed the live type after the plan was made. It was not overwritten.",
        "Look at what changed in the message, and make a new plan.",
    ),
    ResultCode(
        "stored_differs",
        "A warning: the service stored something else than was sent.",
        "Look at the type in the service; the message says which fields differ.",
    ),
)

RESULT_CODES: MappingProxyType[str, ResultCode] = MappingProxyType({c.name: c for c in _ALL})


def moment(at: datetime) -> str:
    """Return a time as journals and results write it: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def now() -> str:
    """Return this moment as journals and results write it."""
    return moment(datetime.now(UTC))
