"""From a file or frame to a `Sheet`: text cells with their true addresses."""

from certbulk.reading.reader import read, sheet_names
from certbulk.reading.sheet import Sheet, SheetColumn

__all__ = ["Sheet", "SheetColumn", "read", "sheet_names"]
