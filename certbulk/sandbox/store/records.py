"""The record of a certificate type as the API answers it, and how a request body becomes one.

The body of a create or update is nested (`expiration.date`), the record is flat
(`expiration_date`), and a few values change on the way.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

__all__ = ["ITEM_TYPES", "Record", "blank", "written"]

Record: TypeAlias = dict[str, Any]

ITEM_TYPES: Final = {
    0: "All services and products",
    1: "Any services",
    2: "Any products",
    3: "Specific services",
    4: "Specific services and any products",
}

_FIXED_DATE: Final = 1
_PERIOD: Final = 2

_THE_SERVICES_OWN: Final = frozenset(
    {"id", "company_group_id", "is_archived", "date_archived", "released_total", "item_type"}
    | {"online_sale_image", "is_serial_number_limited"}
)


def blank(type_id: int, chain_id: int) -> Record:
    """Return a record with every field that the API answers, in its order, unset."""
    return {
        "id": type_id,
        "title": "",
        "balance": 0,
        "is_multi": True,
        "company_group_id": chain_id,
        "category_id": None,
        "weight": 1,
        "item_type_id": 0,
        "expiration_type_id": 0,
        "expiration_date": None,
        "expiration_timeout": 0,
        "expiration_timeout_unit_id": 0,
        "balance_edit_type_id": 1,
        "is_allow_empty_code": False,
        "is_serial_number_limited": False,
        "is_archived": False,
        "date_archived": None,
        "online_sale_is_enabled": False,
        "online_sale_title": "",
        "online_sale_description": "",
        "online_sale_price": 0,
        "online_sale_image": None,
        "released_total": 0,
        "item_type": {"id": 0, "title": ITEM_TYPES[0]},
        "service_ids": [],
        "salon_ids": [],
    }


def written(body: Mapping[str, Any], over: Record) -> Record:
    """Return `over` with every field of a request body written on it.

    `body` must have passed the checks. What a body does not contain (image, archive and serial
    number flags, the count of issued certificates) stays as in `over`.

    Inferred from the vendor's example of a create and its answer: a date that the expiration does
    not use is dropped, and an unused timeout and its unit are stored as 0; with online sale off the
    online title becomes the title, the description '' and the price 0. The sandbox's own choices:
    with online sale on, fields that are left out get the same values; a field that the record has
    and the documentation of requests does not name, such as `weight`, is stored if a body has it.
    """
    expiration, sale = body["expiration"], body["online_sale"]
    dated, timed = expiration["type_id"] == _FIXED_DATE, expiration["type_id"] == _PERIOD
    offered = sale if sale["is_enabled"] else {}
    plain = {name: body[name] for name in body.keys() & over.keys() - _THE_SERVICES_OWN}
    return {
        **over,
        **plain,
        "category_id": body.get("category_id"),
        "expiration_type_id": expiration["type_id"],
        "expiration_date": expiration["date"] if dated else None,
        "expiration_timeout": expiration["timeout"] if timed else 0,
        "expiration_timeout_unit_id": expiration["timeout_unit_id"] if timed else 0,
        "online_sale_is_enabled": sale["is_enabled"],
        "online_sale_title": offered.get("title") or body["title"],
        "online_sale_description": offered.get("description") or "",
        "online_sale_price": offered.get("price") or 0,
        "item_type": {"id": body["item_type_id"], "title": ITEM_TYPES[body["item_type_id"]]},
        # Sets of ids, not lists: the API documents no order, so none is kept.
        "service_ids": sorted(set(body["service_ids"])),
        "salon_ids": sorted(set(body["salon_ids"])),
    }
