"""The spelling of the service's paths and of the field with the locations: one table.

The documentation and the vendor's newer client spell some paths differently, and the service takes
both (fact:two_spellings). Within certbulk a field always has its documented name; the client
translates what it sends and what it reads.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DOCUMENTED", "SPELLINGS", "ApiSpelling", "Spelling"]

ApiSpelling = Literal["documented", "newer"]

_DOCUMENTED_IDS = "salon_ids"


class Spelling(NamedTuple):
    """One spelling of the paths and of the field with the ids of locations.

    Attributes:
        chain: The beginning of the path of a chain, followed by its id.
        location: The beginning of the path of a location, followed by its id.
        locations: The path of the list of locations.
        location_ids: The field of a body or record with the ids of locations.
    """

    chain: str
    location: str
    locations: str
    location_ids: str

    def types(self, chain_id: int) -> str:
        """Return the path of the certificate types of a chain."""
        return f"{self.chain}/{chain_id}/loyalty/certificate_types"

    def service_categories(self, chain_id: int) -> str:
        """Return the path of the service categories of a chain."""
        return f"{self.chain}/{chain_id}/service_categories"

    def services(self, location_id: int) -> str:
        """Return the path of the services of a location."""
        return f"{self.location}/{location_id}/services/"

    def sent(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a body with the field's name of this spelling."""
        return _renamed(body, _DOCUMENTED_IDS, self.location_ids)

    def read(self, record: Any) -> Any:
        """Return a record, or messages by field, with the documented names.

        A record that has the documented name as well keeps the value under the name of this
        spelling. What is not a record is returned as it is.
        """
        if not isinstance(record, dict):
            return record
        return _renamed(record, self.location_ids, _DOCUMENTED_IDS)


def _renamed(given: Mapping[str, Any], old: str, new: str) -> Mapping[str, Any]:
    """Return the mapping with a key renamed, also where it is the beginning of a path: key.0."""
    if old == new:
        return given
    names = {
        name: new + name[len(old) :]
        for name in given
        if name == old or name.startswith((f"{old}.", f"{old}["))
    }
    if not names:
        return given
    kept = {name: value for name, value in given.items() if name not in names.values()}
    return {names.get(name, name): value for name, value in kept.items()}


SPELLINGS: Final[Mapping[ApiSpelling, Spelling]] = MappingProxyType(
    {
        "documented": Spelling("/chain", "/company", "/companies", "salon_ids"),
        "newer": Spelling("/chains", "/locations", "/locations", "location_ids"),
    }
)
"""Every spelling by the name that CERTBULK_API_SPELLING takes."""

DOCUMENTED: Final = SPELLINGS["documented"]
