"""Text files: their encoding, and their cells as a grid."""

__all__: list[str] = []
