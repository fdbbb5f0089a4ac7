"""What is live, held against what was meant to be."""

from certbulk.auditing.drift import Drift, Drifted, drift

__all__ = ["Drift", "Drifted", "drift"]
