"""Which column a header means."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

from certbulk.core.fields import FIELDS

__all__ = ["RESULT_PREFIX", "field_of", "nearest", "normal"]

RESULT_PREFIX = "result_"
"""Columns that a results workbook adds; they are for people and are not read back."""

_IGNORED = re.compile(r"[\s._*\u200b\ufeff]+")


def normal(header: str) -> str:
    """Return `header` without case, spaces, dots, underscores and the asterisk of a must."""
    return _IGNORED.sub("", header.casefold())


@cache
def _known() -> dict[str, str]:
    """Return canonical names by every normal header that means them."""
    known: dict[str, str] = {}
    for field in FIELDS:
        for header in (field.name, field.label, ".".join(field.path), *field.aliases):
            if header:
                known.setdefault(normal(header), field.name)
    return known


def field_of(header: str) -> str | None:
    """Return the canonical name that `header` means, or None."""
    return _known().get(normal(header))


def nearest(header: str) -> str | None:
    """Return the canonical name whose headers are most like `header`, or None."""
    near = get_close_matches(normal(header), _known(), n=1)
    return _known()[near[0]] if near else None
