"""The service, over HTTP: one paced loop, one decision, payload dicts in and records out."""

from certbulk.api.client import Client

__all__ = ["Client"]
