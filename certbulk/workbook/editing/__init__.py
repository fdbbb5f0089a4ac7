"""Other people's workbooks, edited in place: everything else stays byte for byte."""

__all__: list[str] = []
