"""Reading a list page by page: it is complete, or it is not used.

The service's count is a check and never a reason to stop: counts lag, are cached, or count the
page. Nor is a short page: page sizes fall back silently (fact:short_pages). The list ends with a
page that has no new id.
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
"""Records on a page: the most that the service gives (fact:page_size)."""

MOST_LISTINGS = 3
"""The most readings of a list that contradicts itself."""

# A chain has some hundred types. Far more come only from a service that invents records.
_MOST_PAGES = 10_000
_MOST_RECORDS = 50_000
_MOST_CHARACTERS = 64 << 20

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Own:
    """This client's changes that had begun by a moment, and those that had ended.

    They go on while the list is read, and change it and its counts. Each tuple has the numbers of
    creates, deletions and updates.
    """

    begun: tuple[int, int, int] = (0, 0, 0)
    ended: tuple[int, int, int] = (0, 0, 0)


@dataclass(slots=True)
class Listing:
    """One reading of all pages.

    Attributes:
        records: Each record once, by id, in the order of the service.
        counts: The different totals on the pages, in their order.
        pages: The number of pages that were read.
        contradiction: Two contents for one id, in words; empty if there are none.
        repeats: Whether the service gave the same page again instead of the next one.
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
        """Whether the listing is complete as far as it shows.

        Counts may differ by this client's own changes only.
        """
        if self.contradicts or not self.counts:
            return not self.contradicts
        added, removed, _ = _own_changes(self, self)
        least, most = min(self.counts), max(self.counts)
        return most - least <= added + removed and least - removed <= len(self.records) <= most

    @property
    def contradicts(self) -> bool:
        """Whether a record had two contents, and this client has not changed any record."""
        return bool(self.contradiction) and not _own_changes(self, self)[2]

    @property
    def hides(self) -> bool:
        """Whether the service counts more records than it will ever list.

        Either it lists none at all, or it ignores the number of the page.
        """
        more = max(self.counts, default=0) > len(self.records)
        return more and (self.repeats or not self.records)


def _own_changes(earlier: Listing, later: Listing) -> tuple[int, int, int]:
    """Return how many records this client may have added, removed and changed in between."""
    begun, ended = later.last.begun, earlier.first.ended
    return begun[0] - ended[0], begun[1] - ended[1], begun[2] - ended[2]


def _have_the_same(earlier: Listing, later: Listing) -> bool:
    """Whether two readings have the same ids, except for this client's own changes."""
    added, removed, _ = _own_changes(earlier, later)
    before, after = earlier.records.keys(), later.records.keys()
    return len(after - before) <= added and len(before - after) <= removed


def complete_listing(read: Callable[[], Listing]) -> tuple[list[Record], str]:
    """Return the records of a complete list, with a remark if its counts differ, else "".

    A listing that agrees with its counts is complete. Otherwise it is read again: two consecutive
    readings with the same ids are complete, whatever the counts. This client's own changes in the
    meantime are taken into account.

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
                f"The service reports {_counted(seen[-1])} certificate types but returned "
                f"{len(seen[-1].records)}, the same ones twice. The list counts as complete."
            )
    raise _error(_why_incomplete(seen))


def _why_incomplete(seen: list[Listing]) -> str:
    """Return in words what contradicts what in several readings of a list."""
    last = seen[-1]
    read = f"It was read {len(seen)} times."
    if last.contradicts:
        return f"The service lists {last.contradiction}. {read}"
    found = ", then ".join(f"{_counted(one)} but returned {len(one.records)}" for one in seen)
    if len({(tuple(one.counts), len(one.records)) for one in seen}) == 1:
        found = f"{_counted(last)} certificate types but returned {len(last.records)}"
    why = ""
    if last.hides and last.records:
        why = " It returns the same page for every page number."
    elif not last.hides:
        why = " The ids differ from one reading to the next."
    return f"The service reports {found}.{why} {read}"


def _counted(listing: Listing) -> str:
    return " and ".join(map(str, listing.counts)) or "no"


def read_listing(page: Callable[[int], Record], own: Callable[[], Own] = Own) -> Listing:
    """Read pages until one has no new id.

    Args:
        page: Returns the document of a page; the first is 1.
        own: Returns this client's own changes so far.

    Raises:
        ListingError: A page has an entry that is not a record, or the list does not end.
    """
    listing = Listing(first=own())
    before: list[int] = []
    characters = 0
    for number in range(1, _MOST_PAGES + 1):
        listing.pages = number
        document = page(number)
        ids, new = [], False
        for position, raw in enumerate(_data(document), 1):
            record = _record(raw, f"Record {position} on page {number} of the list")
            characters += sum(1 + len(str(one)) for _, one in leaves(record))
            new = _add(listing, record) or new
            ids.append(record["id"])
        _count(listing, document)
        if not new and number == 1 and not ids and not listing.counts:
            continue  # an empty page without a count does not prove that there are none
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
        ListingError: It is not a record, or has NaN or Infinity.
    """
    if not isinstance(raw, dict):
        raise _error(f"{which} is {_shown(raw)}, not a certificate type.")
    number = record_id(raw)
    title = f", {_shown(raw['title'])}," if "title" in raw else ""
    if number is None:
        has = f"has the id {_shown(raw['id'])}" if "id" in raw else "has no id"
        raise _error(f"{which}{title} {has}{', which is not an id' if 'id' in raw else ''}.")
    if wrong := unusable_number(raw):
        raise _error(f"Certificate type {number}{title} has {wrong}, which is not a number.")
    return {**raw, "id": number}


def _add(listing: Listing, record: Record) -> bool:
    """Add a record; return whether its id is new. Of two contents, the later one is kept."""
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
    """Return a value of the service for a message."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else repr(clean(str(value), _LONGEST_SHOWN))


def _error(message: str) -> ListingError:
    follows = "The list was not used. Try again; if this remains, the list is not reliable."
    return ListingError(f"{message} {follows}", code="server_error")
