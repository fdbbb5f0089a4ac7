"""The first data of the sandbox: two chains to work on, a third without access, and their types.

Everything is fixed, ids and dates included, so that sample files and tests can name them.

The first chain, 706028, is the one to practise on. The second, 706555, is a target for moving
types from one chain to another: some of its locations, services and categories have the names
of the first chain and other ids, and two services have one name, so that a person has to choose.
On the third, 706900, the user has no access to certificate types.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from certbulk.sandbox.store.chains import Category, Chain, Location, Service
from certbulk.sandbox.store.records import ITEM_TYPES, Record, blank

__all__ = ["HARBOUR", "SEED", "Seed"]


@dataclass(frozen=True)
class Seed:
    """What a sandbox starts with; the first chain is the default one.

    `next_id` is the id of the first new certificate type: above every id in `types`.
    """

    chains: tuple[Chain, ...]
    types: tuple[Record, ...]
    next_id: int


LISBON, PORTO, TALLINN, TBILISI = 720441, 720442, 720443, 720450
HARBOUR: Final = Chain(
    id=706028,
    title="Harbour & Pine Spa",
    locations=(
        Location(LISBON, "Harbour & Pine Baixa", "Lisbon", "Europe/Lisbon", "€"),
        Location(PORTO, "Harbour & Pine Ribeira", "Porto", "Europe/Lisbon", "€"),
        Location(TALLINN, "Harbour & Pine Old Town", "Tallinn", "Europe/Tallinn", "€"),
        Location(TBILISI, "Harbour & Pine Vera", "Tbilisi", "Asia/Tbilisi", "₾"),
    ),
    categories=(
        Category(51001, "Massage"),
        Category(51002, "Face care"),
        Category(51003, "Day spa"),
    ),
    services=(
        Service(610101, "Classic massage, 60 min", 51001, (LISBON, PORTO, TALLINN, TBILISI)),
        Service(610102, "Hot stone massage, 90 min", 51001, (LISBON, PORTO, TALLINN)),
        Service(610103, "Couples massage, 60 min", 51001, (LISBON, TBILISI)),
        Service(610104, "Aroma massage, 45 min", 51001, (LISBON,), active=False),
        Service(610201, "Hydrating facial", 51002, (LISBON, PORTO, TALLINN, TBILISI)),
        Service(610202, "Deep cleansing facial", 51002, (LISBON, PORTO)),
        Service(610301, "Day spa, half day", 51003, (LISBON, TALLINN)),
    ),
)

HELSINKI, STOCKHOLM, TALLINN_NORTH = 731001, 731002, 731003
NORTH: Final = Chain(
    id=706555,
    title="Harbour & Pine North",
    locations=(
        Location(HELSINKI, "Harbour & Pine Kallio", "Helsinki", "Europe/Helsinki", "€"),
        Location(STOCKHOLM, "Harbour & Pine Södermalm", "Stockholm", "Europe/Stockholm", "kr"),
        Location(TALLINN_NORTH, "Harbour & Pine Old Town", "Tallinn", "Europe/Tallinn", "€"),
    ),
    categories=(
        Category(52001, "Massage"),
        Category(52002, "Skin care"),
        Category(52003, "Sauna"),
    ),
    services=(
        Service(620101, "Classic massage, 60 min", 52001, (HELSINKI, STOCKHOLM, TALLINN_NORTH)),
        Service(620102, "Hot stone massage, 90 min", 52001, (HELSINKI, STOCKHOLM)),
        # Twice: sold alone, and as the end of a visit to the sauna. Its category tells which.
        Service(620201, "Hydrating facial", 52002, (HELSINKI, STOCKHOLM, TALLINN_NORTH)),
        Service(620301, "Private sauna, 2 hours", 52003, (HELSINKI, STOCKHOLM)),
        Service(620302, "Hydrating facial", 52003, (HELSINKI,)),
    ),
    types_access="1",  # the API answers this number as a string at times
)

CLOSED: Final = Chain(
    id=706900,
    title="Pine Express",
    locations=(Location(740001, "Pine Express Airport", "Riga", "Europe/Riga", "€"),),
    types_access="0",
)


def _type(chain: Chain, type_id: int, title: str, balance: int, **fields: Any) -> Record:
    """Return a seed record: valid at every location of the chain, unless `fields` say else."""
    item_type_id = fields.get("item_type_id", 0)
    usual = {
        "title": title,
        "balance": balance,
        "online_sale_title": title,
        "salon_ids": sorted(chain.location_ids),
        "item_type": {"id": item_type_id, "title": ITEM_TYPES[item_type_id]},
    }
    return {**blank(type_id, chain.id), **usual, **fields}


def _months(count: int) -> dict[str, int]:
    return _period(count, unit_id=3)


def _weeks(count: int) -> dict[str, int]:
    return _period(count, unit_id=2)


def _period(count: int, unit_id: int) -> dict[str, int]:
    return {
        "expiration_type_id": 2,
        "expiration_timeout": count,
        "expiration_timeout_unit_id": unit_id,
    }


_TYPES: Final[Sequence[Record]] = (
    _type(HARBOUR, 288901, "Gift Certificate 50", 50, weight=10),
    _type(HARBOUR, 288902, "Gift Certificate 100", 100, weight=9, **_months(12)),
    # Issued: can be neither updated nor deleted.
    _type(HARBOUR, 288903, "Gift Certificate 150", 150, released_total=12, **_months(6)),
    # Sold online.
    _type(
        HARBOUR,
        288904,
        "Spa Day 250",
        250,
        online_sale_is_enabled=True,
        online_sale_title="A day at the spa",
        online_sale_description="A day for one: massage, facial and lunch.",
        online_sale_price=230,
        online_sale_image="https://images.example/spa-day.jpg",
        salon_ids=[LISBON, TALLINN],
        **_months(12),
    ),
    # Ends for all on one date.
    _type(
        HARBOUR,
        288905,
        "New Year 80",
        80,
        expiration_type_id=1,
        expiration_date="2031-12-31T23:59:59+00:00",
        is_serial_number_limited=True,
    ),
    # Certain services only.
    _type(
        HARBOUR,
        288906,
        "Massage Trio 180",
        180,
        is_multi=False,
        item_type_id=3,
        category_id=51001,
        service_ids=[610101, 610102],
        balance_edit_type_id=2,
        salon_ids=[LISBON, PORTO, TALLINN],
        **_weeks(26),
    ),
    _type(
        HARBOUR,
        288907,
        "Summer Gift 75",
        75,
        is_archived=True,
        date_archived="2024-10-01T09:00:00+00:00",
    ),
    _type(
        HARBOUR,
        288908,
        "Face and Body 120",
        120,
        item_type_id=4,
        service_ids=[610201],
        is_allow_empty_code=True,
        salon_ids=[TBILISI],
        **_months(3),
    ),
    # The wrong card: the title promises 300, the balance sells 280. The API sees no error here.
    _type(HARBOUR, 288909, "Gift Certificate 300", 280, **_months(12)),
    _type(NORTH, 288951, "Gift Certificate 100", 100, **_months(12)),
    _type(
        NORTH,
        288952,
        "Massage Trio 180",
        180,
        item_type_id=3,
        category_id=52001,
        service_ids=[620101, 620102],
        **_weeks(26),
    ),
)

SEED: Final = Seed(chains=(HARBOUR, NORTH, CLOSED), types=tuple(_TYPES), next_id=289056)
"""What a server starts with unless it is given another seed."""
