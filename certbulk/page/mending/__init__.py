"""What a person maps and mends on the page: columns, cells, and what is remembered of them."""

__all__: list[str] = []
