"""Exit codes: a contract."""

from __future__ import annotations

__all__ = ["ALL_WELL", "COULD_NOT_START", "STOPPED", "WITH_BAD_ROWS"]

ALL_WELL = 0
WITH_BAD_ROWS = 1
COULD_NOT_START = 2
STOPPED = 3
