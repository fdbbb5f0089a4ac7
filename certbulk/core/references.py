"""Cells that name locations, services or a category: texts to ids and back.

Understood, alone or in a list: `720441`, `Downtown`, `Downtown (720441)`, `all locations`; where
1905 is the name of another, `1905 (1905)` is the id, and `1905` is reported. The
parts of a list stand between commas, semicolons or line breaks, which may stand in names too: a
text is taken as the list whose every part is known, and reported where there are two such lists.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from certbulk.core.field import CLEAR
from certbulk.core.fields import FIELDS
from certbulk.core.kinds import Ids, Problem
from certbulk.core.kinds.folding import plain_words
from certbulk.core.kinds.ids import without_grouping
from certbulk.core.kinds.kind import tidy
from certbulk.core.reference_parts import SEPARATOR, Part, ids_in, readings_of, strangers_in

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import tzinfo

    from certbulk.core.directory import Entry, Listing
    from certbulk.core.field import Field

__all__ = [
    "NOUNS",
    "REFERRING",
    "UNKNOWN",
    "References",
    "ids_of",
    "shown_references",
    "written_references",
]

REFERRING = tuple(field for field in FIELDS if field.refers_to)
"""The columns whose values are ids of a list."""


NOUNS = {"locations": "location", "services": "service", "categories": "category"}
UNKNOWN = {
    "locations": "unknown_location",
    "services": "unknown_service",
    "categories": "unknown_category",
}
"""The code of the finding for what a list does not have."""

_NUMBER = re.compile(r"[0-9]{1,15}")
_NAME_AND_ID = re.compile(r"(.*\S)\s*\(\s*(\d{1,15})\s*\)", re.DOTALL)
_MOST_NAMED = 5
_SURELY = 85.0  # "Downtown Cntr" is like "Downtown", and yet another name
_MOST_HINTS = 200
"""How many texts of a column are compared with every name: a hint is not worth minutes."""


class References:
    """Reads the cells of one column that refers to a list.

    Args:
        field: The column.
        listing: The list; an empty one where none is at hand.
        everything: Words for all that the list has, in their plain form.
        zone: Passed on to the column's kind.
    """

    def __init__(
        self, field: Field, listing: Listing, everything: Container[str], zone: tzinfo
    ) -> None:
        self._kind = field.kind
        self._list_name = field.refers_to or ""
        self._noun = NOUNS[self._list_name]
        self._listing = listing
        self._zone = zone
        self._hints = _MOST_HINTS
        self._everything = everything
        self._parts: dict[str, Part | None] = {}
        names = listing.spellings.values()
        self._numbers = {int(name): name for name in names if _NUMBER.fullmatch(tidy(name))}
        self._span = max((len(SEPARATOR.findall(name)) for name in names), default=0) + 1

    def read(self, text: str) -> Any:
        """Return the id or ids that `text` means, or the `Problem` with it."""
        value = self._kind.parse(text, self._zone)
        if isinstance(value, Problem):
            if value.code not in {"not_an_id", "not_an_id_list"}:
                return value
            value = self._named(text, value)
        else:
            value = self._also_named(text, value)
        if isinstance(value, Problem):
            return value
        strangers = [n for n in ids_of(value) if not self._listing.knows(n)]
        return self._unknown_ids(strangers, text) if strangers else value

    def _also_named(self, text: str, value: Any) -> Any:
        """Return the ids that `text` has, or that they may be a name: some bar is called 1905."""
        ids = ids_of(value)
        named = self._listing.called(tidy(text)) if len(ids) > 1 else ()
        if named:
            return self._two_readings([ids, tuple(entry.id for entry in named)])
        for number in ids:
            if problem := self._name_or_id(number):
                listed = f'has "{number}" in it, which ' if len(ids) > 1 else ""
                return replace(problem, message=f"{listed}{problem.message}")
        return value

    def _name_or_id(self, number: int) -> Problem | None:
        """Return that a number is also the name of what has another id, where it is."""
        named = self._listing.called(self._numbers.get(number, ""))
        others = [entry for entry in named if entry.id != number]
        if not others:
            return None
        listed = ", ".join(map(str, others[:_MOST_NAMED]))
        return Problem(
            "ambiguous_reference",
            f"can be read as the id {number} or as the name of {listed}. "
            f'Write {others[0].id} if you mean the name, or "{number} ({number})" for the id.',
        )

    def _named(self, text: str, problem: Problem) -> Any:
        """Return what the names in `text` mean; `problem` is why it is not ids alone."""
        wordy = any(map(str.isalpha, text))
        if not self._listing:
            return self._no_list(problem) if wordy else problem
        if not isinstance(self._kind, Ids):
            part = self._part(text)
            if part is None:
                return self._unknown_names([text], text) if wordy else problem
            return part.problem or (part.ids[0] if part.ids else problem)
        marks = [-1, *(match.start() for match in SEPARATOR.finditer(text)), len(text)]

        def part_between(start: int, end: int) -> Part | None:
            return self._part(text[marks[start] + 1 : marks[end]])

        parts = len(marks) - 1
        readings = readings_of(parts, self._span, part_between, lambda part: not part.problem)
        readings = readings or readings_of(parts, self._span, part_between, lambda _: True)
        if not readings:
            strangers = strangers_in(text, marks, self._span, part_between)
            return self._unknown_names(strangers, text) if wordy else problem
        if len(readings) > 1:
            return self._two_readings([ids_in(reading) for reading in readings])
        found = next((part.problem for part in readings[0] if part.problem), None)
        return found or self._ungrouped(text, ids_in(readings[0])) or problem

    def _ungrouped(self, text: str, ids: tuple[int, ...]) -> tuple[int, ...] | Problem:
        """Return `ids`, or that `text` has other ones where its digits are grouped."""
        closed = without_grouping(text)
        other = self._named(closed, Problem("", "")) if closed != text else ids
        return ids if other == ids or isinstance(other, Problem) else self._doubtful(other, ids)

    def _doubtful(self, one: tuple[int, ...], other: tuple[int, ...]) -> Problem:
        as_one, as_other = (shown_references(ids, self._listing) for ids in (one, other))
        return Problem(
            "ambiguous_value",
            f"can be read as {as_one} or as {as_other}. Write the one you mean that way.",
        )

    def _part(self, text: str) -> Part | None:
        """Return what one part of a list is, which many lists share; None where it is unknown."""
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
            inside = f'has "{name}" in it, which {problem.message}'
            return Part(problem=replace(problem, message=inside))
        if len(several) > 1:
            return Part(problem=self._shared(name, several))
        return Part((several[0].id,))

    def _digits(self, name: str) -> Part | None:
        ids = self._kind.parse(name, self._zone)
        if isinstance(ids, Problem):
            doubt = ids.code == "ambiguous_value"
            inside = f'has "{name}" in it, which {ids.message}'
            return Part(problem=replace(ids, message=inside)) if doubt else None
        return Part(ids_of(ids))

    def _name_and_id(self, name: str, number: int) -> Part | None:
        if name == str(number) or self._listing.names(number, name):
            return Part((number,))
        owner = self._listing.entry(number)
        named = self._listing.called(name)
        if not named and not owner:
            return None
        says = f'has "{name} ({number})" in it, but '
        clauses = [f'{number} is "{owner.name}"'] if owner else []
        clauses += [f'"{name}" is {" and ".join(str(entry) for entry in named)}'] if named else []
        return Part(
            problem=Problem(
                "ambiguous_reference",
                f"{says}{' and '.join(clauses)}. Write the one that you mean.",
            )
        )

    def _shared(self, name: str, several: tuple[Entry, ...]) -> Problem:
        ids = ", ".join(str(entry) for entry in several[:_MOST_NAMED])
        return Problem(
            "ambiguous_reference",
            f'has "{name}" in it, which is the name of {len(several)} {self._list_name}: {ids}. '
            f'Write the id of the one that you mean, or "{name} ({several[0].id})".',
        )

    def _two_readings(self, readings: list[tuple[int, ...]]) -> Problem:
        one, other = (shown_references(ids, self._listing) for ids in readings[:2])
        return Problem(
            "ambiguous_reference",
            f"can be read as {one} or as {other}. Write the ids of those that you mean.",
        )

    def _no_list(self, problem: Problem) -> Problem:
        why = self._listing.trouble
        ways = (
            f"the service does not list its {self._list_name} ({why}). Write ids"
            if why
            else f"there is nothing to look it up in. Write ids, add a sheet {self._list_name} "
            "with the columns id and name, or have names looked up in the service"
        )
        return Problem(problem.code, f"names a {self._noun}, but {ways}.", problem.suggestion)

    def _unknown_names(self, names: list[str], text: str) -> Problem:
        hints: list[str] = []
        repaired: str | None = text
        for name in names:
            near = self._listing.nearest(name) if self._hints > 0 else {}
            self._hints -= 1
            hints += [*near][: 3 if len(names) == 1 else 1]
            best, alike = next(iter(near.items()), ("", 0.0))
            repaired = repaired.replace(name, best, 1) if repaired and alike >= _SURELY else None
        listed = ", ".join(f'"{tidy(name)}"' for name in names[:_MOST_NAMED])
        one = len(names) == 1
        what = f"is no {self._noun}" if one else f"are no {self._list_name}"
        hint = f" Did you mean {' or '.join(dict.fromkeys(hints))}?" if hints else self._all()
        return Problem(
            UNKNOWN[self._list_name],
            f"{_inside(listed, names, text)}{what} {self._where('is' if one else 'are')}.{hint}",
            repaired,
        )

    def _all(self) -> str:
        """Return the names of a short list, for people who have called one something else."""
        names = [*self._listing.spellings.values()]
        return f" There are: {', '.join(names)}." if len(names) <= _MOST_NAMED else ""

    def _unknown_ids(self, ids: list[int], text: str) -> Problem:
        listed = ", ".join(map(str, ids[:_MOST_NAMED]))
        what = f"is the id of no {self._noun}" if len(ids) == 1 else f"are ids of no {self._noun}"
        return Problem(
            UNKNOWN[self._list_name],
            f"{_inside(listed, [str(n) for n in ids], text)}{what} {self._where()}. "
            "Check the id, or write the name.",
        )

    def _where(self, are: str = "is") -> str:
        return "of this chain" if self._listing.complete else f"that {are} listed"


def _inside(listed: str, names: list[str], text: str) -> str:
    """Return the words for what is wrong in a text; none where the text is nothing else."""
    return "" if [tidy(text)] == [tidy(name) for name in names] else f"has {listed} in it, which "


def ids_of(value: Any) -> tuple[int, ...]:
    """Return a value of such a column, one id or several, as ids."""
    return value if isinstance(value, tuple) else (value,)


def shown_references(value: Any, listing: Listing) -> str:
    """Return ids as people want to see them: `Downtown (720441)`, the bare id of a stranger."""
    return "; ".join(
        f"{entry.name} ({number})" if (entry := _entry(listing, number)) else str(number)
        for number in ids_of(value)
    )


def written_references(
    value: Any, field: Field, listing: Listing, everything: Container[str]
) -> str:
    """Return ids as a text that is read back as the same ids: names where that is possible."""
    reader = References(field, listing, everything, UTC)
    entries = [_entry(listing, number) or number for number in ids_of(value)]
    names = "; ".join(str(getattr(entry, "name", entry)) for entry in entries)
    bare = field.kind.show(value)
    numbers = "; ".join(f"{number} ({number})" for number in ids_of(value))  # no names, for sure
    for text in (names, shown_references(value, listing), bare, numbers):
        if text.startswith("#") or text.lower() == CLEAR:  # an error of a spreadsheet; a command
            continue
        read = reader.read(text)
        if not isinstance(read, Problem) and field.kind.same(read, value):
            return text
    return bare


def _entry(listing: Listing, number: object) -> Entry | None:
    """Return what has this id and a name; the service may list some without."""
    entry = listing.entry(number) if isinstance(number, int) else None
    return entry if entry and tidy(entry.name) else None
