"""New workbooks: plain tables, printing, saving."""

__all__: list[str] = []
