"""The decision for each row: what is to be done with it, or why nothing is."""

__all__: list[str] = []
