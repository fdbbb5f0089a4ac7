"""The way back: workbooks to fill in, and what is live as a workbook."""

from certbulk.making.exporter import export
from certbulk.making.templates import template

__all__ = ["export", "template"]
