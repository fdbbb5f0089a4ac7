"""Rehearsals: a file applied to a copy of the chain, in the sandbox."""

from certbulk.rehearsing.rehearsal import Rehearsal
from certbulk.rehearsing.rehearse import rehearse

__all__ = ["Rehearsal", "rehearse"]
