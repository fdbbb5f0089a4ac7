"""The files in sample_data/: what is in them, and how they are written.

    python -m tests.samples

writes them anew, always the same. `certificate_types` is what a chain of spas might keep: every
row can be sent to a fresh sandbox. `with_errors` has a row for every mistake that
certbulk finds. `pasted_rows` are what people paste into the browser extension.
"""

from .cells import Cell, Formula
from .files import NAMES, write_samples
from .with_errors import FAULTY_ROWS, FaultyRow

__all__ = ["FAULTY_ROWS", "NAMES", "Cell", "FaultyRow", "Formula", "write_samples"]
