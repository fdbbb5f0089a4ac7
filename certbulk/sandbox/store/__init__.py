"""The data of the sandbox: chains, certificate types, their history, requests."""

__all__: list[str] = []
