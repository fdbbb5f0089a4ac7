"""Files of every format as grids of text cells, with limits on their size."""

__all__: list[str] = []
