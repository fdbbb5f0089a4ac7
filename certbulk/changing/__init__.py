"""Changes of live types in words, without a sheet: which types, and what becomes of them."""

from certbulk.changing.change import change

__all__ = ["change"]
