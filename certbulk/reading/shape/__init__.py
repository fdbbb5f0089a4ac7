"""What each line of a sheet is: header, data, total, note, or another table."""

__all__: list[str] = []
