"""Cells that name locations, services or a category: texts to ids and back.

Understood, alone or in a list: `720441`, `Downtown`, `Downtown (720441)`, `Downtown (Lisbon)`,
`all locations`; if 1905 is the name of another, `1905 (1905)` is the id, and `1905` is reported.
Commas, semicolons and line breaks separate the parts of a list, and may occur in names too: a text
is taken as the list whose every part is known, and reported if there are two such lists.

A workbook's own list comes first. If the service calls something else by the same name, the list
may have been sorted wrongly or be old, and the name is reported.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import FIELDS
from certbulk.core.kinds import Ids, ListChange, Problem
from certbulk.core.kinds.ids import without_grouping
from certbulk.core.kinds.kind import plain_words, tidy
from certbulk.core.kinds.list_texts import without_brackets
from certbulk.core.references.directory import plain_name
from certbulk.core.references.list_cells import has_tags, may_have_tags, read_list_change
from certbulk.core.references.reference_parts import (
    SEPARATOR,
    Part,
    has_words,
    ids_in,
    readings_of,
    strangers_in,
    with_other_part,
)
from certbulk.core.references.reference_problems import ReferenceProblems, ids_of, shown_references

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import tzinfo

    from certbulk.core.columns.field import Field
    from certbulk.core.references.directory import Entry, Listing

__all__ = ["REFERRING", "References", "written_references"]

REFERRING = tuple(field for field in FIELDS if field.refers_to)
"""The columns whose values are ids of a list."""

_NUMBER = re.compile(r"[0-9]{1,15}")
_MOST_MARKS = 12
"""So many commas a name may have in a list; with more, reading the list would take minutes."""
_NAME_AND_ID = re.compile(r"(.*\S)\s*\(\s*(\d{1,15})\s*\)", re.DOTALL)


class References:
    """Reads the cells of one column that refers to a list.

    Args:
        field: The column.
        listing: The list; an empty one if none is at hand.
        everything: Words for all that the list has, in their plain form.
        zone: Passed on to the column's kind.
    """

    def __init__(
        self, field: Field, listing: Listing, everything: Container[str], zone: tzinfo
    ) -> None:
        self._kind = field.kind
        self._problems = ReferenceProblems(field.refers_to or "", listing)
        self._listing = listing
        self._zone = zone
        self._everything = everything
        self._parts: dict[str, Part | None] = {}
        names = {plain_name(name): name for name in listing.spellings.values()}
        self._numbers = {int(plain): names[plain] for plain in names if _NUMBER.fullmatch(plain)}
        said = listing.sayings
        marks = max((len(SEPARATOR.findall(name)) for name in said), default=0)
        self._span = min(marks, _MOST_MARKS) + 1

    def read(self, text: str) -> Any:
        """Return the id, ids or change of a list that `text` means, or the `Problem` with it."""
        if "<" not in text or not isinstance(self._kind, Ids):
            return self._read_plain(text)
        if has_tags(text) and not self._listing.called(tidy(text)):
            return read_list_change(text, self._read_plain)
        value = self._read_plain(text)
        if isinstance(value, Problem) and may_have_tags(text):
            return read_list_change(text, self._read_plain)
        return value

    def written(self, value: Any, marks: tuple[str, ...] = ("; ",)) -> list[str] | None:
        """Return ids as texts that are read back as the same ids: names if possible.

        That is so with each of the `marks` between them. None if there are no such texts.
        """
        ids = ids_of(value)
        ways = (
            [entry.name if (entry := self._listing.named(n)) else str(n) for n in ids],
            [shown_references((n,), self._listing) for n in ids],
            [str(n) for n in ids],
            [f"{n} ({n})" for n in ids],  # no names, for sure
        )
        return next((way for way in ways if self._are_read_as(value, way, marks)), None)

    def _are_read_as(self, value: Any, parts: list[str], marks: tuple[str, ...]) -> bool:
        texts = {mark.join(parts) for mark in marks}
        if any(text.startswith("#") or text.lower() == CLEAR for text in texts):
            return False  # an error of a spreadsheet; a command
        read = map(self.read, texts)
        return all(not isinstance(one, Problem) and self._kind.same(one, value) for one in read)

    def _read_plain(self, text: str) -> Any:
        """Return the id or ids that a text without changes means, or the `Problem` with it.

        A name may have brackets of its own; only if it is unknown, they may be those of a list.
        """
        value = self._read(text)
        bare = without_brackets(text) if isinstance(self._kind, Ids) else text
        if bare == text or not isinstance(value, Problem):
            return value
        in_list = self._read(bare)
        return value if isinstance(in_list, Problem) else in_list

    def _read(self, text: str) -> Any:
        value = self._kind.parse(text, self._zone)
        if isinstance(value, Problem):
            if value.code not in {"not_an_id", "not_an_id_list"}:
                return value
            value = self._named(text, value)
        else:
            value = self._also_named(text, value)
        if isinstance(value, Problem):
            whole = f'contains "{tidy(text)}", which '
            return replace(value, message=value.message.removeprefix(whole))
        strangers = [n for n in ids_of(value) if not self._listing.knows(n)]
        return self._problems.unknown_ids(strangers, text) if strangers else value

    def _also_named(self, text: str, value: Any) -> Any:
        """Return the ids that `text` has, or that they may be a name: some bar is called 1905."""
        ids = ids_of(value)
        named = self._listing.called(tidy(text)) if len(ids) > 1 else ()
        if named:
            return self._problems.two_lists(ids, tuple(entry.id for entry in named))
        for number in ids:
            if problem := self._name_or_id(number):
                listed = f'contains "{number}", which ' if len(ids) > 1 else ""
                return replace(problem, message=f"{listed}{problem.message}")
        return value

    def _name_or_id(self, number: int) -> Problem | None:
        """Return that a number is also the name of what has another id, if it is."""
        named = self._listing.called(self._numbers.get(number, ""))
        others = [entry for entry in named if entry.id != number]
        return self._problems.name_or_id(number, others) if others else None

    def _named(self, text: str, problem: Problem) -> Any:
        """Return what the names in `text` mean; `problem` is why it is not ids alone."""
        wordy = has_words(text)
        if not self._listing:
            return self._problems.no_list(problem) if wordy else problem
        if not isinstance(self._kind, Ids):
            part = self._part(text)
            if part is None:
                return self._problems.unknown_names([text], text) if wordy else problem
            return _in_whole(part, text) or (part.ids[0] if part.ids else problem)
        marks = [-1, *(match.start() for match in SEPARATOR.finditer(text)), len(text)]

        def part_between(start: int, end: int) -> Part | None:
            return self._part(text[marks[start] + 1 : marks[end]])

        parts = len(marks) - 1
        readings = readings_of(parts, self._span, part_between, lambda part: not part.problem)
        readings = readings or readings_of(parts, self._span, part_between, lambda _: True)
        if not readings:
            strangers = strangers_in(text, marks, self._span, part_between)
            return self._problems.unknown_names(strangers, text) if wordy else problem
        if len(readings) > 1:
            return self._problems.two_lists(*map(ids_in, readings[:2]))
        found = next((_in_whole(part, text) for part in readings[0] if part.problem), None)
        return found or self._ungrouped(text, ids_in(readings[0])) or problem

    def _ungrouped(self, text: str, ids: tuple[int, ...]) -> tuple[int, ...] | Problem:
        """Return `ids`, or that `text` has other ones if its digits are grouped."""
        closed = without_grouping(text)
        other = self._named(closed, Problem("", "")) if closed != text else ids
        if other == ids or isinstance(other, Problem):
            return ids
        return self._problems.two_numbers(other, ids)

    def _part(self, text: str) -> Part | None:
        """Return what one part of a list is, which many lists share; None if it is unknown."""
        if text not in self._parts:
            self._parts[text] = self._read_part(text)
        return self._parts[text]

    def _read_part(self, text: str) -> Part | None:
        name = tidy(text)
        if not name:
            return Part()
        several = self._listing.called(name)
        if several:
            return self._called(name, several)
        if plain_words(name) in self._everything:
            return Part(self._listing.ids)
        if match := _NAME_AND_ID.fullmatch(name):
            return self._name_and_id(match.group(1), int(match.group(2)))
        return self._digits(name)

    def _called(self, name: str, several: tuple[Entry, ...]) -> Part:
        problem = self._name_or_id(int(name)) if _NUMBER.fullmatch(name) else None
        if problem:
            inside = f'contains "{name}", which {problem.message}'
            return Part(problem=replace(problem, message=inside))
        if len(several) > 1:
            return Part(problem=self._problems.shared(name, several), name=name)
        return self._meant(name, several[0].id)

    def _meant(self, name: str, number: int) -> Part:
        """Return the id that a name means, unless the service calls something else by it."""
        live = self._listing.contradicting(name, number)
        if live:
            return Part(problem=self._problems.contradicted(name, number, live))
        return Part((number,))

    def _digits(self, name: str) -> Part | None:
        ids = self._kind.parse(name, self._zone)
        if isinstance(ids, Problem):
            doubt = ids.code == "ambiguous_value"
            inside = f'contains "{name}", which {ids.message}'
            return Part(problem=replace(ids, message=inside)) if doubt else None
        return Part(ids_of(ids))

    def _name_and_id(self, name: str, number: int) -> Part | None:
        if name == str(number):
            return Part((number,))
        if self._listing.names(number, name):
            return self._meant(name, number)
        owner = self._listing.entry(number)
        named = self._listing.called(name)
        if not named and not owner:
            return None
        return Part(problem=self._problems.mismatched(name, number, owner, named))


def _in_whole(part: Part, text: str) -> Problem | None:
    """Return the problem of a part, with choices for the whole text that it is in."""
    problem = part.problem
    if problem is None or not problem.choices:
        return problem
    choices = tuple(with_other_part(text, part.name, choice) for choice in problem.choices)
    return replace(problem, choices=choices)


def written_references(
    value: Any, field: Field, listing: Listing, everything: Container[str]
) -> str:
    """Return ids as a text that is read back as the same ids: names if that is possible."""
    if isinstance(value, ListChange):
        return value.written(lambda ids: written_references(ids, field, listing, everything))
    parts = References(field, listing, everything, UTC).written(value)
    return field.kind.show(value) if parts is None else "; ".join(parts)
