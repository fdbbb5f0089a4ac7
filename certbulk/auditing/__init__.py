"""Audits: the live types compared with a run or a sheet, and two sheets with each other."""

from certbulk.auditing.diff import diff
from certbulk.auditing.differing import Diff, Difference
from certbulk.auditing.drift import drift
from certbulk.auditing.drifted import Drift, Drifted, NotCompared

__all__ = ["Diff", "Difference", "Drift", "Drifted", "NotCompared", "diff", "drift"]
