"""What a chain calls its locations, services and categories, read from the service."""

from certbulk.naming.live import directory

__all__ = ["directory"]
