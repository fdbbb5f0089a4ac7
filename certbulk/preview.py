"""How objects show themselves in a notebook: a line of words and a table, cut where it is long."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_html"]

MOST_ROWS = 50


def as_html(title: str, frame: pd.DataFrame, *, most: int = MOST_ROWS) -> str:
    """Return HTML for a notebook; every text in it is escaped."""
    hidden = len(frame) - most
    cells = frame.head(most).astype(object)
    table = cells.where(cells.notna(), "").to_html(escape=True, max_rows=None)
    more = f"<p>… and {hidden} more rows.</p>" if hidden > 0 else ""
    return f"<div><p><strong>{escape(title)}</strong></p>{table}{more}</div>"
