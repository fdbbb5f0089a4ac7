"""Write the files of the corpus anew."""

import sys

from . import FILES, MAKERS
from .office import PROGRAM, write_all

for name, make in MAKERS.items():
    make(FILES / name)
if PROGRAM:
    write_all(FILES)
else:
    sys.stdout.write("LibreOffice is not installed: its files stay as they are.\n")
sys.stdout.write(f"{FILES}\n")
