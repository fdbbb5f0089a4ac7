"""What the code relies on about the API, each fact with its source. The code cites them by key.

A comment or docstring that relies on a fact names its key: `fact:rate_limit`. The page
"Facts about the API" is made from this table. A fact that nothing relies on is left out.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["FACTS", "Certainty", "Fact"]


class Certainty(StrEnum):
    """How sure a fact is."""

    DOCUMENTED = "documented"
    SEEN = "seen by clients"
    INFERRED = "inferred"


class Fact(NamedTuple):
    """One fact.

    Attributes:
        key: What the code cites it by.
        statement: What is so.
        certainty: How sure that is.
        source: Where it is from: a page of the documentation, or whose observation it is.
    """

    key: str
    statement: str
    certainty: Certainty
    source: str


_D, _C, _I = Certainty.DOCUMENTED, Certainty.SEEN, Certainty.INFERRED
_TYPES = "Altegio B2B API v1, certificate types"
_GENERAL = "Altegio B2B API v1, general information"
_YCLIENTS = "YCLIENTS REST API, general information"
_CLIENTS = "code and notes of other clients of the API"
_ADAPTER = "the vendor's own adapter for membership types, a sibling endpoint"
_OTHERS = "services of the same kind"

_ALL = (
    Fact(
        "accept_header",
        "Some endpoints answer 400 without `Accept: application/vnd.api.v2+json`.",
        _D,
        _GENERAL,
    ),
    Fact(
        "partner_token",
        "The partner token, also called API key or bearer token, is in the Account settings of the "
        "Marketplace, once one has registered there.",
        _D,
        "https://developer.alteg.io/en/get-api-key",
    ),
    Fact(
        "groups",
        "`GET /groups` lists the user's chains: `id`, `title`, and in `access` whether certificate "
        "types may be changed: 1 or 0, which may be a text.",
        _D,
        _GENERAL,
    ),
    Fact(
        "authorization",
        "Requests carry `Authorization: Bearer PARTNER, User USER`; `POST /auth` gives the user's "
        "token for a login and a password.",
        _D,
        _GENERAL,
    ),
    Fact(
        "base_url",
        "The service is at `https://api.alteg.io/api/v1`; in some countries the same service runs "
        "as YCLIENTS at another address.",
        _D,
        _GENERAL,
    ),
    Fact(
        "request_fields",
        "The fields of a request, which of them a new type needs, the numbers of the choices, and "
        "the place of each in the nested body.",
        _D,
        f"{_TYPES}: create",
    ),
    Fact(
        "limits_of_values",
        "Neither the longest title nor the range and the decimals of amounts are documented: 255 "
        "characters and two decimals are certbulk's own limits.",
        _I,
        f"{_TYPES}: nothing is stated",
    ),
    Fact(
        "category",
        "`category_id` is documented as a restriction to a category of services, null for none; "
        "clients see it used as a catalogue category of certificate types.",
        _C,
        _CLIENTS,
    ),
    Fact(
        "balance_edit",
        "Editing the face value is 1 (can) or 2 (cannot) on the certificate pages; those of "
        "membership types number it 0, 1, 2. That the certificate pages are right is concluded.",
        _I,
        f"{_TYPES}: create; the pages of membership types",
    ),
    Fact(
        "full_replacement",
        "An update replaces the whole type: all fields of a create are sent.",
        _D,
        f"{_TYPES}: update",
    ),
    Fact(
        "issued_types",
        "A type of which certificates were issued can be neither updated nor deleted (400). "
        "`released_total` counts them.",
        _D,
        f"{_TYPES}: update, delete",
    ),
    Fact(
        "not_in_requests",
        "`weight`, `is_serial_number_limited`, `is_archived` and `online_sale_image` are in a "
        "record "
        "and in no request.",
        _D,
        f"{_TYPES}: create, get",
    ),
    Fact(
        "unused_expiration",
        "Of the expiration the service stores only what its type uses: a date with a fixed date, a "
        "length and a unit with a period.",
        _I,
        f"{_TYPES}: the example of a create and its answer",
    ),
    Fact(
        "online_fallback",
        "With the online sale off, the online title falls back to the title, the description to "
        "an empty text, the price to 0.",
        _I,
        f"{_TYPES}: the example of a create and its answer",
    ),
    Fact(
        "unset_values",
        "A length and a unit that are not set are 0 in a record, a date is null.",
        _D,
        f"{_TYPES}: get",
    ),
    Fact(
        "spellings",
        "Amounts, ids and flags come as numbers or as texts, dates as ISO 8601 with any offset or "
        "as "
        "a number.",
        _C,
        _CLIENTS,
    ),
    Fact(
        "error_shapes",
        "`meta.errors` is a map by field, a map of lists, a list of texts, or a list of "
        "`{field_name, error_message}`; `meta` itself may be a list.",
        _D,
        f"{_GENERAL}, and the pages of sibling endpoints",
    ),
    Fact(
        "statuses",
        "401: not signed in; 403: no access; 404: not there; 400 and 422: refused.",
        _D,
        _GENERAL,
    ),
    Fact("licence", "402: the licence of a location has run out.", _D, _YCLIENTS),
    Fact("false_success", "An answer 2xx may carry `success: false`.", _C, _CLIENTS),
    Fact(
        "foreign_answers",
        "Proxies and firewalls before the service answer 403 and 5xx with a web page.",
        _C,
        _CLIENTS,
    ),
    Fact(
        "deleted_answers",
        "A deletion is answered with 200 and `data: null`, or with 204.",
        _D,
        f"{_TYPES}: delete",
    ),
    Fact(
        "rate_limit",
        "200 requests a minute or 5 a second for an IP address, whoever sends them.",
        _D,
        _YCLIENTS,
    ),
    Fact(
        "rest_after_429",
        "The words of a 429 say to try again in 0 seconds. After a burst one second is enough; "
        "after "
        "the minute's quota is spent it takes up to 60.",
        _C,
        _CLIENTS,
    ),
    Fact(
        "retry_after",
        "A `Retry-After` was never seen: it is honoured if it is there.",
        _C,
        _CLIENTS,
    ),
    Fact(
        "page_size",
        "A list gives at most 100 records a page.",
        _D,
        f"{_TYPES}: list",
    ),
    Fact(
        "short_pages",
        "A page size out of range falls back to a smaller one in silence, and totals lag or are "
        "those of the page.",
        _C,
        f"{_CLIENTS}, at sibling endpoints",
    ),
    Fact(
        "no_envelope",
        "The categories of services are shown without the envelope that other answers have.",
        _D,
        "Altegio B2B API v1, service categories",
    ),
    Fact(
        "no_key",
        "No idempotency key exists: after a create whose answer was lost, only the list can tell.",
        _I,
        f"{_TYPES}: none is documented",
    ),
    Fact(
        "completed_late",
        "A request that was answered with an error may be carried out all the same, and later.",
        _I,
        _OTHERS,
    ),
    Fact(
        "long_ids",
        "Ids of locations, services and types have six digits or more.",
        _I,
        f"{_TYPES}: the examples",
    ),
    Fact(
        "kept_back",
        "Once one of a type is sold, an update may keep price and validity as they were and answer "
        "without an error.",
        _C,
        _ADAPTER,
    ),
    Fact(
        "found_instead",
        "A create may be answered with a type that was there before: services find by title, and "
        "the "
        "vendor's mock server answers every request with one example record and keeps nothing.",
        _C,
        f"{_OTHERS}; the mock server on developer.alteg.io",
    ),
    Fact(
        "stored_titles",
        "A title may be stored otherwise than it was sent: `&` as `&amp;`, spaces folded, "
        "characters "
        "dropped, cut at a length, NFC for NFD.",
        _C,
        _OTHERS,
    ),
    Fact(
        "first_creation",
        "With the first type the service creates a product category of its own: that type is sent "
        "alone.",
        _C,
        "the browser extension for bulk creation, which does so",
    ),
    Fact(
        "two_spellings",
        "The service takes two spellings of a path and routes them to the same handler: "
        "`/chain/…`, `/company/…` and `salon_ids` are documented; `/chains/…`, `/locations/…` and "
        "`location_ids` are those of the vendor's newer client.",
        _C,
        "the vendor's newer client",
    ),
    Fact(
        "mock_server",
        "A mock server of the documentation answers every request with the example record, "
        "id 289056, and keeps nothing.",
        _D,
        "Altegio B2B API v1, mock server",
    ),
    Fact(
        "time_zone",
        "A chain uses the time zone of its locations, the `timezone_name` of `/companies`: the day "
        "of a fixed date ends there.",
        _C,
        _CLIENTS,
    ),
    Fact(
        "title_amount",
        "What a sold certificate is worth is its type's face value, whatever amount the title "
        "names.",
        _C,
        _CLIENTS,
    ),
    Fact(
        "extension_columns",
        "The rows for the browser extension have thirteen columns, with words in the local "
        "language.",
        _C,
        "the browser extension for bulk creation",
    ),
)

FACTS: MappingProxyType[str, Fact] = MappingProxyType({fact.key: fact for fact in _ALL})
"""Every fact by its key."""
