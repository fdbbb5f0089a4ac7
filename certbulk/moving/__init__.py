"""From one chain to another: which location is which, and a report for the other chain."""

from certbulk.moving.bindings import Binding, Bindings, bindings
from certbulk.moving.rebinding import rebind

__all__ = ["Binding", "Bindings", "bindings", "rebind"]
