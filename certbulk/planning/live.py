"""The live types by id and title, and the checks of a plan or report against the chain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from certbulk.api.chain_names import chain_of, locations_of
from certbulk.api.directories import directory
from certbulk.core.kinds.numbers import decimal_of
from certbulk.core.payload import missing_in_record
from certbulk.core.titles import strict
from certbulk.errors import NotFoundError, PlanError
from certbulk.validating import revalidated

if TYPE_CHECKING:
    from certbulk.api import Client
    from certbulk.validating import Report

__all__ = [
    "Live",
    "archived",
    "looked_up",
    "record_or_none",
    "require_same_chain",
    "times_issued",
    "with_locations",
]

Record = dict[str, Any]
_MOST_DIGITS = 15


@dataclass(slots=True)
class Live:
    """The chain's records by id, and the ids by title, without archived types."""

    by_id: dict[int, Record]
    by_title: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def fetch(cls, client: Client, ids: set[int], titles: set[str]) -> Self:
        """List all types, then read one by one only those that the list does not show.

        These are the `ids` that it lacks (archived types may not be listed), and types with one of
        these ids or `titles` that it does not show whole.

        Raises:
            ServiceError: The live types could not be read.
        """
        live = cls({record["id"]: record for record in client.list()})
        plain = set(map(strict, titles))
        partial = {
            number
            for number, record in live.by_id.items()
            if (number in ids or strict(record.get("title")) in plain) and missing_in_record(record)
        }
        for number in sorted((ids - live.by_id.keys()) | partial):
            record = record_or_none(client, number)
            if record is None:
                live.by_id.pop(number, None)
            else:
                live.by_id[number] = record
        for number, record in live.by_id.items():
            if isinstance(record.get("title"), str) and not archived(record):
                live.by_title[strict(record.get("title"))].append(number)
        return live

    def titled(self, title: object) -> list[int]:
        """Return the ids of the types with strictly this title."""
        return self.by_title.get(strict(title), [])


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
