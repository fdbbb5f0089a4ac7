"""The table: one entry per column. Everything that needs columns walks it.

Header matching, parsing, the template and its drop-downs, payloads and their inverse, diffs,
export, results and the columns reference are all derived from these entries. The names are those
of the service's own flat record. To add a plain column is to add one entry.

Basis: the vendor's documentation of the request (fact:request_fields). What certbulk assumes, an
entry's basis says (fact:limits_of_values, fact:category, fact:balance_edit).
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from certbulk.core.columns.field import CREATE, REQUIRED, SKIP, UPDATE, Field, UsedWhen
from certbulk.core.kinds import Choice, Count, Flag, Id, Ids, Instant, Money, Option, Text

__all__ = ["ACTION", "BY_NAME", "FIELDS", "ID", "PAYLOAD_FIELDS"]

_FIXED_DATE = UsedWhen("expiration_type_id", (1,), (0, 2))
_PERIOD = UsedWhen("expiration_type_id", (2,), (0, 1))
_SPECIFIC_SERVICES = UsedWhen("item_type_id", (3, 4), (0, 1, 2))
_SOLD_ONLINE = UsedWhen("online_sale_is_enabled", (True,), (False,))

ACTION = Field(
    name="action",
    label="Action",
    kind=Choice(
        (Option(CREATE, "create"), Option(UPDATE, "update"), Option(SKIP, "skip")),
        shortest_slip=6,
    ),
    path=(),
    default=None,
    help="What to do with the row. If blank: update if there is an id, otherwise create.",
    example="",
)

ID = Field(
    name="id",
    label="ID",
    kind=Id(),
    path=(),
    default=None,
    help="The type's id in the service. Blank on rows that are to be created.",
    example="",
)

PAYLOAD_FIELDS: tuple[Field, ...] = (
    Field(
        name="title",
        label="Title",
        kind=Text(255),
        path=("title",),
        default=REQUIRED,
        help="The name of the type, as staff and customers see it. At most 255 characters.",
        basis="The limit is assumed: the service documents none.",
        example="Gift Certificate 1000",
    ),
    Field(
        name="balance",
        label="Face value",
        kind=Money(),
        path=("balance",),
        default=REQUIRED,
        help="The amount on the certificate, in the chain's currency. At most two decimals.",
        basis="The limit is assumed: the service documents none.",
        example="1000",
    ),
    Field(
        name="is_multi",
        label="Can be spent in parts",
        kind=Flag(),
        path=("is_multi",),
        default=REQUIRED,
        help="yes: the amount may be spent over several visits; no: all at once.",
        example="yes",
    ),
    Field(
        name="item_type_id",
        label="Valid for",
        kind=Choice(
            (
                Option(0, "All services and products"),
                Option(1, "Any services"),
                Option(2, "Any products"),
                Option(3, "Specific services"),
                Option(4, "Specific services and any products"),
            ),
        ),
        path=("item_type_id",),
        default=REQUIRED,
        help="What the certificate pays for.",
        example="All services and products",
    ),
    Field(
        name="is_allow_empty_code",
        label="May be sold without a code",
        kind=Flag(),
        path=("is_allow_empty_code",),
        default=REQUIRED,
        help="yes: a certificate can be sold without a code on it.",
        example="no",
    ),
    Field(
        name="category_id",
        label="Category",
        kind=Id(),
        path=("category_id",),
        default=None,
        empty=None,
        null_when_blank=True,
        refers_to="categories",
        help="A category by name or id, blank for none.",
        basis="Documented as a restriction to a category of services; clients see it used as a "
        "catalogue category of certificates.",
        example="",
    ),
    Field(
        name="balance_edit_type_id",
        label="Face value at sale",
        kind=Choice(
            (
                Option(1, "Can be edited"),
                Option(2, "Cannot be edited"),
            ),
        ),
        path=("balance_edit_type_id",),
        default=REQUIRED,
        help="Whether staff may change the amount when they sell one.",
        basis="1 and 2 are as documented for certificates; the pages of membership types number "
        "it 0, 1, 2.",
        example="Cannot be edited",
    ),
    Field(
        name="service_ids",
        label="Services",
        kind=Ids(),
        path=("service_ids",),
        default=(),
        empty=(),
        used_when=_SPECIFIC_SERVICES,
        needed_when_used=True,
        refers_to="services",
        help="The services it is valid for: names or ids separated by semicolons. Only for "
        "specific services.",
        example="",
    ),
    Field(
        name="salon_ids",
        label="Locations",
        kind=Ids(),
        path=("salon_ids",),
        default=REQUIRED,
        required_code="locations_required",
        aliases=("location_ids", "company_ids"),
        refers_to="locations",
        help='The locations where it is valid: names or ids separated by semicolons, or "all '
        'locations".',
        example="720441",
    ),
    Field(
        name="expiration_type_id",
        label="Expires",
        kind=Choice(
            (
                Option(0, "Never"),
                Option(1, "Fixed date"),
                Option(2, "Period from the sale"),
            ),
        ),
        path=("expiration", "type_id"),
        default=REQUIRED,
        help="Never, on a date that is the same for all, or some time after the sale.",
        example="Period from the sale",
    ),
    Field(
        name="expiration_date",
        label="Expires on",
        kind=Instant(),
        path=("expiration", "date"),
        default=None,
        empty=None,
        used_when=_FIXED_DATE,
        needed_when_used=True,
        left_out_when_unused=True,
        help="For a fixed date. A date without a time means the end of that day.",
        example="",
    ),
    Field(
        name="expiration_timeout",
        label="Valid for how long",
        kind=Count(),
        path=("expiration", "timeout"),
        default=None,
        empty=None,
        used_when=_PERIOD,
        needed_when_used=True,
        left_out_when_unused=True,
        help="For a period: how many days, weeks, months or years.",
        example="6",
    ),
    Field(
        name="expiration_timeout_unit_id",
        label="Unit",
        kind=Choice(
            (
                Option(1, "day"),
                Option(2, "week"),
                Option(3, "month"),
                Option(4, "year"),
            ),
            zero_is_none=True,
        ),
        path=("expiration", "timeout_unit_id"),
        default=None,
        empty=None,
        used_when=_PERIOD,
        needed_when_used=True,
        left_out_when_unused=True,
        help="For a period: day, week, month or year.",
        example="month",
    ),
    Field(
        name="online_sale_is_enabled",
        label="Sold online",
        kind=Flag(),
        path=("online_sale", "is_enabled"),
        default=False,
        help="Whether customers can buy it online. Blank on a create: no.",
        example="no",
    ),
    Field(
        name="online_sale_title",
        label="Online title",
        kind=Text(255),
        path=("online_sale", "title"),
        default=None,
        empty="",
        used_when=_SOLD_ONLINE,
        help="The name in the online shop. If it is blank, the service uses the title.",
        example="",
    ),
    Field(
        name="online_sale_description",
        label="Online description",
        kind=Text(32767),
        path=("online_sale", "description"),
        default=None,
        empty="",
        used_when=_SOLD_ONLINE,
        help="The text in the online shop.",
        example="",
    ),
    Field(
        name="online_sale_price",
        label="Online price",
        kind=Money(),
        path=("online_sale", "price"),
        default=None,
        empty=Decimal(0),
        used_when=_SOLD_ONLINE,
        needed_when_used=True,
        help="What a customer pays online; it may differ from the face value.",
        example="",
    ),
)

FIELDS: tuple[Field, ...] = (ACTION, ID, *PAYLOAD_FIELDS)

BY_NAME: MappingProxyType[str, Field] = MappingProxyType({f.name: f for f in FIELDS})
