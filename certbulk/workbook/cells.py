"""Which cell stands for a text that was read."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds import NumberText, Text

__all__ = ["cell_for"]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{0,8}[1-9])?")
_DIGITS = 15
_DOUBTFUL = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")  # as a text it can be read in two ways
_DATE = re.compile(r"2[01]\d\d-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")


def cell_for(field: str | None, text: str | None) -> Any:
    """Return the cell for a text: a number or date where it is read back as the same text."""
    if text is None or field is None or isinstance(BY_NAME[field].kind, Text):
        return text
    if _NUMBER.fullmatch(text) and (isinstance(text, NumberText) or not _DOUBTFUL.fullmatch(text)):
        number = float(text) if "." in text else int(text)
        exact = str(number) == text and sum(map(str.isdigit, text)) <= _DIGITS
        return number if exact else text  # -0, or more digits than programs keep of a number
    if _DATE.fullmatch(text):
        try:
            return (
                date.fromisoformat(text)
                if len(text) == len("2027-12-31")
                else (datetime.fromisoformat(text))
            )
        except ValueError:
            return text
    return text
