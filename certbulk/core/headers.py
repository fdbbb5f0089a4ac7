"""Which column a header means."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

from certbulk.core.fields import FIELDS

__all__ = ["RESULT_COLUMNS", "field_of", "is_result", "nearest", "normal"]

RESULT_COLUMNS = (
    "result_row",
    "result_action",
    "result_status",
    "result_id",
    "result_code",
    "result_message",
    "result_http_status",
    "result_attempts",
    "result_at",
    "result_run",
)
"""What a results workbook adds; these columns are for people and are not read back."""

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


def is_result(header: str) -> bool:
    """Tell whether a header is one that a results workbook adds."""
    return header.strip().casefold() in RESULT_COLUMNS


def nearest(header: str) -> str | None:
    """Return the canonical name whose headers are most like `header`, or None."""
    near = get_close_matches(normal(header), _known(), n=1)
    return _known()[near[0]] if near else None
