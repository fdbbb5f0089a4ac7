"""What the practice server holds: chains, certificate types, their history, requests seen."""

__all__: list[str] = []
