"""Faults and lies on request: how the sandbox misbehaves, and when."""

__all__: list[str] = []
