"""What the headers of a sheet mean, and what mappings make of its columns."""

__all__: list[str] = []
