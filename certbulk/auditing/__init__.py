"""Audits: the live types compared with a run or a sheet."""

from certbulk.auditing.drift import drift
from certbulk.auditing.drifted import Drift, Drifted, NotCompared

__all__ = ["Drift", "Drifted", "NotCompared", "drift"]
