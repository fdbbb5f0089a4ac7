"""What a chain calls its locations, services and categories, read from the service."""

from certbulk.naming.live import chain_of, directory

__all__ = ["chain_of", "directory"]
