"""The sheets of a workbook to fill in, by name."""

__all__ = ["CHOICES", "HELPERS", "HOW_TO", "TYPES"]

TYPES = "certificate_types"
CHOICES = "choices"
HOW_TO = "how_to"
HELPERS = (CHOICES, HOW_TO)
"""Sheets for people and drop-downs, in which nobody writes rows. `LISTS` are names of more."""
