"""Other people's workbooks, edited: everything else in them stays byte for byte."""

__all__: list[str] = []
