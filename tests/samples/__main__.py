"""Write sample_data/ anew."""

import sys
from pathlib import Path

from .files import write_samples

for path in write_samples(Path(__file__).parents[2] / "sample_data"):
    sys.stdout.write(f"{path}\n")
