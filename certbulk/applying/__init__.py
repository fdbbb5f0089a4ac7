"""From a `Plan` to a `Run`: paced, journalled, resumable, one outcome per row."""

from certbulk.applying.approving import approve
from certbulk.applying.history import attach, runs, stop
from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.run import Run
from certbulk.applying.sending.apply import apply, resume
from certbulk.applying.settle_by_hand import settle
from certbulk.applying.undo_plan import undo

__all__ = [
    "Outcome",
    "Run",
    "Status",
    "apply",
    "approve",
    "attach",
    "resume",
    "runs",
    "settle",
    "stop",
    "undo",
]
