"""Looking around on the page: the runs of a chain, what has changed since, and what is live."""

__all__: list[str] = []
