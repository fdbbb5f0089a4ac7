"""Whose a chain is: its title and how many locations it has, known before it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from certbulk.page.texts.text import told

__all__ = ["Facts"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the service says of a chain.

    Attributes:
        title: What its people call it; empty if the service does not say.
        locations: How many locations it has; None if the service does not say.
        trouble: Why nobody knows; empty if it was asked.
        expired: Whether the service does not accept the tokens.
        renews: The profile that new tokens are for then; empty for none.
    """

    title: str = ""
    locations: int | None = None
    trouble: str = ""
    expired: bool = False
    renews: str = ""

    @property
    def shown(self) -> dict[str, Any]:
        """What the page is shown of it."""
        return {
            "title": self.title,
            "locations": self.locations,
            "trouble": told(self.trouble),
            "expired": self.expired,
            "renews": self.renews,
        }
