"""How a job stands: its plan, its run as the journal has it, and what the last call came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import Status
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.worker import sent_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.applying.journal.by_plan import PlanCarriedOut

__all__ = ["Standing", "lanes_alike"]

_WRITES = ("create", "update", "delete")
_SENDABLE = ("planned", "unchanged")
_WELL = (Status.CREATED, Status.UPDATED, Status.UNCHANGED, Status.SKIPPED, Status.DELETED)


@dataclass(slots=True)
class Standing:
    """One line of a fleet.

    Attributes:
        job: The job, with the id of its plan once there is one.
        key: The name under which its plan is kept.
        planned: How its plan looked.
        run: Its run, as the journal has it.
        result: What the last call came to; None if that is the plan or the run.
        unapproved: Why its plan still lacks the approval of another person; empty if it does not.
    """

    job: Job
    key: str = ""
    planned: JobResult | None = None
    run: PlanCarriedOut | None = None
    result: JobResult | None = None
    unapproved: str = ""

    def has_plan(self, plan_id: str, planned: JobResult) -> None:
        """Note the plan that is kept for the job, and how it looked."""
        self.job = replace(self.job, plan_id=plan_id)
        self.planned = planned

    @property
    def needs_approval(self) -> tuple[str, ...]:
        """The key and the digest of the approval that its plan needs; empty if it needs none."""
        known = self.planned
        return known.approval if known is not None and known.state == "planned" else ()

    @property
    def can_be_sent(self) -> bool:
        """Whether its plan needs nobody."""
        return not self.unapproved and self.planned is not None and self.planned.state in _SENDABLE

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be sent."""
        unchanged = self.planned is not None and self.planned.state == "unchanged"
        return unchanged if self.run is None else self.run.is_done

    @property
    def shown(self) -> JobResult | None:
        """How it stands."""
        if self.result is not None or self.run is None:
            return self.result or self._planned
        return JobResult(
            self.job.chain,
            "stopped" if self.run.state == "interrupted" else self.run.state,
            sent_by(self.run) if self.run.state == "running" else self.run.reason,
            self.run.run,
            self.rows,
            self.run.counts,
            self.run.lane,
            limited=self.run.limited,
            ok=self.run.is_done and self.left == 0 and not self._bad,
        )

    @property
    def _planned(self) -> JobResult | None:
        if self.planned is None or not self.unapproved:
            return self.planned
        says = f"{self.unapproved} The plan is {self.job.plan_id}."
        return replace(self.planned, state="left_out", reason=says, ok=False)

    @property
    def _bad(self) -> int:
        counts = self.run.counts if self.run else {}
        return sum(number for status, number in counts.items() if status not in _WELL)

    @property
    def rows(self) -> int:
        """The number of rows of its file, once they are planned."""
        return self.planned.rows if self.planned else 0

    @property
    def writes(self) -> int:
        """The number of rows that its plan sends."""
        return sum(map(self.planned.counts.get, _WRITES, (0,) * 3)) if self.planned else 0

    @property
    def done(self) -> int:
        """The number of rows that were sent and have ended."""
        return min(self.writes, sum(self.run.counts.values())) if self.run else 0

    @property
    def left(self) -> int:
        """The number of rows that are still to be sent."""
        if self.planned is None or not self.can_be_sent:
            return 0
        return self.writes - self.done

    def line(self) -> dict[str, Any]:
        """Return the line of the fleet's frame."""
        shown = self.shown
        run = (shown.run if shown else "") or (self.run.run if self.run else "")
        lane = (shown.lane if shown else "") or (self.run.lane if self.run else "")
        limited = max((one.limited for one in (self.planned, shown, self.run) if one), default=0)
        return {
            "line": self.job.line,
            "chain": self.job.chain,
            "file": self.job.file or None,
            "profile": self.job.profile or None,
            "state": shown.state if shown else None,
            "rows": shown.rows if shown else None,
            "done": self.done if self.planned else None,
            "left": self.left if self.planned else None,
            "limited": limited if shown else None,
            "lane": lane or None,
            "worker": (shown.worker if shown else "") or None,
            "run": run or None,
            "reason": (shown.reason if shown else "") or None,
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the line with the counts, and the lines about rows, as JSON-ready values."""
        shown = asdict(self.shown) if self.shown else {}
        return {
            **self.line(),
            "ok": bool(shown.get("ok")),
            "counts": dict(shown.get("counts", {})),
            "details": list(shown.get("details", ())),
        }


def lanes_alike(results: Sequence[JobResult]) -> tuple[str, ...]:
    """Return a sentence if several lanes got answers with 429: they seem to be one.

    A lane by itself keeps below the limit, so 429s on several of them mean that their requests
    leave from one address, or that another program uses the same.
    """
    lanes = sorted({one.lane for one in results if one.lane and one.limited})
    if len(lanes) < 2:  # noqa: PLR2004 (two are the fewest that can be alike)
        return ()
    says = (
        f"The lanes {', '.join(lanes)} all got answers with 429 (too many requests). They seem to "
        "be one: give workers behind the same address the same CERTBULK_LANE."
    )
    return (says,)
