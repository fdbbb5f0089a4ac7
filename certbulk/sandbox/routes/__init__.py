"""The routes of the sandbox, and what each does."""

__all__: list[str] = []
