"""Text within a table of a page."""

__all__ = ["cell"]


def cell(text: str) -> str:
    """Return a text as code in a cell of a table; nothing stays nothing."""
    plain = text.replace("|", "\\|").replace("\n", " ")
    return f"`{plain}`" if plain else ""
