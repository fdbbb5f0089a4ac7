"""The routes of the practice API, and what each does."""

__all__: list[str] = []
