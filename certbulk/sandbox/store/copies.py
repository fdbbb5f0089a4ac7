"""A copy of somebody's chain to practise on: its live types, its locations and its services."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from certbulk.sandbox.store.chains import Category, Chain, Location, Service
from certbulk.sandbox.store.records import Record
from certbulk.sandbox.store.seed import Seed

__all__ = ["FIRST_NEW_ID", "copied_chain"]

FIRST_NEW_ID: Final = 900_000_000_001
"""The id of the first new type of a copy: far from every id that a real type has."""

Named = Iterable[tuple[int, str]]


def copied_chain(
    chain_id: int,
    types: Iterable[Mapping[str, Any]],
    *,
    locations: Named = (),
    categories: Named = (),
    services: Named = (),
    offers: Mapping[int, Iterable[int]] | None = None,
    also: Iterable[int] = (),
) -> Seed:
    """Return what a sandbox starts with to be a copy of a chain.

    - `types`: the live records, with an integer id each. What else they have is kept as it is, or
      missing as it is.
    - `locations`, `categories`, `services`: ids and names.
    - `offers`: the ids of the services that a location offers, by its id.
    - `also`: ids that a type may have although no list has them, such as those of closed locations.
    """
    where: dict[int, list[int]] = {}
    for location, offered in (offers or {}).items():
        for service in offered:
            where.setdefault(service, []).append(location)
    chain = Chain(
        chain_id,
        "A copy",
        tuple(Location(number, name, "", "UTC", "") for number, name in locations),
        tuple(Category(number, name) for number, name in categories),
        tuple(Service(n, name, 0, tuple(where.get(n, ()))) for n, name in services),
        also=frozenset(also),
    )
    records = tuple(_record(dict(one), chain_id) for one in types)
    highest = max((record["id"] for record in records), default=0)
    return Seed((chain,), records, max(FIRST_NEW_ID, highest + 1))


def _record(record: Record, chain_id: int) -> Record:
    """Return a record with what the server itself reads, in the form that it needs."""
    title, issued = record.get("title"), str(record.get("released_total") or 0)
    return {
        **record,
        "title": title if isinstance(title, str) else "",
        "company_group_id": chain_id,
        "released_total": int(issued) if issued.isascii() and issued.isdecimal() else 1,
    }
