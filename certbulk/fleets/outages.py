"""Services that chain after chain could not reach: the rest of the fleet is not tried."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from certbulk.fleets.job import JobResult

if TYPE_CHECKING:
    from certbulk.fleets.job import Job

__all__ = ["MOST_UNREACHED", "Outages"]

MOST_UNREACHED = 10
"""As with the rows of a run. Each of them takes a quarter of a minute: its requests are retried."""


class Outages:
    """Counts the consecutive chains, of each service, that could not reach it.

    A chain that fails before it asks the service for anything, such as for lack of tokens, does not
    count: it neither adds to them nor ends the series.
    """

    def __init__(self) -> None:
        self._unreached: Counter[str] = Counter()
        self._why: dict[str, str] = {}

    def note(self, job: Job, result: JobResult) -> None:
        """Note whether a chain that has ended has reached its service."""
        service = _service_of(job)
        if result.reached:
            self._unreached[service] = 0
        elif result.reached is False:
            self._unreached[service] += 1
            self._why[service] = result.reason

    def instead_of(self, job: Job) -> JobResult | None:
        """Return the result of a chain that is not to be tried; None if it is."""
        service = _service_of(job)
        if self._unreached[service] < MOST_UNREACHED:
            return None
        return JobResult(
            job.chain,
            "not_started",
            f"Not started, as {MOST_UNREACHED} consecutive chains could not reach the service. Do "
            "the same again when it can be reached: what has ended is not sent again. The last of "
            f"them: {self._why[service]}",
        )


def _service_of(job: Job) -> str:
    """Return what tells the services of a fleet apart, as the names of its plans do."""
    return job.service or f"profile {job.profile}"
