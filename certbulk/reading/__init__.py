"""From a file or frame to a `Sheet`: text cells with their true addresses."""

from certbulk.reading.reader import read
from certbulk.reading.sheet import Sheet, SheetColumn

__all__ = ["Sheet", "SheetColumn", "read"]
