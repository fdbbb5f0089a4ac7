"""Options that several commands have, each declared once. Those that go together are groups."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certbulk.core.file_formats import either, suffixes

__all__ = ["File", "Json", "Live", "Output", "Overwrite", "Workbook", "Yes"]

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
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
