"""Rows as they are pasted into the browser extension for bulk creation."""

__all__: list[str] = []
