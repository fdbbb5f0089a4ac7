"""The two spellings of paths and of the field with the locations: which of them is taken.

The documentation says `/chain/…`, `/companies`, `/company/…` and `salon_ids`; the vendor's newer
client says `/chains/…`, `/locations`, `/locations/…` and `location_ids`.
"""

import re
from typing import Any, Final, Literal, TypeAlias

__all__ = [
    "DOCUMENTED_IDS",
    "NEWER_IDS",
    "Spelling",
    "documented_path",
    "renamed",
    "with_documented",
]

Spelling: TypeAlias = Literal["either", "documented", "newer"]

DOCUMENTED_IDS, NEWER_IDS = "salon_ids", "location_ids"

_PATHS: Final = (
    ("/chains/", "/chain/"),
    ("/locations/", "/company/"),
    ("/locations", "/companies"),
)
"""Newer and documented beginnings of paths; the last is a whole path."""
_API: Final = re.compile(r"(/api/v1)(/.*)")


def documented_path(path: str, spelling: Spelling) -> str | None:
    """Return the path as the routes have it; None for a path in a spelling that is not taken."""
    match = _API.fullmatch(path)
    if match is None:
        return path
    root, rest = match.groups()
    for newer, documented in _PATHS:
        is_whole = not newer.endswith("/")
        if rest == newer if is_whole else rest.startswith(newer):
            return None if spelling == "documented" else root + documented + rest[len(newer) :]
        if rest == documented if is_whole else rest.startswith(documented):
            return None if spelling == "newer" else path
    return path


def with_documented(body: Any, spelling: Spelling) -> Any:
    """Return a body with the documented name of the field, if it has a name that is taken."""
    if not isinstance(body, dict) or spelling == "documented":
        return body
    if spelling == "newer":
        body = {name: value for name, value in body.items() if name != DOCUMENTED_IDS}
    elif DOCUMENTED_IDS in body:
        return body
    return renamed(body, NEWER_IDS, DOCUMENTED_IDS)


def renamed(fields: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a mapping with one key renamed."""
    return {new if name == old else name: value for name, value in fields.items()}
