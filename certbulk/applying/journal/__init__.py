"""The journal: what runs intend and how each row ended, on disk before the next step."""

__all__: list[str] = []
