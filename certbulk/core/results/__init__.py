"""The tables of result codes and result columns: how a row can end, and how that is shown."""

__all__: list[str] = []
