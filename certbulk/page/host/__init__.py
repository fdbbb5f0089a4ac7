"""The page's own server: who may open it, its connections, and one controller for each page."""

__all__: list[str] = []
