"""From a `Plan` to a `Run`: paced, journalled, resumable, one outcome per row."""

from certbulk.applying.by_hand import settle
from certbulk.applying.history import attach, runs, stop
from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.run import Run
from certbulk.applying.runner import apply, resume
from certbulk.applying.undoing import undo

__all__ = [
    "Outcome",
    "Run",
    "Status",
    "apply",
    "attach",
    "resume",
    "runs",
    "settle",
    "stop",
    "undo",
]
