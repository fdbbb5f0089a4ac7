"""What the notebook that `certbulk web` serves shows."""

from __future__ import annotations

import os

from certbulk.upload.panel import UploadPanel

__all__ = ["page"]


def page() -> UploadPanel:
    """Return the widget that is the page, with the settings of where the command was given."""
    folder = os.environ.get("CERTBULK_PAGE_FOLDER")
    if folder:
        os.chdir(folder)
    return UploadPanel(alone=True)
