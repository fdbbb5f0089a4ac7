"""Following a run of another process until it ends."""

from __future__ import annotations

from time import sleep, time
from typing import TYPE_CHECKING

from certbulk.applying.phases import SENDING, Phase, phase_of
from certbulk.applying.sending.progress import progress_bar
from certbulk.planning.plan import WRITES

if TYPE_CHECKING:
    from certbulk.applying.journal.writing import Journal
    from certbulk.applying.run import Run

__all__ = ["follow"]

_EVERY = 0.5


def follow(run: Run, journal: Journal, *, progress: bool) -> None:
    """Wait until a run or its process has ended, and show its progress if that is wanted.

    Only the journal and the run's phase are read, so the run is not affected. Ctrl-C, or
    interrupting the kernel, ends the progress bar, not the run.
    """
    plan = run.plan
    writes = sum(decision.action in WRITES for decision in plan.decisions)
    counts = journal.counts(run.id)

    def phase() -> Phase:
        seen = phase_of(journal.folder, plan.base_url, plan.chain_id, run.id)
        return seen.at(time()) if seen else SENDING

    with progress_bar(
        writes,
        shown=progress,
        counts=lambda: counts,
        per_second=plan.per_second,
        per_minute=plan.per_minute,
        phase=phase,
    ) as bar:
        try:
            going = True
            while going:
                # Before the counts, so that the last of them are not missed.
                going = journal.holder(plan.base_url, plan.chain_id) == run.id
                counts = journal.counts(run.id)
                bar.update(sum(counts.values()) - bar.n)
                if going:
                    sleep(_EVERY)
        except KeyboardInterrupt:
            return
