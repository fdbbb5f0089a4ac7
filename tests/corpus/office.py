"""Files that LibreOffice writes: .ods and .xls, of workbooks that are here too."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["PROGRAM", "SOURCES", "convert", "write_all"]

PROGRAM = shutil.which("soffice")

_NAMES = (
    "boolean_formulas",
    "boxes_dragged_down",
    "dates_1904",
    "error_cells",
    "hidden_rows",
    "long_cells",
    "merged_cells",
    "percent_and_currency",
    "strange_characters",
    "totals_row",
)

SOURCES = {f"{name}.{ending}": f"{name}.xlsx" for ending in ("ods", "xls") for name in _NAMES}
"""The workbook that each of its files is made of."""


def convert(sources: Sequence[Path], ending: str, folder: Path) -> None:
    """Write files in another format into `folder`."""
    if PROGRAM is None:
        raise FileNotFoundError("LibreOffice is not installed.")
    with TemporaryDirectory() as profile:
        subprocess.run(
            [
                PROGRAM,
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--convert-to",
                ending,
                "--outdir",
                str(folder),
                *map(str, sources),
            ],
            check=True,
            capture_output=True,
            timeout=240,
        )


def write_all(folder: Path, of: Path | None = None) -> None:
    """Write its files into `folder`, of the workbooks in the folder `of`, else in the same."""
    sources = [(of or folder) / source for source in sorted(set(SOURCES.values()))]
    for ending in ("ods", "xls"):
        convert(sources, ending, folder)
