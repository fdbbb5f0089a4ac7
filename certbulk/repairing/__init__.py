"""From a `Report` to better rows: repairs made in the cells, and notes on the cells left."""

__all__: list[str] = []
