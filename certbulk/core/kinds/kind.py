"""What every kind of value has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["Kind", "NumberText", "Problem", "tidy"]

# Characters that people cannot see and never mean: zero-width space and joiners, byte-order mark.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_WHITE = "".join(filter(str.isspace, map(chr, range(0x3001))))  # none lies beyond
_EDGES = _WHITE + _INVISIBLE


def tidy(text: str) -> str:
    """Return `text` without white space and invisible characters at its ends."""
    return text.strip(_EDGES)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell's text is not a value: a finding's code, its message, and a repair if obvious."""

    code: str
    message: str
    suggestion: str | None = None


class NumberText(str):
    """The text of a cell that holds a number: its dot is a decimal point, beyond doubt."""

    __slots__ = ()


class Kind(ABC):
    """A kind of value; see the package's docstring for what its functions promise."""

    @abstractmethod
    def parse(self, text: str, zone: tzinfo) -> Any:
        """Return the value that `text` means, or a `Problem`; `zone` is for dates without one."""

    @abstractmethod
    def show(self, value: Any) -> str:
        """Return the text that `parse` reads back as `value`."""

    def load(self, raw: Any) -> Any:
        """Return the value of `raw` JSON; what it cannot be is handed back as it is."""
        return raw

    def dump(self, value: Any) -> Any:
        """Return `value` as JSON."""
        return value

    def same(self, one: Any, other: Any) -> bool:
        """Tell whether two values mean the same to the service."""
        return bool(one == other)
