"""What commands share: options, each declared once, and exit codes, which are a contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certbulk.core.file_formats import either, suffixes

__all__ = [
    "ALL_WELL",
    "COULD_NOT_START",
    "PENDING",
    "STOPPED",
    "WITH_BAD_ROWS",
    "File",
    "Json",
    "Live",
    "Output",
    "Overwrite",
    "Wide",
    "Workbook",
    "Yes",
]

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help=f"The file: {either(suffixes())}.",
    ),
]
Workbook = Annotated[
    Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write, ending in .xlsx.")
]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="OUT.xlsx", help="The workbook to write.")
]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", help="Replace an existing file instead of refusing."),
]
Live = Annotated[
    bool,
    typer.Option("--live", help="Look names up in the chain, and check that the ids exist."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")]
Wide = Annotated[
    bool, typer.Option("--wide", help="Print each row on one line, and long texts in full.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]


ALL_WELL = 0
WITH_BAD_ROWS = 1
COULD_NOT_START = 2
STOPPED = 3
PENDING = 4
"""Only of `plan` and `change` with `--exit-code`: there is something to send, and no row is
refused."""
