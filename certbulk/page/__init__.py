"""The upload page: drop a workbook, see what would be sent, send it, take the results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from certbulk.page.panel import UploadPanel

__all__ = ["UploadPanel"]


def __getattr__(name: str) -> Any:
    """Import the widget where it is used: the page that `certbulk web` serves does without."""
    if name != "UploadPanel":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from certbulk.page.panel import UploadPanel  # noqa: PLC0415

    return UploadPanel
