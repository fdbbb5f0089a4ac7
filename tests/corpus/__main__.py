"""Write the files of the corpus anew, and take in those that are given."""

import shutil
import sys

from . import FILES, MAKERS
from .office import PROGRAM, write_all

for name, make in MAKERS.items():
    make(FILES / name)
if PROGRAM:
    write_all(FILES)
else:
    sys.stdout.write("LibreOffice is not installed: its files stay as they are.\n")
for given in sys.argv[1:]:
    shutil.copy(given, FILES)
sys.stdout.write(f"{FILES}\n")
