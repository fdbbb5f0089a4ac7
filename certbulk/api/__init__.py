"""The service over HTTP: one paced loop and one retry decision; bodies in, records out."""

from certbulk.api.client import Client
from certbulk.api.loop import NotNow

__all__ = ["Client", "NotNow"]
