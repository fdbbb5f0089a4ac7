"""From a file or frame to a `Sheet`: text cells with their true addresses."""

from certbulk.reading.reader import read, sheet_names
from certbulk.reading.sheet import Sheet
from certbulk.reading.sheet_column import SheetColumn

__all__ = ["Sheet", "SheetColumn", "read", "sheet_names"]
