"""Setting a chain up on the page, and telling whose each chain is before it is chosen."""

__all__: list[str] = []
