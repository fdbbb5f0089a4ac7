"""Files of every format as grids of text cells, within bounds."""

__all__: list[str] = []
