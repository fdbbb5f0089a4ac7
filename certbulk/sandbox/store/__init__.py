"""The data of the practice server: chains, certificate types, their history, requests."""

__all__: list[str] = []
