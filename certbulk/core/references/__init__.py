"""Locations, services and categories: their names, and cells that refer to them."""

__all__: list[str] = []
