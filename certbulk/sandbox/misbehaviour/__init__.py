"""Faults and lies on request: how the practice server misbehaves, and when."""

__all__: list[str] = []
