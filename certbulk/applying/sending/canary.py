"""The first rows of a long run, read back before the others follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.sending.compare import stored_differently
from certbulk.planning.live import record_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certbulk.api import Client
    from certbulk.planning import RowDecision

__all__ = ["canary_trouble"]


def canary_trouble(
    canaries: Sequence[RowDecision],
    outcomes: Mapping[int, Outcome],
    client: Client,
    row_name: Callable[[int], str] = str,
) -> str:
    """Return in words why the run should stop after its first rows; '' to continue.

    It should stop if the service refused all of them, or if what is stored differs from what was
    sent. Messages call a row what `row_name` returns.

    Raises:
        ServiceError: They could not be read back.
    """
    ended = [(decision, outcomes.get(decision.row)) for decision in canaries]
    if all(outcome is not None and outcome.status is Status.FAILED for _, outcome in ended):
        last = ended[-1][1]
        first = "the first row" if len(ended) == 1 else f"the first {len(ended)} rows"
        return f"the service refused {first}: {last.message if last else ''}"
    for decision, outcome in ended:
        if outcome is None or outcome.status not in (Status.CREATED, Status.UPDATED):
            continue
        record = record_or_none(client, outcome.id or 0)
        if record is None:
            row = row_name(decision.row)
            return f"row {row} was stored with id {outcome.id}, but this id does not exist"
        differs = stored_differently(decision, record)
        if differs:
            row = row_name(decision.row)
            return f"row {row}, the first to be sent, reads back differently: {differs}"
    return ""
