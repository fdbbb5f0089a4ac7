"""What the notebook that `certbulk web` serves shows."""

from __future__ import annotations

import os
import sys

from certbulk.upload.panel import UploadPanel

__all__ = ["page"]


def page() -> UploadPanel:
    """Return the widget that is the page, in the folder that was made for its process."""
    folder = os.environ.get("CERTBULK_PAGE_FOLDER")
    if folder:
        os.chdir(folder)
    sys.path[:] = [entry for entry in sys.path if entry]  # the empty one is the folder of now
    return UploadPanel(alone=True)
