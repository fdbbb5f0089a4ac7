"""The rules of the house: what `policy.toml` may say, and how rows are judged by it."""

__all__: list[str] = []
