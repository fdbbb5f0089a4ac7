"""The live types by id and title, and the checks of a plan or report against the chain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from certbulk.api.chain_names import chain_of, locations_of
from certbulk.api.directories import directory
from certbulk.api.pacing.pace import duration
from certbulk.api.whole import one_by_one
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CREATE, SKIP, UPDATE
from certbulk.core.counting import counted, lasting
from certbulk.core.kinds.numbers import decimal_of
from certbulk.core.payload import missing_in_record
from certbulk.core.titles import strict
from certbulk.errors import NotFoundError, PlanError
from certbulk.validating import revalidated

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from certbulk.api import Client
    from certbulk.validating import Report

__all__ = [
    "MOST_LOOKED_UP",
    "NOT_LOOKED_UP",
    "Live",
    "archived",
    "looked_up",
    "record_or_none",
    "require_same_chain",
    "times_issued",
    "with_locations",
]

Record = dict[str, Any]

MOST_LOOKED_UP = 500
"""The most types that are read by their ids because the list lacks them: three minutes at the pace.

If more are, the cause is not types that were archived or deleted: it is a file of another chain,
for example.
"""

NOT_LOOKED_UP = "not_looked_up"
"""The code of rows whose id the list lacks, and that were not read by it: nobody knows more."""


@dataclass(slots=True)
class Live:
    """The chain's records by id, and the ids by title, without archived types.

    Attributes:
        by_id: The records.
        by_title: The ids by title.
        not_looked_up: The ids that the list lacks and that were not read one by one.
        why_not: Why they were not, in words; blank if there are none.
    """

    by_id: dict[int, Record]
    by_title: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    not_looked_up: frozenset[int] = frozenset()
    why_not: str = ""

    @classmethod
    def fetch(
        cls,
        client: Client,
        ids: Iterable[int],
        titles: Iterable[str] = (),
        *,
        progress: bool = False,
    ) -> Self:
        """List all types, then read one by one only those that the list does not show.

        These are the first of the `ids` that it lacks (archived types may not be listed), and types
        with one of these ids or `titles` that it does not show whole.

        Args:
            client: A client for the chain.
            ids: The ids that are asked for, in the order of their rows.
            titles: The titles that are asked for.
            progress: Whether to show a bar while types are read one by one.

        Raises:
            ServiceError: The live types could not be read.
        """
        live = cls({record["id"]: record for record in client.list()})
        asked, plain = dict.fromkeys(ids), set(map(strict, titles))
        partial = [
            number
            for number, record in live.by_id.items()
            if (number in asked or strict(record.get("title")) in plain)
            and missing_in_record(record)
        ]
        lacking = [number for number in asked if number not in live.by_id]
        if len(lacking) > MOST_LOOKED_UP:
            live.not_looked_up = frozenset(lacking[MOST_LOOKED_UP:])
            live.why_not = _why_not(len(lacking), client)
        found = one_by_one(client, [*lacking[:MOST_LOOKED_UP], *partial], progress=progress)
        for number in partial:
            del live.by_id[number]  # if it is not found, it was deleted since
        live.by_id.update(found)
        for number, record in live.by_id.items():
            if isinstance(record.get("title"), str) and not archived(record):
                live.by_title[strict(record.get("title"))].append(number)
        return live

    @classmethod
    def for_report(cls, client: Client, report: Report, *, progress: bool = False) -> Self:
        """Return the live types that a plan of a report needs to know.

        Raises:
            ServiceError: The live types could not be read.
        """
        asked = ~report.refused & (report.actions != SKIP)
        return cls.fetch(
            client,
            ids=_distinct(report, "id", asked & (report.actions == UPDATE)),
            titles=_distinct(report, "title", asked & (report.actions == CREATE)),
            progress=progress,
        )

    def titled(self, title: object) -> list[int]:
        """Return the ids of the types with strictly this title."""
        return self.by_title.get(strict(title), [])


def _why_not(lacking: int, client: Client) -> str:
    """Return why not all ids that the list lacks were read, and how long that would take."""
    seconds = duration(lacking, client.pace.per_second, client.pace.per_minute)
    ids = counted(lacking, "such id")
    return (
        "The complete list of live types does not have this id: the type may be archived or gone, "
        f"or belong to another chain. There are {ids}, and only the first {MOST_LOOKED_UP} were "
        f"looked up one by one, as all of them take {lasting(seconds)}."
    )


def _distinct(report: Report, field: str, rows: NDArray[np.bool_]) -> dict[Any, None]:
    """Return the distinct values of a field in these rows, in their order."""
    column = report.columns.get(field, Column.blank(len(report)))
    return dict.fromkeys(value for value in column.take(rows) if value is not None)


def with_locations(report: Report, client: Client) -> Report:
    """Return the report with the names of the locations, which successors take from a live type.

    A sheet that names none has not had them looked up.

    Raises:
        ServiceError: The service was not reached, or does not accept the tokens.
    """
    found = report.directory
    if "locations" in found.lists:
        return report
    lists = {**found.lists, "locations": locations_of(client)}
    return replace(report, directory=replace(found, lists=lists))


def record_or_none(client: Client, number: int) -> Record | None:
    """Return the live record with an id; None if there is none.

    Raises:
        ServiceError: It could not be read.
    """
    try:
        return client.get(number)
    except NotFoundError:
        return None


def require_same_chain(what: str, base_url: str, chain_id: int, client: Client) -> None:
    """Check that a plan or run, called `what` in the message, belongs to the client's chain.

    Raises:
        PlanError: It belongs to another chain or service.
    """
    if (base_url, chain_id) != (client.service, client.chain_id):
        raise PlanError(
            f"{what} is for chain {chain_id} at {base_url}, but the client is for chain "
            f"{client.chain_id} at {client.service}. Use a client for that chain, or make a new "
            "plan."
        )


def archived(record: Record) -> bool:
    """Whether a record is archived."""
    return record.get("is_archived") in (True, 1, "1", "true")


def times_issued(record: Record) -> int:
    """Return the number of issued certificates of the type (fact:issued_types)."""
    number = decimal_of(record.get("released_total"))
    return max(0, int(number)) if isinstance(number, Decimal | bool) else 0


def looked_up(report: Report, client: Client, *, progress: bool = False) -> Report:
    """Return the report with names looked up and ids checked in the client's chain.

    A report with the names of this chain is returned as it is.
    """
    if report.directory.live and report.directory.chain == chain_of(client):
        return report
    found = directory(client, sheet=report.sheet)
    return revalidated(report, found, progress=progress) if found.live else report
