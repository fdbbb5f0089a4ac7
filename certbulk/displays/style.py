"""Colours and style sheet, for light and dark themes, phones, and all kinds of colour vision.

The colours are those of Okabe and Ito (jfly.uni-koeln.de/color), which people with any colour
vision can distinguish. Behind text they are nearly transparent, so that the text keeps the colour
and contrast of the theme. Each colour comes with a sign or a word of the same meaning.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType

from certbulk.displays.markup import Html

__all__ = ["CHIP", "COLOURS", "GREY", "SHEET", "SIGNS", "TONES", "tone_style"]

BLUE, GREEN, ORANGE = "#0072B2", "#009E73", "#E69F00"
SKY, VERMILLION, PURPLE, GREY = "#56B4E9", "#D55E00", "#CC79A7", "#4D4D4D"

COLOURS: MappingProxyType[str, str] = MappingProxyType(
    {
        "good": GREEN,
        "change": BLUE,
        "same": SKY,
        "warning": ORANGE,
        "error": VERMILLION,
        "doubt": PURPLE,
        "none": GREY,
    }
)
"""A colour for each tone."""

TONES: MappingProxyType[str, str] = MappingProxyType(
    {
        "create": "good",
        "created": "good",
        "valid": "good",
        "bound": "good",
        "same name": "good",
        "same name and detail": "good",
        "chosen": "good",
        "same name, other detail": "warning",
        "several": "warning",
        "none": "error",
        "finished": "good",
        "verified": "good",
        "differs": "error",
        "doubled": "error",
        "update": "change",
        "changed": "change",
        "new": "good",
        "added": "good",
        "removed": "error",
        "updated": "change",
        "running": "change",
        "planned": "change",
        "same": "good",
        "exported": "good",
        "drifted": "error",
        "left out": "warning",
        "unchanged": "same",
        "equal": "same",
        "blocked": "warning",
        "warning": "warning",
        "warnings": "warning",
        "stopped": "warning",
        "not started": "warning",
        "refused": "warning",
        "delete": "doubt",
        "deleted": "doubt",
        "unknown": "doubt",
        "archived": "doubt",
        "not compared": "error",
        "gone": "error",
        "interrupted": "doubt",
        "invalid": "error",
        "error": "error",
        "errors": "error",
        "failed": "error",
    }
)
"""The tone of an action, a status, a severity or a state; other words have the tone `none`."""

SIGNS: MappingProxyType[str, str] = MappingProxyType(
    {"good": "✓", "change": "→", "warning": "!", "error": "✗", "doubt": "?"}
)
"""A sign with the same meaning as the tone's colour."""

_THIN = "38"  # opacity, of FF: visible on white and on black, with readable text on it
_COMMENT = re.compile(r"^/\*.*\*/\n", re.MULTILINE)

STYLE = _COMMENT.sub("", (Path(__file__).parent / "style.css").read_text(encoding="utf-8"))

# In a comment, which style sheets ignore: a program that takes away the element but leaves its
# text (bleach, for one) takes away the comment. It contains no text from outside.
SHEET = Html(f"<style><!--\n{STYLE}--></style>")
"""The style sheet as an element: for narrow screens, paper and controls."""

CHIP = "padding:.05em .5em;border-radius:.3em"


def tone_style(word: str) -> str:
    """Return the inline style for the colour of a word; empty for a word without one."""
    tone = TONES.get(word)
    return f"background:{COLOURS[tone]}{_THIN};" if tone else ""
