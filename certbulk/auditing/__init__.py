"""What is live, held against what was meant to be."""

from certbulk.auditing.comparing import drift
from certbulk.auditing.drift import Drift, Drifted, NotCompared

__all__ = ["Drift", "Drifted", "NotCompared", "drift"]
