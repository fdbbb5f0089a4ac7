"""The database that several people or machines share: where it is, and how it is opened."""

from certbulk.shared.home import Journal

__all__ = ["Journal"]
