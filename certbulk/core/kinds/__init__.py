"""Kinds of values: how a cell's text is read, shown, and carried in JSON.

A kind is a small frozen object with four plain functions of one value:

    parse(text, zone) -> value or Problem    what a person typed
    show(value) -> text                      the exact inverse: parse(show(v)) == v
    load(json) -> value                      what the service answered, in any of its spellings
    dump(value) -> json                      what the service is sent
    same(a, b) -> bool                       whether two values mean the same
"""

from certbulk.core.kinds.choices import Choice, Flag, Option
from certbulk.core.kinds.ids import Id, Ids
from certbulk.core.kinds.instants import Instant
from certbulk.core.kinds.kind import Kind, NumberText, Problem, Way
from certbulk.core.kinds.list_changes import ListChange
from certbulk.core.kinds.numbers import Count, Money
from certbulk.core.kinds.text import Text

__all__ = [
    "Choice",
    "Count",
    "Flag",
    "Id",
    "Ids",
    "Instant",
    "Kind",
    "ListChange",
    "Money",
    "NumberText",
    "Option",
    "Problem",
    "Text",
    "Way",
]
