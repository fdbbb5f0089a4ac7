"""The attributes of a sheet's XML, as nearly every writer writes them: `name="value"`."""

from __future__ import annotations

import re

import numpy as np

__all__ = ["without_gaps"]

_GAP = re.compile(rb"(?:(?<!\s)\s++=\s*+|=\s++)(?=[\"'])")


def without_gaps(xml: bytes) -> bytes:
    """Return a piece of XML without white space around the equals signs of its attributes.

    XML allows it, and hardly any writer makes use of that: mostly it is the very piece.
    """
    octets = np.frombuffer(xml, np.uint8)
    equals = octets == ord("=")
    spaces = octets <= ord(" ")
    if (equals[1:] & spaces[:-1]).any() or (equals[:-1] & spaces[1:]).any():
        return _GAP.sub(b"=", xml)
    return xml
