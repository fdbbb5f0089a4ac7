"""The words of each language for columns and values, as data, and what people add to them."""

__all__: list[str] = []
