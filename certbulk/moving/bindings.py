"""`bindings`: which location, service or category of one chain is which of another, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from certbulk.api import Client
from certbulk.api.directories import directory
from certbulk.arguments import CLIENT, REPORT, Arguments
from certbulk.core.columns.fields import FIELDS
from certbulk.core.counting import counted
from certbulk.core.references.directory import LISTS, Directory, Entry, plain_name
from certbulk.core.references.reference_problems import ids_of
from certbulk.displayable import Displayable
from certbulk.errors import PlanError
from certbulk.validating import Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

__all__ = ["LEFT_OUT", "Binding", "Bindings", "bindings"]

LEFT_OUT = "left out"
"""The text in the column `to` of a table for a place to leave out of every row."""

_MOST_CANDIDATES = 5
_NOTHING: Mapping[int, int | None] = MappingProxyType({})
_ID = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Binding:
    """A place (a location, service or category) of the first chain, and which it is in the second.

    Attributes:
        list: The list of the place: locations, services or categories.
        entry: The place in the first chain.
        to: Its id in the second; None if that is open, or the place is left out.
        how: `same name`; `same name and detail`, if several have the name; `same name, other
            detail`, if the only one with the name is in another city or category; `chosen`;
            `left out`; `several` or `none` if it is open.
        candidates: Places of the second chain with the same name, else with similar names.
    """

    list: str
    entry: Entry
    to: int | None
    how: str
    candidates: tuple[Entry, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a person has to decide."""
        return self.how in {"several", "none"}


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Bindings(Displayable):
    """One line for each place (location, service or category) that the rows refer to.

    Attributes:
        rows: The lines.
        source: The directory of the first chain.
        target: The directory of the second.

    Example:
        >>> import certbulk as cb
        >>> sandbox = cb.Sandbox()
        >>> with sandbox as here:
        ...     there = sandbox.client(chain_id=706555)
        ...     report = cb.validate(cb.read(cb.export("here.xlsx", here)))
        ...     bound = cb.bindings(report, here, there)
        >>> bound.counts
        {'bound': 4, 'left out': 0, 'several': 1, 'none': 3}
        >>> bound.open[0].entry.name
        'Harbour & Pine Baixa'
        >>> table = bound.frame  # or a file: to_csv, fill in column to, read_csv
        >>> table.loc[table["to"] == "", "to"] = "left out"
        >>> bound.chosen_in(table).open
        ()
        >>> decided = bound.choose(locations={720441: 731003, 720442: None})
        >>> decided.mapping["locations"]
        {720441: 731003, 720442: None, 720443: 731003}
        >>> decided.as_dict()["left out"]
        1
    """

    rows: tuple[Binding, ...]
    source: Directory
    target: Directory

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def open(self) -> tuple[Binding, ...]:
        """The lines that a person has to decide."""
        return tuple(row for row in self.rows if row.is_open)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of bound, left out, ambiguous (several) and unmatched (none) places."""
        found = {"bound": 0, "left out": 0, "several": 0, "none": 0}
        for row in self.rows:
            found[row.how if row.how in found else "bound"] += 1
        return found

    @property
    def mapping(self) -> dict[str, dict[int, int | None]]:
        """The decided places by list: id → id in the other chain, or None for left out."""
        decided: dict[str, dict[int, int | None]] = {name: {} for name in LISTS}
        for row in self.rows:
            if not row.is_open:
                decided[row.list][row.entry.id] = row.to
        return decided

    @property
    def frame(self) -> pd.DataFrame:
        """The table, to read, or to edit in its column `to` and pass to `chosen_in`.

        Columns: list, id, name, detail, to, how, candidates.
        """
        import pandas as pd  # noqa: PLC0415

        names = ["list", "id", "name", "detail", "to", "how", "candidates"]
        rows = [
            (
                row.list,
                row.entry.id,
                row.entry.name,
                row.entry.detail,
                LEFT_OUT if row.how == LEFT_OUT else str(row.to or ""),
                row.how,
                "; ".join(f"{entry.name} {entry}" for entry in row.candidates),
            )
            for row in self.rows
        ]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def choose(
        self,
        *,
        locations: Mapping[int, int | None] = _NOTHING,
        services: Mapping[int, int | None] = _NOTHING,
        categories: Mapping[int, int | None] = _NOTHING,
    ) -> Self:
        """Return the bindings with decisions: `locations={720450: 731001}`.

        None leaves a place out of every row.

        Raises:
            PlanError: No row refers to the id, or the other chain does not have the other id.
            ArgumentError: It is not a dictionary.
        """
        takes = Arguments("Bindings.choose")
        chosen = {"locations": locations, "services": services, "categories": categories}
        for name, pairs in chosen.items():
            takes.mapping(name, pairs, "a dictionary of ids, such as {720450: 731001}")
        known = {(row.list, row.entry.id) for row in self.rows}
        for name, pairs in chosen.items():
            for number, to in pairs.items():
                if (name, number) not in known:
                    raise PlanError(f"No row refers to {number} in {name}.")
                if to is not None and not self.target.listing(name).knows(to):
                    raise PlanError(f"The other chain does not have {to} in its {name}.")
        rows = tuple(
            _decided(row, chosen[row.list][row.entry.id])
            if row.entry.id in chosen[row.list]
            else row
            for row in self.rows
        )
        return replace(self, rows=rows)

    def chosen_in(self, frame: pd.DataFrame) -> Self:
        """Return the bindings with the decisions in the column `to` of an edited `frame`.

        A blank changes nothing; `left out` leaves the place out of every row.

        Raises:
            PlanError: The frame lacks a column, or a value in `to` is not an id.
            ArgumentError: It is not a frame.
        """
        import pandas as pd  # noqa: PLC0415

        takes = Arguments("Bindings.chosen_in")
        takes.noun("frame", frame, pd.DataFrame, "Give bindings.frame, edited.")
        missing = {"list", "id", "to"} - set(frame.columns)
        if missing:
            raise PlanError(f"The table has no column {', '.join(sorted(missing))}.")
        chosen: dict[str, dict[int, int | None]] = {}
        for name, number, to in zip(frame["list"], frame["id"], frame["to"], strict=True):
            text = "" if to is None or to != to else str(to).strip().removesuffix(".0")  # noqa: PLR0124 (NaN)
            if not text:
                continue
            if text != LEFT_OUT and not _ID.fullmatch(text):
                raise PlanError(
                    f'"{text}" in the column to is not an id. Write the id in the other chain, or '
                    f'"{LEFT_OUT}".'
                )
            if not _ID.fullmatch(str(number).strip().removesuffix(".0")):
                raise PlanError(f'"{number}" in the column id is not an id. Make the table again.')
            if name not in LISTS:
                raise PlanError(f'There is no list "{name}". Use {", ".join(LISTS)}.')
            chosen.setdefault(str(name), {})[int(number)] = None if text == LEFT_OUT else int(text)
        return self.choose(**chosen)

    def as_dict(self) -> dict[str, Any]:
        """Return the bindings as JSON-ready values."""
        return {"bindings": self.frame.to_dict("records"), **self.counts}

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {how}" for how, number in self.counts.items() if number)
        return f"Bindings of {counted(len(self), 'place')}: {counts or 'none'}"


def bindings(report: Report, source: Client | Directory, target: Client | Directory) -> Bindings:
    """Return which places of one chain are which of another, for the places in a report.

    A place matches the one with the same name; of several, the only one that also has the same city
    (or category). A person decides the rest: nothing is guessed from similar names.

    Args:
        report: A report with places of the first chain.
        source: The first chain: a client, or its directory.
        target: The second chain.

    Raises:
        ServiceError: The lists of a chain could not be read.
        SettingsError: A client was closed.
        ArgumentError: An argument has the wrong type, such as a sheet instead of a report.

    Example:
        >>> import certbulk as cb
        >>> sandbox = cb.Sandbox()
        >>> with sandbox as here:
        ...     there = sandbox.client(chain_id=706555)
        ...     report = cb.validate(cb.read(cb.export("here.xlsx", here)))
        ...     found = cb.bindings(report, here, there)
        >>> found.counts["bound"] > 0
        True
    """
    takes = Arguments("certbulk.bindings")
    takes.noun("report", report, Report, REPORT)
    takes.noun("source", source, (Client, Directory), CLIENT)
    takes.noun("target", target, (Client, Directory), CLIENT)
    first, second = _directory(source, report), _directory(target, None)
    rows = tuple(
        _bound(name, first.listing(name).entry(number) or Entry(number, ""), second)
        for name, number in _referred_to(report)
    )
    return Bindings(rows, first, second)


def _decided(row: Binding, to: int | None) -> Binding:
    return replace(row, to=to, how=LEFT_OUT if to is None else "chosen")


def _directory(chain: Client | Directory, report: Report | None) -> Directory:
    if not isinstance(chain, Client):
        return chain
    return directory(chain, sheet=report.sheet if report else None)


def _referred_to(report: Report) -> Iterator[tuple[str, int]]:
    """Yield the list and the id of each place that rows refer to, in the order of the ids."""
    for name in LISTS:
        numbers = {
            number
            for field in FIELDS
            if field.refers_to == name and (column := report.columns.get(field.name)) is not None
            for value in set(column) - {None}
            for number in ids_of(value)
            if isinstance(number, int)
        }
        yield from ((name, number) for number in sorted(numbers))


def _bound(name: str, entry: Entry, target: Directory) -> Binding:
    listing = target.listing(name)
    called = listing.called(entry.name) if entry.name else ()
    same = [one for one in called if plain_name(one.detail) == plain_name(entry.detail)]
    if len(same) == 1:
        how = "same name" if len(called) == 1 else "same name and detail"
        return Binding(name, entry, same[0].id, how, called)
    if len(called) == 1:
        return Binding(name, entry, called[0].id, "same name, other detail", called)
    near: list[Any] = [one for text in listing.nearest(entry.name) for one in listing.called(text)]
    candidates = called or tuple(near[:_MOST_CANDIDATES])
    return Binding(name, entry, None, "several" if called else "none", candidates)
