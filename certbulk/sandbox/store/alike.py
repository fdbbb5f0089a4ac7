"""Several chains of one brand: the same names and types in each, and other ids."""

from dataclasses import replace
from typing import Final

from certbulk.sandbox.store.chains import Category, Chain, Location, Service
from certbulk.sandbox.store.records import Record
from certbulk.sandbox.store.seed import HARBOUR, SEED, Seed

__all__ = ["chains_alike"]

_APART: Final = 1_000_000
"""What the ids of a chain are above those of the one before: more than all of a chain's own."""


def chains_alike(count: int) -> Seed:
    """Return what a sandbox with this number of chains starts with.

    The first chain is the usual one to practise on, 706028. The others have its locations,
    categories, services and types by the same names; each id is a million above that in the chain
    before, such as the chain 1706028.

    Raises:
        ValueError: `count` is below 1.

    Example:
        >>> [chain.id for chain in chains_alike(3).chains]
        [706028, 1706028, 2706028]
    """
    if count < 1:
        raise ValueError(f"chains must be 1 or more, not {count}")
    types = [one for one in SEED.types if one["company_group_id"] == HARBOUR.id]
    aparts = [number * _APART for number in range(count)]
    return Seed(
        tuple(_chain(HARBOUR, apart) for apart in aparts),
        tuple(_record(one, apart) for apart in aparts for one in types),
        SEED.next_id + aparts[-1],
    )


def _chain(chain: Chain, apart: int) -> Chain:
    if not apart:
        return chain
    return replace(
        chain,
        id=chain.id + apart,
        title=f"{chain.title} {apart // _APART + 1}",
        locations=tuple(_location(one, apart) for one in chain.locations),
        categories=tuple(Category(one.id + apart, one.title) for one in chain.categories),
        services=tuple(_service(one, apart) for one in chain.services),
    )


def _location(location: Location, apart: int) -> Location:
    return replace(location, id=location.id + apart)


def _service(service: Service, apart: int) -> Service:
    return replace(
        service,
        id=service.id + apart,
        category_id=service.category_id + apart,
        location_ids=tuple(number + apart for number in service.location_ids),
    )


def _record(record: Record, apart: int) -> Record:
    category = record["category_id"]
    return {
        **record,
        "id": record["id"] + apart,
        "company_group_id": record["company_group_id"] + apart,
        "category_id": None if category is None else category + apart,
        "salon_ids": [number + apart for number in record["salon_ids"]],
        "service_ids": [number + apart for number in record["service_ids"]],
    }
