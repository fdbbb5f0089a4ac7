"""The attributes of a sheet's XML, as nearly every writer writes them: `name="value"`."""

from __future__ import annotations

import re

__all__ = ["without_gaps"]

_GAP = re.compile(rb"(?:(?<!\s)\s++=\s*+|=\s++)(?=[\"'])")


def without_gaps(xml: bytes) -> bytes:
    """Return a piece of XML without white space around the equals signs of its attributes.

    XML allows it, and hardly any writer makes use of that.
    """
    return _GAP.sub(b"=", xml)
