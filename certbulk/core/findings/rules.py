"""Rules that span columns: one named function each, over whole columns as masks.

The same rules judge a sheet, in which a blank on an update means "keep what is live", and the
complete values that an update would send once the live record is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR, CREATE, UPDATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["RULES", "Rows", "Rule"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Typed columns of equal length, as rules see them.

    Attributes:
        columns: Columns by canonical name; a name that is absent is blank throughout.
        complete: A mask of the rows in which a blank means that there is nothing: creates, and
            updates that have been merged with the live record.
        now: The moment that dates are compared with.
    """

    columns: Mapping[str, Column]
    complete: NDArray[np.bool_]
    now: datetime

    def column(self, field: str) -> Column:
        """Return the column, a blank one if it is absent."""
        return self.columns.get(field) or Column.blank(len(self.complete))

    def has(self, field: str, *values: Any) -> NDArray[np.bool_]:
        """Return a mask of the rows with one of these values."""
        return self.column(field).where(lambda value: value in values)

    def given(self, field: str) -> NDArray[np.bool_]:
        """Return a mask of the rows with a value, an empty one not counted."""
        return self.column(field).where(lambda value: value not in (CLEAR, ()))

    def unset(self, field: str) -> NDArray[np.bool_]:
        """Return a mask of the rows that are known to end up without a value."""
        column = self.column(field)
        cleared = column.where(lambda value: value in (CLEAR, ()))
        return np.asarray(cleared | (~column.filled & self.complete))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the column of its finding, what else it uses, what it finds, what it says.

    `suggestion` is a text that would repair it; the empty one empties the cell. Errors are also
    looked for in what an update sends, merged with the live record; so are warnings that are to be
    found `when_merged`.
    """

    code: str
    at: str
    uses: tuple[str, ...]
    finds: Callable[[Rows], NDArray[np.bool_]]
    says: str
    suggestion: str | None = None
    when_merged: bool = False


def _fixed_date_needs_a_date(rows: Rows) -> NDArray[np.bool_]:
    return rows.has("expiration_type_id", 1) & rows.unset("expiration_date")


def _date_has_passed(rows: Rows) -> NDArray[np.bool_]:
    passed = rows.column("expiration_date").where(
        lambda date: isinstance(date, datetime) and date < rows.now
    )
    # An update may carry the old date of a type that is live: only what it changes is judged,
    # and that is known when the update has been merged.
    return passed & rows.has("expiration_type_id", 1) & rows.complete


def _period_needs_a_length(rows: Rows) -> NDArray[np.bool_]:
    return rows.has("expiration_type_id", 2) & rows.unset("expiration_timeout")


def _length_is_a_year(rows: Rows) -> NDArray[np.bool_]:
    years = rows.column("expiration_timeout").where(
        lambda length: isinstance(length, int) and _FIRST_YEAR <= length <= _LAST_YEAR
    )
    return years & rows.has("expiration_timeout_unit_id", _YEAR)


def _period_needs_a_unit(rows: Rows) -> NDArray[np.bool_]:
    return rows.has("expiration_type_id", 2) & rows.unset("expiration_timeout_unit_id")


def _date_without_fixed_date(rows: Rows) -> NDArray[np.bool_]:
    return rows.given("expiration_date") & rows.has("expiration_type_id", 0, 2)


def _length_without_period(rows: Rows) -> NDArray[np.bool_]:
    return rows.given("expiration_timeout") & rows.has("expiration_type_id", 0, 1)


def _unit_without_period(rows: Rows) -> NDArray[np.bool_]:
    return rows.given("expiration_timeout_unit_id") & rows.has("expiration_type_id", 0, 1)


def _specific_services_need_services(rows: Rows) -> NDArray[np.bool_]:
    return rows.has("item_type_id", 3, 4) & rows.unset("service_ids")


def _services_without_specific_services(rows: Rows) -> NDArray[np.bool_]:
    return rows.given("service_ids") & rows.has("item_type_id", 0, 1, 2)


def _online_sale_needs_a_price(rows: Rows) -> NDArray[np.bool_]:
    # 0 is what the service stores for a type that never had an online price.
    priceless = rows.unset("online_sale_price") | rows.has("online_sale_price", 0)
    return rows.has("online_sale_is_enabled", _YES) & priceless


def _face_value_is_zero(rows: Rows) -> NDArray[np.bool_]:
    return rows.has("balance", 0)


def _online_price_is_above(rows: Rows) -> NDArray[np.bool_]:
    return _amounts(rows.column("online_sale_price")) > _amounts(rows.column("balance"))


def _amounts(column: Column) -> NDArray[np.float64]:
    """Return the amounts of a column to compare; what is not an amount is not a number."""
    amounts = [float(v) if isinstance(v, Decimal) else np.nan for v in column.values]
    return np.array([*amounts, np.nan])[column.codes]


def _title_is_a_date(rows: Rows) -> NDArray[np.bool_]:
    return rows.column("title").where(_is_date)


def _online_title_is_a_date(rows: Rows) -> NDArray[np.bool_]:
    return rows.column("online_sale_title").where(_is_date)


def _is_date(title: str) -> bool:
    return title[4:5] == "-" and _DATE.fullmatch(title) is not None


def _update_needs_an_id(rows: Rows) -> NDArray[np.bool_]:
    return rows.has("action", UPDATE) & ~rows.column("id").filled


def _create_has_an_id(rows: Rows) -> NDArray[np.bool_]:
    return rows.has("action", CREATE) & rows.column("id").filled


_YES = True
_YEAR = 4
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")  # as date cells are read

_IGNORED = "is filled in, but the type expires {how}, which does not use it. It is not sent."
_TITLE_IS_DATE = (
    "is a date: most likely words such as 8 March, which spreadsheet programs take for one. Format "
    "the cell as text, and type the title again."
)

RULES: tuple[Rule, ...] = (
    Rule("title_is_date", "title", (), _title_is_a_date, _TITLE_IS_DATE),
    Rule("title_is_date", "online_sale_title", (), _online_title_is_a_date, _TITLE_IS_DATE),
    Rule(
        "date_required",
        "expiration_date",
        ("expiration_type_id",),
        _fixed_date_needs_a_date,
        "is needed for a type that expires on a fixed date. Give a date such as 2031-12-31.",
    ),
    Rule(
        "date_in_past",
        "expiration_date",
        ("expiration_type_id",),
        _date_has_passed,
        "has passed: certificates would be sold expired. Give a date in the future.",
    ),
    Rule(
        "period_required",
        "expiration_timeout",
        ("expiration_type_id",),
        _period_needs_a_length,
        "is needed for a type that expires some time after the sale. Give a number such as 6.",
    ),
    Rule(
        "out_of_range",
        "expiration_timeout",
        ("expiration_timeout_unit_id",),
        _length_is_a_year,
        "would be more than a thousand years: it looks like the year in which the type expires. "
        "Give the number of years, or a fixed date such as 2031-12-31.",
    ),
    Rule(
        "period_required",
        "expiration_timeout_unit_id",
        ("expiration_type_id",),
        _period_needs_a_unit,
        "is needed for a type that expires some time after the sale. "
        "Give day, week, month or year.",
    ),
    Rule(
        "expiration_ignored",
        "expiration_date",
        ("expiration_type_id",),
        _date_without_fixed_date,
        _IGNORED.format(how="never or after a period"),
        "",
    ),
    Rule(
        "expiration_ignored",
        "expiration_timeout",
        ("expiration_type_id",),
        _length_without_period,
        _IGNORED.format(how="never or on a fixed date"),
        "",
    ),
    Rule(
        "expiration_ignored",
        "expiration_timeout_unit_id",
        ("expiration_type_id",),
        _unit_without_period,
        _IGNORED.format(how="never or on a fixed date"),
        "",
    ),
    Rule(
        "services_required",
        "service_ids",
        ("item_type_id",),
        _specific_services_need_services,
        "is needed for a type that is valid for specific services. Give their names or ids.",
    ),
    Rule(
        "services_not_allowed",
        "service_ids",
        ("item_type_id",),
        _services_without_specific_services,
        "names services, but the type is not limited to specific services. Empty it (on an "
        f'update: {CLEAR}), or make the type valid for "Specific services".',
    ),
    Rule(
        "online_price_required",
        "online_sale_price",
        ("online_sale_is_enabled",),
        _online_sale_needs_a_price,
        "must be above 0 for a type that is sold online. Give the price.",
    ),
    Rule(
        "zero_face_value",
        "balance",
        (),
        _face_value_is_zero,
        "is 0: a certificate of this type would be worth nothing.",
        when_merged=True,
    ),
    Rule(
        "online_price_above_face_value",
        "online_sale_price",
        ("balance", "online_sale_is_enabled"),
        _online_price_is_above,
        "is above the face value: customers would pay more than the certificate is worth.",
        when_merged=True,
    ),
    Rule(
        "action_needs_id",
        "id",
        ("action",),
        _update_needs_an_id,
        "is needed to update a type. Give its id, or change the action to create.",
    ),
    Rule(
        "action_has_id",
        "id",
        ("action",),
        _create_has_an_id,
        "is filled in, but the action is create. Empty it, or change the action to update.",
    ),
)
