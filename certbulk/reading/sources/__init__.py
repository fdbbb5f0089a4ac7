"""What is read besides paths: frames of all libraries, records, bytes, open files, many files."""

__all__: list[str] = []
