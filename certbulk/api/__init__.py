"""The service, over HTTP: one paced loop, one decision, payload dicts in and records out."""

from certbulk.api.client import Client
from certbulk.api.loop import NotNow

__all__ = ["Client", "NotNow"]
