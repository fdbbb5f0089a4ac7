"""From a `Plan` to a `Run`: paced, journalled, one outcome per row."""

from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.run import Run
from certbulk.applying.runner import apply

__all__ = ["Outcome", "Run", "Status", "apply"]
