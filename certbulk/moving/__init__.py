"""From one chain to another: which place is which, and a report moved over."""

from certbulk.moving.bindings import Binding, Bindings, bindings
from certbulk.moving.rebinding import rebind

__all__ = ["Binding", "Bindings", "bindings", "rebind"]
