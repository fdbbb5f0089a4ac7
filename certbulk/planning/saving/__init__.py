"""Plans as files: saved, sealed, read back, and rebuilt before they are carried out."""

__all__: list[str] = []
