"""What locations, services and categories are called: a value in which names are looked up."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from certbulk.core.comparing import Compared
from certbulk.core.kinds.kind import plain_words, tidy
from certbulk.core.suggestions import nearest_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["LISTS", "NO_NAMES", "Directory", "Entry", "Listing", "plain_name"]

LISTS = ("locations", "services", "categories")
"""The lists that a directory has, by the name that fields and sheets give them."""

_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d\u00ab\u00bb", '\'\'""""')


def plain_name(name: str) -> str:
    """Return a name as names are compared: as words are, with one form of quotes and spaces."""
    return " ".join(plain_words(unicodedata.normalize("NFKC", name).translate(_QUOTES)).split())


@dataclass(frozen=True, slots=True)
class Entry:
    """One location, service or category.

    Attributes:
        id: Its id in the service.
        name: What people call it.
        detail: What tells it apart from another of its name: a city, or a category.
    """

    id: int
    name: str
    detail: str = ""

    @property
    def described(self) -> str:
        """The name, with what tells it apart."""
        return f"{self.name} ({self.detail})"

    def __str__(self) -> str:
        return f"{self.id} ({self.detail})" if self.detail else str(self.id)


@dataclass(frozen=True)
class Listing:
    """One list: names to ids, and back.

    Attributes:
        entries: What the service lists.
        written: What a sheet of the workbook lists. Its names are looked up first.
        complete: Whether an id that `entries` lacks is unknown.
        carried: Ids that live types carry: known, though they may not be listed.
        trouble: Why the service would not give the list; blank if it did, or was not asked.
    """

    entries: tuple[Entry, ...] = ()
    written: tuple[Entry, ...] = ()
    complete: bool = False
    carried: frozenset[int] = frozenset()
    trouble: str = ""

    def __bool__(self) -> bool:
        return bool(self.entries or self.written)

    @cached_property
    def _written_names(self) -> _Names:
        return _Names.of(self.written)

    @cached_property
    def _live_names(self) -> _Names:
        return _Names.of(self.entries)

    @cached_property
    def _by_id(self) -> Mapping[int, Entry]:
        return {entry.id: entry for entry in (*self.written, *self.entries)}

    @cached_property
    def _names_of(self) -> Mapping[int, set[str]]:
        names: defaultdict[int, set[str]] = defaultdict(set)
        for entry in (*self.written, *self.entries):
            names[entry.id].add(plain_name(entry.name))
        return names

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """Every name as it is written, by its plain form."""
        return {plain_name(entry.name): entry.name for entry in (*self.entries, *self.written)}

    @cached_property
    def sayings(self) -> frozenset[str]:
        """All that something may be called by, also with its detail behind the name."""
        entries = (*self.entries, *self.written)
        return frozenset(text for entry in entries for text in (entry.name, entry.described))

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """All ids: those that the service lists, else those of the workbook's sheet."""
        return tuple(dict.fromkeys(entry.id for entry in self.entries or self.written))

    def entry(self, number: int) -> Entry | None:
        """Return what has this id; as the service lists it, if it does."""
        return self._by_id.get(number)

    def named(self, number: object) -> Entry | None:
        """Return what has this id and a name; the service may list some without."""
        entry = self.entry(number) if isinstance(number, int) else None
        return entry if entry and tidy(entry.name) else None

    def called(self, name: str) -> tuple[Entry, ...]:
        """Return what has this name: several if they share it, none if it is unknown.

        What tells them apart may follow it: "Downtown (Lisbon)".
        """
        ways = (
            self._written_names.called(name),
            self._live_names.called(name),
            self._written_names.described(name),
            self._live_names.described(name),
        )
        return next(filter(None, ways), ())

    def contradicting(self, name: str, number: int) -> tuple[Entry, ...]:
        """Return what the service calls by a name, if it is surely not the one with this id."""
        live = self._live_names.called(name) or self._live_names.described(name)
        sure = self.complete or number in self._listed
        return live if sure and number not in {entry.id for entry in live} else ()

    def names(self, number: int, name: str) -> bool:
        """Return whether `name` is a name of the one with this id."""
        return plain_name(name) in self._names_of.get(number, ())

    def knows(self, number: int) -> bool:
        """Return whether there may be such an id: no complete list lacks it."""
        return not self.complete or number in self.carried or number in self._listed

    @cached_property
    def _listed(self) -> frozenset[int]:
        return frozenset(entry.id for entry in self.entries)

    @cached_property
    def _there(self) -> Mapping[str, tuple[str, ...]]:
        """The names of what is in each city or category, by its plain name."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for entry in (*self.entries, *self.written):
            found[plain_name(entry.detail)].append(entry.name)
        return {detail: tuple(names) for detail, names in found.items()}

    def nearest(self, name: str) -> dict[str, float]:
        """Return the names most like `name`, as they are written, with how alike, best first.

        A name that has it inside, or what is in the city or category of that name, may be meant as
        well; nothing says that it is.
        """
        wanted = plain_name(name)
        near = {self.spellings[w]: n for w, n in nearest_words(wanted, self.spellings).items()}
        around = [n for w, n in self.spellings.items() if wanted and f" {wanted} " in f" {w} "]
        further = around if near or around else self._there.get(wanted, ())
        return near | {name: 0.0 for name in further if name not in near}


@dataclass(frozen=True, slots=True)
class _Names:
    """The entries of a list by their names: as they are written, and as names are compared."""

    _exact: Mapping[str, tuple[Entry, ...]]
    _plain: Mapping[str, tuple[Entry, ...]]
    _described: Mapping[str, tuple[Entry, ...]]

    @classmethod
    def of(cls, entries: tuple[Entry, ...]) -> Self:
        with_detail = (entry for entry in entries if entry.detail)
        return cls(
            _by_name(entries, lambda entry: tidy(entry.name)),
            _by_name(entries, lambda entry: plain_name(entry.name)),
            _by_name(with_detail, lambda entry: plain_name(entry.described)),
        )

    def called(self, name: str) -> tuple[Entry, ...]:
        if not self._exact:  # as in most sheets, whose cells have ids
            return ()
        return self._exact.get(tidy(name)) or self._plain.get(plain_name(name)) or ()

    def described(self, name: str) -> tuple[Entry, ...]:
        return self._described.get(plain_name(name), ()) if self._described else ()


def _by_name(
    entries: Iterable[Entry], name_of: Callable[[Entry], str]
) -> Mapping[str, tuple[Entry, ...]]:
    found: defaultdict[str, dict[int, Entry]] = defaultdict(dict)
    for entry in entries:
        if name := name_of(entry):
            found[name].setdefault(entry.id, entry)
    return {name: tuple(several.values()) for name, several in found.items()}


@dataclass(frozen=True, eq=False)
class Directory(Compared):
    """The lists of a chain, as a workbook or the service gives them.

    Attributes:
        lists: The lists, by a name out of `LISTS`; without one, nothing of its kind is known.
        offers: The ids of the services of a location, by its id, if they are known.
        live: Whether the service was asked, so that ids are judged too.
        chain: The chain that it was asked for, with the service: ids mean something in it only.
        time_zones: The names of the time zones of its locations, each once, as far as they are
            known.
        time_zone: The time zone that the client's settings name for dates; None for that of the
            locations.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     directory = cb.directory(client)
        >>> directory
        Directory of 4 locations, 7 services, 3 categories, live
        >>> directory.locations.called("harbour & pine baixa")
        (Entry(id=720441, name='Harbour & Pine Baixa', detail='Lisbon'),)
        >>> directory.listing("services").entry(610201).name
        'Hydrating facial'
        >>> cb.Directory.of(directory.as_dict()) == directory  # to keep it in a file, as JSON
        True
    """

    lists: Mapping[str, Listing] = field(default_factory=dict)
    offers: Mapping[int, frozenset[int]] = field(default_factory=dict)
    live: bool = False
    chain: str = ""
    time_zones: tuple[str, ...] = ()
    time_zone: str | None = None

    @property
    def locations(self) -> Listing:
        """The chain's locations; their detail is the city."""
        return self.listing("locations")

    @property
    def services(self) -> Listing:
        """Its services; their detail is the category."""
        return self.listing("services")

    @property
    def categories(self) -> Listing:
        """Its categories of services."""
        return self.listing("categories")

    def listing(self, name: str | None) -> Listing:
        """Return the list called `name`; an empty one if there is none."""
        return self.lists.get(name or "", Listing())

    def under(self, written: Directory) -> Directory:
        """Return this directory with the lists of a workbook, whose names are looked up first.

        Example:
            >>> import certbulk as cb
            >>> path = cb.template("new_types.xlsx")
            >>> with cb.Sandbox() as client:
            ...     both = cb.directory(client).under(cb.read(path).directory)
            >>> both.live
            True
        """
        lists = {
            name: replace(self.listing(name), written=written.listing(name).written)
            if name in written.lists
            else self.listing(name)
            for name in LISTS
            if name in self.lists or name in written.lists
        }
        return replace(self, lists=lists)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.listing(name).ids)} {name}" for name in LISTS)
        return f"Directory of {counts}{', live' if self.live else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Return the directory as JSON-ready values."""
        return {
            "live": self.live,
            "chain": self.chain,
            "time_zones": list(self.time_zones),
            "time_zone": self.time_zone,
            "offers": {str(location): sorted(ids) for location, ids in self.offers.items()},
            "lists": {
                name: asdict(listing) | {"carried": sorted(listing.carried)}
                for name, listing in self.lists.items()
            },
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return the directory that `as_dict` made the document from."""
        return cls(
            {name: _listing(listing) for name, listing in document["lists"].items()},
            {int(location): frozenset(ids) for location, ids in document["offers"].items()},
            document["live"],
            document["chain"],
            tuple(document.get("time_zones", ())),  # of an older version: none
            document.get("time_zone"),
        )


NO_NAMES = Directory()
"""A directory without any list."""


def _listing(document: Mapping[str, Any]) -> Listing:
    return Listing(
        tuple(Entry(**entry) for entry in document["entries"]),
        tuple(Entry(**entry) for entry in document["written"]),
        document["complete"],
        frozenset(document["carried"]),
        document["trouble"],
    )
