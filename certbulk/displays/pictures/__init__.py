"""Pictures of plans and runs, drawn with matplotlib."""

__all__: list[str] = []
