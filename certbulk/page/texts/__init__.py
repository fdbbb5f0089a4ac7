"""The page's texts, as data: one file for each language, and texts that know their key."""

__all__: list[str] = []
