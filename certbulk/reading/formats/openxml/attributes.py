"""The attributes of a sheet's XML in their usual spelling: `name="value"`."""

from __future__ import annotations

import re

__all__ = ["without_gaps"]

_GAP = re.compile(rb"(?:(?<!\s)\s++=\s*+|=\s++)(?=[\"'])")


def without_gaps(xml: bytes) -> bytes:
    """Return a piece of XML without white space around the equals signs of its attributes.

    XML allows such white space, but few programs write it.
    """
    return _GAP.sub(b"=", xml)
