"""`diff`: compare two sheets, frames, reports or exports with each other, or with a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from certbulk.api import Client
from certbulk.arguments import DIRECTORY, Arguments
from certbulk.auditing.differing import Diff, Difference, Doubtful
from certbulk.auditing.pairing import changes_between, paired
from certbulk.auditing.sides import Side, side_of_chain, side_of_report
from certbulk.core.references.directory import NO_NAMES, Directory
from certbulk.planning.live import looked_up
from certbulk.reading.sheet import Sheet
from certbulk.reading.sources.source import WHAT_READ_TAKES, take_source
from certbulk.validating import Report, validate

if TYPE_CHECKING:
    from certbulk.reading.sources.source import Source

__all__ = ["diff"]

_FROM = (
    "Give what certbulk.validate or certbulk.read returns, or a client for the live types. "
    f"{WHAT_READ_TAKES}"
)


def diff(
    a: Report | Sheet | Client | Source,
    b: Report | Sheet | Client | Source,
    *,
    match: Literal["id", "title"] = "id",
    directory: Directory | None = None,
    progress: bool = True,
) -> Diff:
    """Return what was added, removed and changed between two sides. Nothing is sent.

    Two types are one if they have the same id. A row without an id is one with the only type that
    has strictly its title, unless both have ids. What several rows might be is not compared, and is
    listed in `not_compared`. Only fields that both sides have a column for are compared. A blank
    is a value like any other, but it equals the default of a new type; and compared with a chain,
    a blank in a row with an id keeps the live value.

    Args:
        a: The first side, the old one: a report, a sheet, anything that `read` takes, or a client
            for the live types of a chain.
        b: The second side, the new one.
        match: With "title", ids are not compared: for the types of two chains.
        directory: The names of locations, services and categories, for sheets that have names. If
            one side is a client, its chain is asked.
        progress: Whether to show a progress bar while a large side is read.

    Returns:
        A `Diff`. Without a client, the service is not asked anything.

    Raises:
        ReadError: A source cannot be read.
        ServiceError: The live types could not be read.
        SettingsError: `match` is neither "id" nor "title", or a client was closed.
        ArgumentError: An argument has the wrong type, such as a plan.

    Example:
        >>> import certbulk as cb
        >>> prices = [{"id": 288901, "balance": 60}]
        >>> with cb.Sandbox() as client:
        ...     path = cb.export("before.xlsx", client)
        ...     run = cb.apply(cb.plan(prices, client), client, progress=False)
        ...     diff = cb.diff(path, client)
        >>> diff.counts
        {'added': 0, 'removed': 0, 'changed': 1}
        >>> diff.found[0].changes
        {'balance': (Decimal('50'), Decimal('60'))}
    """
    takes = Arguments("certbulk.diff")
    nouns = (Report, Sheet, Client)
    first, second = (
        take_source(takes, name, given, nouns, _FROM) for name, given in (("a", a), ("b", b))
    )
    takes.choice("match", match, ("id", "title"))
    takes.flags(progress=progress)
    takes.noun("directory", directory, Directory, DIRECTORY, optional=True)
    clients = [side for side in (second, first) if isinstance(side, Client)]
    client = clients[0] if clients else None
    names = directory or NO_NAMES
    sides = []
    for given in (first, second):
        if isinstance(given, Client):
            sides.append(side_of_chain(given, progress=progress))
            continue
        report = (
            given
            if isinstance(given, Report)
            else validate(given, directory=directory, progress=progress)
        )
        if client and directory is None:
            report = looked_up(report, client, progress=progress)
        names = report.directory if not names.lists else names
        sides.append(side_of_report(report))
    return _compared(*sides, match=match, names=names)


def _compared(a: Side, b: Side, *, match: str, names: Directory) -> Diff:
    """Compare the types of two sides, in the order of the first."""
    pairing = paired(a, b, by_title=match == "title")
    fields = tuple(name for name in a.fields if name in b.fields)
    live = a.live or b.live
    found = []
    position = {id(one): n for n, one in enumerate(a.entries)}
    of_a = [(one, other) for one, other in pairing.pairs] + [(one, None) for one in pairing.only_a]
    for one, other in sorted(of_a, key=lambda pair: position[id(pair[0])]):
        if other is None:
            found.append(Difference("removed", one.id, one.title, row_a=one.row))
        elif changes := changes_between(one, other, fields, live=live):
            number = other.id if one.id is None else one.id
            title = other.title or one.title
            found.append(Difference("changed", number, title, one.row, other.row, changes))
    found += [Difference("added", one.id, one.title, row_b=one.row) for one in pairing.only_b]
    return Diff(
        tuple(found),
        a.name,
        b.name,
        len(pairing.pairs),
        fields,
        tuple(sorted({*a.fields} ^ {*b.fields})),
        tuple(
            Doubtful("a" if first else "b", one.row, one.id, one.title, why)
            for one, why, first in pairing.doubtful
        ),
        names,
    )
