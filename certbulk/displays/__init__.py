"""Displays of sheets, reports, plans and runs: HTML for notebooks, text, and pictures."""

__all__: list[str] = []
