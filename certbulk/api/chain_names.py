"""The names of a chain: the lists to which a sheet refers, read from the service."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from certbulk.api.answers import record_id
from certbulk.core.cleaning import clean
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds import Problem
from certbulk.core.references.directory import LISTS, Directory, Entry, Listing
from certbulk.core.references.reference_problems import ids_of
from certbulk.core.references.references import REFERRING, References
from certbulk.errors import (
    AccessError,
    ListingError,
    NotFoundError,
    RejectedError,
    ServiceError,
    SettingsError,
)
from certbulk.settings import time_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from certbulk.core.columns.field import Field
    from certbulk.reading.sheet import Sheet

__all__ = ["Chain", "chain_of", "locations_of", "names_of"]

_SERVICES, _LOCATIONS = BY_NAME["service_ids"], BY_NAME["salon_ids"]
_DATE = BY_NAME["expiration_date"]

Records = list[dict[str, Any]]


class Chain(Protocol):
    """What is asked of a client for names."""

    chain_id: int
    service: str
    time_zone: str | None

    def list(self) -> Records:
        """Return the records of all live types."""

    def locations(self) -> Records:
        """Return the records of the locations."""

    def service_categories(self) -> Records:
        """Return the records of the categories of services."""

    def services(self, location_id: int, /) -> Records:
        """Return the records of the services of a location."""


def names_of(client: Chain, sheet: Sheet | None = None) -> Directory:
    """Return the names of a chain: see `directory`."""
    asked = set(LISTS) if sheet is None else _referred_to(sheet)
    lists: dict[str, Listing] = {}
    offers: dict[int, frozenset[int]] = {}
    zones: dict[str, None] = {}

    def locations() -> Records:
        records = client.locations()
        zones.update(dict.fromkeys(filter(None, map(_time_zone, records))))
        return records

    if asked & {"locations", "services"}:
        lists["locations"] = _unless_empty(_listing(locations, _city))
    if asked & {"services", "categories"}:
        services = _Services(client)
        lists["categories"] = services.categories
    if "services" in asked:
        there = lists["locations"]
        where = there.ids if sheet is None else _where_services_are(sheet, there)
        lists["services"], offers = services.at(where), services.offers
    chain = chain_of(client)
    found = Directory(lists, offers, bool(asked), chain, tuple(zones), client.time_zone)
    return found if sheet is None else _with_carried(found, client, sheet)


def locations_of(client: Chain) -> Listing:
    """Return the chain's locations, with one request; empty with the reason if refused."""
    return _unless_empty(_listing(client.locations, _city))


def chain_of(client: Chain) -> str:
    """Return the name of the client's chain in a directory."""
    return f"{client.chain_id} at {client.service}"


def _listing(
    read: Callable[[], Records], detail: Callable[[dict[str, Any]], str] = lambda _: ""
) -> Listing:
    """Return a list of the service; an empty one with the reason if it does not give it."""
    try:
        records = read()
    except ServiceError as error:
        refused = isinstance(error, AccessError | NotFoundError | RejectedError | ListingError)
        if error.code == "unauthorized" or not (refused or error.code == "server_error"):
            raise
        return Listing(trouble=str(error).rstrip("."))
    return Listing(tuple(_entries(records, detail)), complete=True)


def _unless_empty(listing: Listing) -> Listing:
    """Return a list; if it is empty, with that as the reason not to check ids with it."""
    if listing or listing.trouble:
        return listing
    return Listing(trouble="The service lists none")


def _entries(records: Iterable[Any], detail: Callable[[dict[str, Any]], str]) -> Iterable[Entry]:
    for record in records:
        number = record_id(record)
        if number is not None:
            yield Entry(number, clean(record.get("title") or ""), detail(record))


class _Services:
    """The services of the chain's categories and of its locations.

    Either list may lack services of the other, so both are read.
    """

    def __init__(self, client: Chain) -> None:
        self._client = client
        self._listed: Records = []
        self.offers: dict[int, frozenset[int]] = {}
        self.categories = _unless_empty(_listing(self._categories))

    def _categories(self) -> Records:
        categories = self._client.service_categories()
        for category in categories:
            services = category.get("services")
            self._listed += services if isinstance(services, list) else []
        return categories

    def at(self, locations: Iterable[int]) -> Listing:
        """Return the services of these locations, and those of the categories.

        A location may have none yet. If there are none at all, ids are not checked.
        """
        trouble = self.categories.trouble
        entries = {one.id: one for one in _entries(self._listed, self._detail)}
        for location in locations:
            there = _listing(partial(self._client.services, location), self._detail)
            trouble = trouble or there.trouble
            if not there.trouble:
                self.offers[location] = frozenset(there.ids)
            for entry in there.entries:
                entries.setdefault(entry.id, entry)
        if not entries:
            self.offers.clear()
        whole = Listing(tuple(entries.values()), complete=not trouble, trouble=trouble)
        return _unless_empty(whole)

    def _detail(self, service: dict[str, Any]) -> str:
        category = self.categories.entry(record_id({"id": service.get("category_id")}) or 0)
        gone = "no longer offered" if service.get("active") in (0, "0", False) else ""
        return ", ".join(filter(None, [category.name if category else "", gone]))


def _city(location: dict[str, Any]) -> str:
    return clean(location.get("city") or "")


def _time_zone(location: dict[str, Any]) -> str | None:
    """Return the name of a location's time zone; None for none, and for one that is unknown."""
    name = location.get("timezone_name")
    try:
        return name if isinstance(name, str) and time_zone(name) else None
    except SettingsError:
        return None


def _referred_to(sheet: Sheet) -> set[str]:
    """Return the names of the lists to which cells of the sheet refer.

    A date refers to the locations: it means the end of a day there (fact:time_zone).
    """
    return {
        field.refers_to or "locations"
        for field in (*REFERRING, _DATE)
        if (column := sheet.column(field.name)) and column.cells.filled.any()
    }


def _where_services_are(sheet: Sheet, locations: Listing) -> tuple[int, ...]:
    """Return the locations of the rows with services; all if such a row has no location."""
    services, where = sheet.column(_SERVICES.name), sheet.column(_LOCATIONS.name)
    if services is None or where is None:
        return locations.ids
    rows = services.cells.filled
    if (rows & ~where.cells.filled).any():
        return locations.ids
    named = _ids_in(sheet, _LOCATIONS, set(where.cells.take(rows)), locations)
    return tuple(number for number in locations.ids if number in named)


def _ids_in(sheet: Sheet, field: Field, texts: Iterable[str], listing: Listing) -> set[int]:
    """Return all ids that texts of the sheet name, except texts with a problem."""
    written = sheet.directory.listing(field.refers_to or "").written
    known = replace(listing, written=written, complete=False)
    reader = References(field, known, sheet.vocabulary.everything(field.name), UTC)
    values = (reader.read(text) for text in texts)
    return {n for value in values if not isinstance(value, Problem) for n in ids_of(value)}


def _with_carried(found: Directory, client: Chain, sheet: Sheet) -> Directory:
    """Return the lists; if the sheet has ids that they lack, add the ids in live types.

    A live type may be valid at a location that was closed since, and its category may be one of
    certificates, which no list has. Such ids are known as well.
    """
    strangers: dict[str, set[int]] = {}
    for field in REFERRING:
        column, listing = sheet.column(field.name), found.listing(field.refers_to)
        if column and listing.complete:
            ids = _ids_in(sheet, field, column.cells.values, listing)
            strangers[field.name] = {number for number in ids if not listing.knows(number)}
    if not any(strangers.values()):
        return found
    carried: dict[str, set[int]] = {name: set() for name in strangers}
    for record in client.list():
        for name in strangers:
            values = ids_of(BY_NAME[name].kind.load(record.get(name)))
            carried[name].update(value for value in values if isinstance(value, int))
    lists = dict(found.lists)
    for name, numbers in strangers.items():
        known = str(BY_NAME[name].refers_to)
        lists[known] = replace(lists[known], carried=frozenset(carried[name] & numbers))
    return replace(found, lists=lists)
