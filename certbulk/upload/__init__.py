"""The upload page: for people who look rather than read."""

from certbulk.upload.panel import UploadPanel

__all__ = ["UploadPanel"]
