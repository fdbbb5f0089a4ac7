"""How the headers of a sheet were matched, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.fields import BY_NAME
from certbulk.reading.matches import missing_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading import Sheet

__all__ = ["text"]

_HEADS = ("cell", "header", "column", "how", "")


def text(sheet: Sheet) -> list[str]:
    """Return a line for each column of the sheet, and what new types need on top of them."""
    rows = [tuple(part or "-" for part in match[:4]) + match[4:] for match in sheet.header_matches]
    missing = [f"{name} ({BY_NAME[name].label})" for name in missing_columns(sheet.columns)]
    return [
        repr(sheet),
        *_aligned([_HEADS, *rows]),
        *([f"Not there, and needed on new types: {', '.join(missing)}"] if missing else []),
        *(f.message for f in sheet.findings if f.code == "ignored_column_missing"),
    ]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
