"""A whole list, read page by page: it is complete, or it is not used.

What the service counts is a check, and never a reason to stop: counts lag, are cached, or are those
of the page. Neither is a short page: page sizes fall back silently (fact:short_pages). The list
ends with the page that brings no id that was not seen before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certbulk.api.answers import Record, leaves, record_id, unusable_number, whole_number
from certbulk.core.cleaning import clean
from certbulk.core.payload import values_of
from certbulk.errors import ListingError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST_LISTINGS", "PAGE_SIZE", "Listing", "Own", "complete_listing", "read_listing"]

PAGE_SIZE = 100
"""How many records a page is asked for: the most that the service gives (fact:page_size)."""

MOST_LISTINGS = 3
"""How often a list that contradicts itself is read at most."""

# A chain has some hundred types. What lies far beyond is a service that makes records up.
_MOST_PAGES = 10_000
_MOST_RECORDS = 50_000
_MOST_CHARACTERS = 64 << 20

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Own:
    """How many of this client's changes had begun by a moment, and how many had ended.

    They go on while the list is read, and change it and its counts. Each is a number of creates,
    of deletions and of updates.
    """

    begun: tuple[int, int, int] = (0, 0, 0)
    ended: tuple[int, int, int] = (0, 0, 0)


@dataclass(slots=True)
class Listing:
    """One reading of all pages.

    Attributes:
        records: Each record once, by its id, in the order in which the service gave them.
        counts: The totals that the pages gave, each once, in their order.
        pages: How many pages were read.
        contradiction: Two contents for one id, in words; empty if there are none.
        repeats: Whether the service gave the same page again when it was asked for the next one.
        first: This client's own changes when the reading began.
        last: The same when it ended.
    """

    records: dict[int, Record] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    pages: int = 0
    contradiction: str = ""
    repeats: bool = False
    first: Own = Own()
    last: Own = Own()

    @property
    def agrees(self) -> bool:
        """Whether nothing in it speaks against its being complete.

        Counts may differ by this client's own changes, and by no other.
        """
        if self.contradicts or not self.counts:
            return not self.contradicts
        added, removed, _ = _own_changes(self, self)
        least, most = min(self.counts), max(self.counts)
        return most - least <= added + removed and least - removed <= len(self.records) <= most

    @property
    def contradicts(self) -> bool:
        """Whether a record came with two contents, and this client has not changed any."""
        return bool(self.contradiction) and not _own_changes(self, self)[2]

    @property
    def hides(self) -> bool:
        """Whether it cannot be complete, however often it is read: more are counted than come.

        Either none comes at all, or the service ignores which page is asked for.
        """
        more = max(self.counts, default=0) > len(self.records)
        return more and (self.repeats or not self.records)


def _own_changes(earlier: Listing, later: Listing) -> tuple[int, int, int]:
    """Return how many records this client may have added, removed and changed between them."""
    begun, ended = later.last.begun, earlier.first.ended
    return begun[0] - ended[0], begun[1] - ended[1], begun[2] - ended[2]


def _have_the_same(earlier: Listing, later: Listing) -> bool:
    """Whether two readings have the same ids, this client's own changes apart."""
    added, removed, _ = _own_changes(earlier, later)
    before, after = earlier.records.keys(), later.records.keys()
    return len(after - before) <= added and len(before - after) <= removed


def complete_listing(read: Callable[[], Listing]) -> tuple[list[Record], str]:
    """Return the records of a complete list, and what was odd about it; empty for nothing.

    A listing that agrees with its counts is complete. Otherwise it is read again: two in a row
    with the same ids are complete, whatever is counted. What this client itself changes
    meanwhile makes no difference.

    Args:
        read: Reads the list once.

    Raises:
        ListingError: Three readings contradict each other or themselves.
    """
    seen: list[Listing] = []
    for _ in range(MOST_LISTINGS):
        seen.append(read())
        if seen[-1].agrees:
            return [*seen[-1].records.values()], ""
        usable = not any(one.contradicts or one.hides for one in seen[-2:])
        if len(seen) > 1 and usable and _have_the_same(*seen[-2:]):
            return [*seen[-1].records.values()], (
                f"The service counts {_counted(seen[-1])} certificate types but lists "
                f"{len(seen[-1].records)}, twice the same ones. These are taken for all."
            )
    raise _error(_why_incomplete(seen))


def _why_incomplete(seen: list[Listing]) -> str:
    """Return what contradicts what, when a list has been read several times."""
    last = seen[-1]
    read = f"It was read {len(seen)} times."
    if last.contradicts:
        return f"The service lists {last.contradiction}. {read}"
    found = ", then ".join(f"{_counted(one)} but lists {len(one.records)}" for one in seen)
    if len({(tuple(one.counts), len(one.records)) for one in seen}) == 1:
        found = f"{_counted(last)} certificate types but lists {len(last.records)}"
    why = ""
    if last.hides and last.records:
        why = " It gives the same page whichever is asked for."
    elif not last.hides:
        why = " The ids differ from one reading to the next."
    return f"The service counts {found}.{why} {read}"


def _counted(listing: Listing) -> str:
    return " and ".join(map(str, listing.counts)) or "no"


def read_listing(page: Callable[[int], Record], own: Callable[[], Own] = Own) -> Listing:
    """Read pages until one brings no new id.

    Args:
        page: Returns the answer's document for a page, of which 1 is the first.
        own: Returns this client's own changes by now.

    Raises:
        ListingError: A page has something that is not a record, or the list does not end.
    """
    listing = Listing(first=own())
    before: list[int] = []
    characters = 0
    for number in range(1, _MOST_PAGES + 1):
        listing.pages = number
        document = page(number)
        ids, new = [], False
        for place, raw in enumerate(_data(document), 1):
            record = _record(raw, f"Record {place} on page {number} of the list")
            characters += sum(1 + len(str(one)) for _, one in leaves(record))
            new = _add(listing, record) or new
            ids.append(record["id"])
        _count(listing, document)
        if not new and number == 1 and not ids and not listing.counts:
            continue  # nothing says that there are none
        if not new:
            listing.repeats = bool(ids) and ids == before
            listing.last = own()
            return listing
        if len(listing.records) > _MOST_RECORDS or characters > _MOST_CHARACTERS:
            break
        before = ids
    raise _error(f"The service's list does not end: {len(listing.records)} types were read.")


def _data(document: Record) -> list[Any]:
    data = document.get("data")
    if not isinstance(data, list):
        raise _error(f"The service's list is not a list but {_shown(data)}.")
    return data


def _record(raw: Any, which: str) -> Record:
    """Return a record with its id as a number.

    Raises:
        ListingError: It is not one, or a number in it is not one.
    """
    if not isinstance(raw, dict):
        raise _error(f"{which} is {_shown(raw)}, not a certificate type.")
    number = record_id(raw)
    title = f", {_shown(raw['title'])}," if "title" in raw else ""
    if number is None:
        has = f"has the id {_shown(raw['id'])}" if "id" in raw else "has no id"
        raise _error(f"{which}{title} {has}{', which is not one' if 'id' in raw else ''}.")
    if wrong := unusable_number(raw):
        raise _error(f"Certificate type {number}{title} has {wrong}, which is not a number.")
    return {**raw, "id": number}


def _add(listing: Listing, record: Record) -> bool:
    """Take a record in; return whether its id is new. Of two contents, the later one stays."""
    known = listing.records.get(record["id"])
    listing.records[record["id"]] = record
    if known is None:
        return True
    if not listing.contradiction:
        old, new = values_of(known), values_of(record)
        names = [name for name in old | new if old.get(name, ...) != new.get(name, ...)]
        if names:
            what = f"certificate type {record['id']} twice, with different contents"
            listing.contradiction = f"{what} ({', '.join(names)})"
    return False


def _count(listing: Listing, document: Record) -> None:
    meta = document.get("meta")
    total = meta.get("total_count") if isinstance(meta, dict) else None
    if total is None:
        return
    count = whole_number(total)
    if count is None:
        raise _error(f"The list's count is {_shown(total)}, which is not a number.")
    if count not in listing.counts:
        listing.counts.append(count)


def _shown(value: Any) -> str:
    """Return a value of the service's as a message shows it."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else repr(clean(str(value), _LONGEST_SHOWN))


def _error(message: str) -> ListingError:
    follows = "It was not used. Try again; if it stays so, its list cannot be relied on."
    return ListingError(f"{message} {follows}", code="server_error")
