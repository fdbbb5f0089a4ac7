"""A job of a fleet: what is to be done with one chain, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.reading import Sheet

__all__ = ["STATES", "Job", "JobResult", "State"]

State = str
"""The state of a job: one of the keys of `STATES`."""

STATES = {
    "planned": "its plan can be sent",
    "unchanged": "its plan has nothing to send",
    "left_out": "its plan needs a person",
    "waiting": "it waits for a worker",
    "running": "a worker carries it out",
    "finished": "every row has its outcome",
    "stopped": "it stopped before the end",
    "refused": "all or nothing was asked for, and nothing was sent",
    "failed": "it could not be done",
    "not_started": "the service could not be reached for the chains before it",
    "same": "nothing differs from what is live",
    "drifted": "something differs from what is live",
    "exported": "what is live was written to a file",
}
"""The states of jobs, and what each means."""


@dataclass(frozen=True, slots=True)
class Job:
    """One chain of a fleet. It has no tokens: a worker takes them from its own environment.

    Attributes:
        chain: The chain's id.
        line: The number of its line in the table of jobs.
        actions: What may be done with it: apply, drift, export; all of them if it is empty.
        file: The file with its rows; empty if the job needs none.
        profile: The profile whose settings and tokens a worker uses; empty for its environment.
        options: Options of `plan` and `apply` by name.
        plan: The document of its plan; None until it is made.
        plan_id: The id of the plan; a plan is carried out once only.
        state_dir: The folder of the journal; None for that of the worker's settings.
        sheet: The rows to plan, once they are read.
        service: The address of the service; empty if only the workers know it.
    """

    chain: int
    line: int = 0
    actions: tuple[str, ...] = ()
    file: str = ""
    profile: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] | None = None
    plan_id: str = ""
    state_dir: str | None = None
    sheet: Sheet | None = None
    service: str = ""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job.

    Attributes:
        chain: The chain's id.
        state: See `STATES`.
        reason: Why, if it needs a person or stopped.
        run: The number of its run; empty without one.
        rows: The number of rows.
        counts: The number of rows by status, or of differences by kind.
        lane: The lane in which it was carried out; empty without a shared journal.
        worker: The process that did it: login name, host and process id.
        limited: The requests that the service answered with 429.
        ok: Whether nobody needs to look at it.
        reached: Whether the service could be reached; None if it was not asked.
        details: Lines about its rows: those that need a person, or those that differ. Each has
            row, id, title, status, code and message.
        approval: Key and digest of the approval that the plan needs; empty if it needs none.
        plan: The document of the plan that was made; None for anything else.
        content: The workbook that was exported; empty for anything else.
    """

    chain: int
    state: State
    reason: str = ""
    run: str = ""
    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    lane: str = ""
    worker: str = ""
    limited: int = 0
    ok: bool = False
    reached: bool | None = None
    details: tuple[Mapping[str, Any], ...] = ()
    approval: tuple[str, ...] = ()
    plan: Mapping[str, Any] | None = None
    content: bytes = b""
