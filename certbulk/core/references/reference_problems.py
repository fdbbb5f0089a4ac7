"""What is wrong with a cell that names locations, services or a category, in words."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from certbulk.core.kinds import ListChange, Problem
from certbulk.core.kinds.kind import tidy
from certbulk.core.references.directory import plain_name
from certbulk.core.references.reference_parts import with_other_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certbulk.core.references.directory import Entry, Listing

__all__ = ["NOUNS", "UNKNOWN", "ReferenceProblems", "ids_of", "shown_references"]

NOUNS = {"locations": "location", "services": "service", "categories": "category"}
UNKNOWN = {
    "locations": "unknown_location",
    "services": "unknown_service",
    "categories": "unknown_category",
}
"""The code of the finding for what a list does not have."""

_MOST_NAMED = 5
_SURELY = 85.0  # "Downtown Cntr" is like "Downtown", and yet another name
_LONG = 4  # letters; of shorter words, most with one letter changed are words as well
_MOST_HINTS = 200
"""How many texts of a column are compared with every name: a hint is not worth minutes."""


class ReferenceProblems:
    """The problems with the cells of one column that refers to a list; messages follow the text.

    Args:
        list_name: The list's name.
        listing: The list.
    """

    def __init__(self, list_name: str, listing: Listing) -> None:
        self._list_name = list_name
        self._noun = NOUNS[list_name]
        self._listing = listing
        self._hints = _MOST_HINTS

    def no_list(self, problem: Problem) -> Problem:
        """Return that a name, which `problem` says is not an id, cannot be looked up."""
        ways = (  # why the service did not is a finding of its own
            f"the service did not return its {self._list_name}. Write ids"
            if self._listing.trouble
            else f"there is no list of {self._list_name} to look it up in. Write ids, add a sheet "
            f"{self._list_name} with the columns id and name, or have names looked up in the "
            "service"
        )
        return Problem(problem.code, f"is a name, but {ways}.", problem.suggestion)

    def unknown_names(self, names: list[str], text: str) -> Problem:
        """Return that the list has none of these names, which a text contains."""
        hints: list[str] = []
        repaired: str | None = text
        for name in names:
            near = self._listing.nearest(name) if self._hints > 0 else {}
            self._hints -= 1
            hints += [*near][: 3 if len(names) == 1 else 1]
            meant = _surely(name, near)
            repaired = with_other_part(repaired, name, meant) if repaired and meant else None
        listed = " or ".join(_quoted(tidy(name)) for name in names[:_MOST_NAMED])
        hint = f"Did you mean {' or '.join(dict.fromkeys(hints))}?" if hints else self._all()
        return Problem(
            UNKNOWN[self._list_name],
            f"There is no {self._noun} {listed} {self._where}. {hint}",
            repaired,
            alone=True,
            choices=tuple(with_other_part(text, names[0], name) for name in dict.fromkeys(hints))
            if len(names) == 1
            else (),
        )

    def unknown_ids(self, ids: list[int], text: str) -> Problem:
        """Return that the list has none of these ids, which a text says or stands for."""
        code = UNKNOWN[self._list_name]
        stale = [entry for n in ids if (entry := self._listing.entry(n)) and str(n) not in text]
        if stale:
            message = (
                f"{_quoted(stale[0].name)} has the id {stale[0].id} in the workbook's own list of "
                f"{self._list_name}, but there is no {self._noun} with this id {self._where}. "
                "Correct the list, or write the id."
            )
            return Problem(code, message, alone=True)
        listed = " or ".join(map(str, ids[:_MOST_NAMED]))
        message = (
            f"There is no {self._noun} with the id {listed} {self._where}. "
            "Check the id, or write the name."
        )
        return Problem(code, message, alone=True)

    def name_or_id(self, number: int, others: list[Entry]) -> Problem:
        """Return that a number is the name of others, too."""
        listed = ", ".join(map(str, others[:_MOST_NAMED]))
        return Problem(
            "ambiguous_reference",
            f"can be read as the id {number} or as the name of {listed}. "
            f'Write {others[0].id} if you mean the name, or "{number} ({number})" for the id.',
            choices=(f"{number} ({number})", *(str(entry.id) for entry in others)),
        )

    def shared(self, name: str, several: tuple[Entry, ...]) -> Problem:
        """Return that several have one name."""
        return Problem(
            "ambiguous_reference",
            f"contains {_quoted(name)}, which is the name of {len(several)} {self._list_name}: "
            f"{_entries(several)}. Write the id of the one that you mean, or "
            f'"{name} ({several[0].id})".',
            choices=_apart(several),
        )

    def contradicted(self, name: str, number: int, live: tuple[Entry, ...]) -> Problem:
        """Return that the workbook's list has one id for a name, and the service has others."""
        return Problem(
            "ambiguous_reference",
            f"contains {_quoted(name)}, which is {number} in the workbook's own list of "
            f"{self._list_name}, but {_entries(live)} in the service. Correct the list, or write "
            "the id of the one that you mean.",
        )

    def mismatched(
        self, name: str, number: int, owner: Entry | None, named: tuple[Entry, ...]
    ) -> Problem:
        """Return that a name and the id in brackets behind it belong to different ones."""
        clauses = [f'{number} is "{owner.name}"'] if owner else []
        clauses += [f'"{name}" is {" and ".join(map(str, named))}'] if named else []
        return Problem(
            "ambiguous_reference",
            f'contains "{name} ({number})", which has the name and the id of different '
            f"{self._list_name}: {' and '.join(clauses)}. Write only the one that you mean.",
        )

    def two_lists(self, one: tuple[int, ...], other: tuple[int, ...]) -> Problem:
        """Return that a text can be taken apart into two lists of names."""
        return Problem(
            "ambiguous_reference",
            f"{self._either(one, other)}. Write the ids instead.",
        )

    def two_numbers(self, one: tuple[int, ...], other: tuple[int, ...]) -> Problem:
        """Return that the digits in a text can be taken apart in two ways."""
        return Problem("ambiguous_value", f"{self._either(one, other)}. Write it as one of these.")

    def _either(self, *readings: tuple[int, ...]) -> str:
        one, other = (shown_references(ids, self._listing) for ids in readings)
        return f"can be read as {one} or as {other}"

    def _all(self) -> str:
        """Return some names of the list, for people who called one something else."""
        names = self._listing.spellings
        first = ", ".join(islice(names.values(), _MOST_NAMED))
        few = len(names) <= _MOST_NAMED
        return f"There are: {first}." if few else f"There are {len(names)}, such as {first}."

    @property
    def _where(self) -> str:
        return "in this chain" if self._listing.complete else "in the list"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _entries(entries: Iterable[Entry]) -> str:
    return ", ".join(map(str, [*entries][:_MOST_NAMED]))


def _apart(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Return a text for each of several with one name: with what tells them apart, or the id."""
    details = {entry.detail for entry in entries}
    if len(details) == len(entries) and all(details):
        return tuple(entry.described for entry in entries)
    return tuple(f"{entry.name} ({entry.id})" for entry in entries)


def _surely(name: str, near: Mapping[str, float]) -> str | None:
    """Return the near name that `name` was surely meant to be, but for its spelling.

    Salon 3 is neither Salon 1 nor Salon 2: numbers, initials and other short words must be there.
    """
    (best, alike), (_, next_alike) = (*near.items(), ("", 0.0), ("", 0.0))[:2]
    same = _short_words(best) == _short_words(name)
    return best if same and alike >= _SURELY and alike > next_alike else None


def _short_words(name: str) -> list[str]:
    """Return the words of a name in which one letter makes another: numbers, and short ones."""
    words = re.findall(r"\w+", plain_name(name))
    return sorted(word for word in words if len(word) < _LONG or re.search(r"\d", word))


def ids_of(value: object) -> tuple[int, ...]:
    """Return a value of such a column, one id or several, as ids."""
    if isinstance(value, ListChange):
        return (*value.added, *value.removed)
    return value if isinstance(value, tuple) else (value,)


def shown_references(value: object, listing: Listing) -> str:
    """Return ids as people want to see them: `Downtown (720441)`, the bare id of a stranger."""
    if isinstance(value, ListChange):
        return value.written(partial(shown_references, listing=listing))
    return "; ".join(
        f"{entry.name} ({number})" if (entry := listing.named(number)) else str(number)
        for number in ids_of(value)
    )
