"""What is live, held against what was meant to be."""

from certbulk.auditing.drift import drift
from certbulk.auditing.drifted import Drift, Drifted, NotCompared

__all__ = ["Drift", "Drifted", "NotCompared", "drift"]
