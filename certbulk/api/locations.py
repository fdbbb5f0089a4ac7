"""The chain's locations, services and service categories in the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.api.answers import whole_number
from certbulk.arguments import Arguments
from certbulk.errors import ListingError
from certbulk.settings.spelling import DOCUMENTED, Spelling

if TYPE_CHECKING:
    from certbulk.api.answers import Record
    from certbulk.api.loop import Loop

__all__ = ["Locations"]


class Locations:
    """The locations, services and service categories of one chain; each list is one page."""

    chain_id: int
    _loop: Loop
    _spelling: Spelling = DOCUMENTED

    def locations(self) -> list[Record]:
        """Return the chain's locations: `id`, `title`, `city` and more.

        Raises:
            ServiceError: The request failed, or its answer is not a whole list; see its kinds.

        Example:
            >>> import certbulk as cb
            >>> with cb.Sandbox() as client:
            ...     [(location["id"], location["city"]) for location in client.locations()][:2]
            [(720441, 'Lisbon'), (720442, 'Porto')]
        """
        path = self._spelling.locations
        return self._read("the chain's locations", path, {"group_id": self.chain_id})

    def services(self, location_id: int) -> list[Record]:
        """Return the services of a location: `id`, `title`, `category_id`, `active`.

        Raises:
            ServiceError: The request failed, or its answer is not a whole list; see its kinds.

        Example:
            >>> import certbulk as cb
            >>> with cb.Sandbox() as client:
            ...     len(client.services(720441))
            7
        """
        Arguments("Client.services").whole_number("location_id", location_id)
        what = f"the services of location {location_id}"
        return self._read(what, self._spelling.services(location_id))

    def service_categories(self) -> list[Record]:
        """Return the chain's categories of services: `id`, `title`, `services`.

        They come without the envelope that other answers have (fact:no_envelope).

        Raises:
            ServiceError: The request failed, or its answer is not a whole list; see its kinds.

        Example:
            >>> import certbulk as cb
            >>> with cb.Sandbox() as client:
            ...     [category["title"] for category in client.service_categories()]
            ['Massage', 'Face care', 'Day spa']
        """
        path = self._spelling.service_categories(self.chain_id)
        return self._read("the chain's service categories", path, {"include": "services"})

    def _read(self, what: str, path: str, query: dict[str, object] | None = None) -> list[Record]:
        document = self._loop.call("GET", path, what=what, query=query, enveloped=False).document
        data, meta = document.get("data"), document.get("meta")
        if not isinstance(data, list):
            raise ListingError(f"The service's list at {path} is not a list.", code="server_error")
        count = whole_number(meta.get("total_count")) if isinstance(meta, dict) else None
        if count is not None and count > len(data):
            raise ListingError(
                f"The service reports {count} at {path} but returned {len(data)}.",
                code="server_error",
            )
        if not all(isinstance(record, dict) for record in data):
            raise ListingError(
                f"The service's list at {path} has an entry that is not a record.",
                code="server_error",
            )
        return data
