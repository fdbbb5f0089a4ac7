"""Words beside a value, or in place of one: until, thousand, half a year, a dash for nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certbulk.core.columns.fields import PAYLOAD_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PHRASES", "SPANS", "span_of"]

PHRASES: Mapping[str, tuple[str, ...]] = {
    "likely_flags": ("yes", "no"),
    "amounts": ("thousand", "million", "currency"),
    "dates": ("until", "inclusive", "year"),
    "lengths": ("within", "from_sale", "headers"),
    "names": ("and",),
    "nothing": ("words",),
    "header_notes": ("words", "dates", "numbers", "texts"),
    "notes": ("examples", "such_as", "words"),
    "opposites": ("words",),
    "doubtful_headers": tuple(field.name for field in PAYLOAD_FIELDS),
}
"""The tables of a vocabulary that have such words, and what each contains."""

SPANS = "spans"
"""The table of words for a length and its unit in one, such as "6 month"."""

_SPAN = re.compile(r"([1-9]\d{0,3}) +(\S.*)")


def span_of(text: str) -> tuple[str, str] | None:
    """Return the length and the unit of "6 month"; None where it is not that."""
    match = _SPAN.fullmatch(text)
    return (match[1], match[2]) if match else None
