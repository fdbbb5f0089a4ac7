"""The parts of a chain that never change: locations, categories, services."""

from dataclasses import dataclass
from functools import cached_property

__all__ = ["Category", "Chain", "Location", "Service"]


@dataclass(frozen=True, slots=True)
class Location:
    """One location (in the API also: company, salon) of a chain."""

    id: int
    title: str
    city: str
    timezone_name: str
    currency_short_title: str


@dataclass(frozen=True, slots=True)
class Category:
    """One service category of a chain."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Service:
    """One service, its category, and the locations that offer it."""

    id: int
    title: str
    category_id: int
    location_ids: tuple[int, ...]
    active: bool = True


@dataclass(frozen=True)
class Chain:
    """A chain with all its locations and services.

    `types_access` is the answer of `GET /groups`: 1 or 0, on some chains a string. `also` has ids
    that a type may have although no list has them, such as that of a closed location.
    """

    id: int
    title: str
    locations: tuple[Location, ...]
    categories: tuple[Category, ...] = ()
    services: tuple[Service, ...] = ()
    types_access: int | str = 1
    also: frozenset[int] = frozenset()

    @cached_property
    def location_ids(self) -> frozenset[int]:
        """Ids of the chain's locations."""
        return self.also | {location.id for location in self.locations}

    @cached_property
    def category_ids(self) -> frozenset[int]:
        """Ids of the chain's service categories."""
        return self.also | {category.id for category in self.categories}

    @cached_property
    def service_ids(self) -> frozenset[int]:
        """Ids of the chain's services, inactive ones included."""
        return self.also | {service.id for service in self.services}

    @property
    def types_allowed(self) -> bool:
        """Whether the user may work on the chain's certificate types."""
        return int(self.types_access) == 1
