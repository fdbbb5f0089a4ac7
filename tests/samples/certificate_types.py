"""The certificate types of Harbour & Pine Spa, as the people of a chain might write them down.

Every way of writing in here is one that people use: numbers and words for the same choice, dates
as date cells and as texts, amounts with commas, points, spaces and currency signs, ids with
commas, semicolons, spaces and line breaks between them.

The rows with an id are about types that a fresh sandbox has.
"""

from datetime import date, datetime

from .cells import Cell, Row

__all__ = ["ROWS"]

EVERYWHERE = "720441, 720442, 720443, 720450"
PORTUGAL = "720441, 720442"

# What most rows have in common. The service stores nothing for an online sale that is off.
_USUAL: Row = {
    "is_multi": "yes",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "Can be edited",
    "salon_ids": EVERYWHERE,
    "expiration_type_id": "Never",
    "online_sale_is_enabled": "no",
}

_ANYTHING: Row = {**_USUAL, "item_type_id": "All services and products"}

_SERVICE: Row = {
    **_USUAL,
    "is_multi": "no",
    "item_type_id": "Specific services",
    "balance_edit_type_id": "Cannot be edited",
}

_PRODUCTS: Row = {**_USUAL, "item_type_id": "Any products"}

_MASSAGE, _FACE, _DAY_SPA = 51001, 51002, 51003


def _lasts(count: Cell, unit: Cell, how: Cell = "Period from the sale") -> Row:
    return {
        "expiration_type_id": how,
        "expiration_timeout": count,
        "expiration_timeout_unit_id": unit,
    }


def _ends(day: Cell, how: Cell = "Fixed date") -> Row:
    return {"expiration_type_id": how, "expiration_date": day}


def _online(
    price: Cell, title: str | None = None, description: str | None = None, on: Cell = "yes"
) -> Row:
    return {
        "online_sale_is_enabled": on,
        "online_sale_title": title,
        "online_sale_description": description,
        "online_sale_price": price,
    }


ROWS: tuple[Row, ...] = (
    # --- for everything
    {**_ANYTHING, **_lasts(6, "month"), "title": "Gift Certificate 25", "balance": 25},
    # As it is live: unchanged.
    {**_ANYTHING, "id": 288901, "title": "Gift Certificate 50", "balance": 50},
    {
        **_ANYTHING,
        **_lasts(12, "months", "Period"),
        "title": "Gift Certificate 75",
        "balance": 75.00,
    },
    # An update: what is blank stays as it is.
    {
        "action": "update",
        "id": 288902,
        "title": "Gift Certificate 100",
        **_online(95, description="For any treatment and any product, at all our houses."),
    },
    # Issued already, and the service refuses to change such a type: left out of this round.
    {
        "action": "skip",
        "id": 288903,
        "title": "Gift Certificate 150",
        "balance": 150,
        **_lasts(12, "month"),
    },
    {
        **_ANYTHING,
        **_lasts(12, 3, 2),
        **_online(200, on=True),
        "title": "Gift Certificate 200",
        "balance": "200 €",
        "is_multi": True,
        "item_type_id": 0,
    },
    {
        **_ANYTHING,
        **_lasts(1, "year"),
        **_online("237,50", "A little of everything"),
        "title": "Gift Certificate 250",
        "balance": "€ 250",
        "is_multi": 1,
        "is_allow_empty_code": 0,
        "salon_ids": "720441; 720442; 720443",
    },
    # The live type says 300 and sells 280: this puts it right.
    {"id": 288909, "title": "Gift Certificate 300", "balance": 300},
    {
        **_ANYTHING,
        **_lasts(2, "years"),
        "action": "create",
        "title": "Gift Certificate 500",
        "balance": "500,00",
        "item_type_id": "everything",
    },
    {
        **_ANYTHING,
        **_lasts(24, "months"),
        "title": "Gift Certificate 1 000",
        "balance": "1 000,00",
        "balance_edit_type_id": 2,
    },
    {
        **_ANYTHING,
        "title": "Gift Certificate 1 500",
        "balance": "1,500.00",
        "balance_edit_type_id": "no",
        "expiration_type_id": "none",
    },
    {
        **_ANYTHING,
        "title": "Corporate Wellness Budget",
        "balance": "1 000,50",
        "item_type_id": "all",
        "is_allow_empty_code": "yes",
        "expiration_type_id": 0,
        "online_sale_is_enabled": None,
    },
    # --- massage
    # No id, but its title is live and agrees in everything: unchanged, and it gets that id.
    {
        **_SERVICE,
        **_lasts(26, "week"),
        "title": "Massage Trio 180",
        "balance": 180,
        "category_id": _MASSAGE,
        "service_ids": "610101, 610102",
        "salon_ids": "720441, 720442, 720443",
    },
    {
        **_SERVICE,
        **_lasts(6, "month"),
        **_online(62.50, "Classic massage", "An hour of classic massage.\nPlease book ahead."),
        "title": "Classic Massage, 60 min",
        "balance": 65,
        "category_id": _MASSAGE,
        "service_ids": 610101,
    },
    {
        **_SERVICE,
        **_lasts(6, "m"),
        "title": "Hot Stone Massage, 90 min",
        "balance": 95,
        "item_type_id": 3,
        "category_id": _MASSAGE,
        "service_ids": 610102,
        "salon_ids": "720441 720442 720443",
    },
    {
        **_SERVICE,
        **_lasts(1, "y"),
        **_online(115, "A massage for two", on="Yes"),
        "title": "Couples Massage, 60 min",
        "balance": 120,
        "category_id": _MASSAGE,
        "service_ids": "610103",
        "salon_ids": "720441\n720450",
    },
    {
        **_SERVICE,
        **_lasts(39, "weeks"),
        "title": "Massage Pass, 5 visits",
        "balance": 290,
        "is_multi": "Yes",
        "category_id": _MASSAGE,
        "service_ids": "610101; 610102",
        "salon_ids": "720441, 720442, 720443",
    },
    {
        **_SERVICE,
        **_lasts(18, "month"),
        "title": "Deep Rest 110",
        "balance": 110,
        "item_type_id": "Specific services and any products",
        "service_ids": "610102",
        "salon_ids": PORTUGAL,
    },
    # --- face care
    {
        **_SERVICE,
        **_lasts(6, "month"),
        "title": "Hydrating Facial",
        "balance": 70,
        "is_multi": "NO",
        "category_id": _FACE,
        "service_ids": 610201,
        "online_sale_is_enabled": 0,
    },
    {
        **_SERVICE,
        **_lasts(6, "month"),
        "title": "Deep Cleansing Facial",
        "balance": 85,
        "is_multi": False,
        "category_id": _FACE,
        "service_ids": 610202,
        "salon_ids": PORTUGAL,
    },
    {
        **_SERVICE,
        **_lasts(9, "month"),
        **_online("129.90"),
        "title": "Face Care Duo 140",
        "balance": 140,
        "is_multi": "y",
        "category_id": _FACE,
        "service_ids": "610201\n610202",
        "salon_ids": PORTUGAL,
    },
    # An update that lifts a restriction: the services are emptied.
    {
        "id": 288908,
        "title": "Face and Body 120",
        "item_type_id": "All services and products",
        "service_ids": "<clear>",
    },
    {
        **_SERVICE,
        **_lasts(120, "days"),
        "title": "Glow and Go 99.90",
        "balance": 99.90,
        "item_type_id": 4,
        "service_ids": 610201,
    },
    # --- day spa
    # An update of the online shop alone.
    {
        "id": 288904,
        "title": "Spa Day 250",
        "online_sale_description": "A day for one: massage, facial, tea and the sauna.",
        "online_sale_price": 235,
    },
    {
        **_SERVICE,
        **_lasts(1, "year"),
        **_online(135, "Half a day off"),
        "title": "Half-Day Retreat 140",
        "balance": 140,
        "category_id": _DAY_SPA,
        "service_ids": 610301,
        "salon_ids": "720441, 720443",
    },
    {
        **_SERVICE,
        **_lasts(1, 4),
        "title": "Retreat for Two 275",
        "balance": 275,
        "item_type_id": "specific services and any products",
        "category_id": _DAY_SPA,
        "service_ids": "610103, 610301",
        "salon_ids": 720441,
    },
    # A title that a spreadsheet program might take for a formula, and is none.
    {
        **_SERVICE,
        **_lasts(3, "month"),
        "title": "+1 Guest for the Spa 60",
        "balance": 60,
        "category_id": _DAY_SPA,
        "service_ids": 610301,
        "salon_ids": "720441, 720443",
    },
    # --- products, and any treatment
    {**_PRODUCTS, "title": "Pine Home Care 40", "balance": 40},
    {
        **_PRODUCTS,
        **_lasts(12, "month"),
        **_online("110,00", "A box of our best", "Oils, salts and a candle,\nwrapped as a gift."),
        "title": "Harbour & Pine Gift Box 120",
        "balance": "120.00",
        "item_type_id": 2,
        "is_multi": "no",
    },
    {
        **_USUAL,
        **_lasts(12, "month"),
        "title": "Any Treatment 80",
        "balance": 80,
        "item_type_id": "Any services",
    },
    {
        **_USUAL,
        **_lasts(12, "month"),
        **_online(150),
        "title": "Any Treatment 160",
        "balance": 160,
        "item_type_id": 1,
        "salon_ids": "720443; 720450",
    },
    # --- for a season, until a day
    # As it is live, the date written in another way: unchanged.
    {"id": 288905, "title": "New Year 80", "balance": 80, **_ends("31.12.2031")},
    {
        **_ANYTHING,
        **_ends(date(2031, 12, 31)),
        **_online(100, "Christmas at Harbour & Pine"),
        "action": "Create",
        "title": "Christmas 2030 100",
        "balance": 100,
    },
    {
        **_SERVICE,
        **_ends(datetime(2031, 2, 14, 20, 0), 1),  # noqa: DTZ001 (cells have no time zone)
        "title": "St Valentine 2031 for Two",
        "balance": 130,
        "category_id": _MASSAGE,
        "service_ids": 610103,
        "salon_ids": "720441, 720450",
    },
    {
        **_USUAL,
        **_ends("2031-06-30", "date"),
        "title": "Mother's Day 2031 90",
        "balance": 90,
        "item_type_id": "services",
    },
    {
        **_ANYTHING,
        **_ends(date(2032, 6, 24)),
        "title": "Midsummer 2031 70",
        "balance": 70,
        "salon_ids": 720443,
    },
    # A moment in the local time of the house in Tbilisi, with its offset.
    {
        **_ANYTHING,
        **_ends("2031-03-08T20:00:00+04:00"),
        "title": "Vera Opening 100",
        "balance": "100 ₾",
        "salon_ids": 720450,
    },
    # Archived in the service: left out of this round.
    {"action": "skip", "id": 288907, "title": "Summer Gift 75", "balance": 75},
    # --- for a short while
    {
        **_ANYTHING,
        **_lasts(30, "day"),
        "title": "First Visit Thank-You 20",
        "balance": 20,
        "is_allow_empty_code": True,
        "balance_edit_type_id": "Cannot be edited",
    },
    {
        **_ANYTHING,
        **_lasts(2, "w"),
        "title": "Birthday Treat 35",
        "balance": 35,
        "is_allow_empty_code": "y",
    },
    {
        **_USUAL,
        **_lasts(10, 1),
        "title": "Old Town Welcome 45",
        "balance": 45,
        "item_type_id": "any services",
        "salon_ids": 720443,
    },
    {
        **_PRODUCTS,
        **_lasts(8, 2),
        "title": "Staff Thank-You 60",
        "balance": 60.00,
        "item_type_id": "products",
        "is_allow_empty_code": 1,
        "balance_edit_type_id": 1,
        "online_sale_is_enabled": None,
    },
)
