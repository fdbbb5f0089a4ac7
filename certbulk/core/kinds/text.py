"""Words: titles and descriptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.core.kinds.kind import Kind, Problem, tidy

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["Text"]


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Text of at most `longest` characters, with the white space at its ends taken off."""

    longest: int

    def parse(self, text: str, zone: tzinfo) -> str | Problem:  # noqa: ARG002 (the kinds' shape)
        """Return the text, its line breaks as line feeds, or `too_long`."""
        value = tidy(text.replace("\r\n", "\n").replace("\r", "\n"))
        if len(value) > self.longest:
            return Problem(
                "too_long",
                f"has {len(value)} characters; at most {self.longest} are sent. Shorten it.",
            )
        return value

    def show(self, value: str) -> str:
        """Return the text itself."""
        return value

    def load(self, raw: Any) -> Any:
        """Return null as the empty text: the service uses both for no text."""
        return "" if raw is None else raw
