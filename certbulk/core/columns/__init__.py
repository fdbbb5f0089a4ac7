"""The table of columns: what each is called, holds, and becomes in a request."""

__all__: list[str] = []
