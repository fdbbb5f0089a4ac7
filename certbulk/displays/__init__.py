"""How sheets, reports, plans and runs look: HTML for notebooks, lines of text, pictures."""

__all__: list[str] = []
