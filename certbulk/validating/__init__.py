"""From a `Sheet` to a `Report`: typed values, and every finding of every row."""

from certbulk.validating.report import Report
from certbulk.validating.validator import revalidated, validate

__all__ = ["Report", "revalidated", "validate"]
