"""New workbooks: templates to fill in, and exports of the live types."""

from certbulk.making.exporter import export
from certbulk.making.templates import template

__all__ = ["export", "template"]
