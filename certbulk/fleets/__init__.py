"""Fleets: the same work on many chains, here or on many workers."""

from certbulk.fleets.fleet_of_jobs import Fleet, fleet

__all__ = ["Fleet", "fleet"]
