"""The commands, a few to a file."""

__all__: list[str] = []
