"""Strategies for values, derived from the table of columns."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from certbulk.core.columns.field import Field
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.kinds import Choice, Count, Flag, Id, Ids, Instant, Kind, Money, Text
from certbulk.core.kinds.kind import tidy

UNHURRIED = settings(deadline=None, max_examples=40)  # the machine may be busy with other things
BRIEF = settings(UNHURRIED, max_examples=20)  # for what is asked of every kind

# A long number that ends in zeros is reported as one that a spreadsheet has rounded.
IDS = st.integers(1, 10**15 - 1).filter(lambda number: number < 10**11 or number % 10**6)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=OFFSETS)  # noqa: DTZ001
# Control characters, halves of characters and what is none are not sent, and so are not values.
_SENT = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | (
    st.sampled_from("\n\t")
)
WORDS = st.text(_SENT).map(lambda text: tidy(re.sub("\r\n?", "\n", text))).filter(bool)


def values_of_kind(kind: Kind) -> st.SearchStrategy[Any]:  # noqa: PLR0911 (one for each kind)
    """Return the values that `kind.parse` can return."""
    match kind:
        case Text(longest=longest):
            return WORDS.filter(lambda text: len(text) <= longest)
        case Money(most=most, decimals=decimals):
            return st.decimals(Decimal(0), most, places=decimals)
        case Flag():
            return st.booleans()
        case Choice(options=options):
            return st.sampled_from([option.number for option in options])
        case Instant():
            return MOMENTS
        case Count(most=most):
            return st.integers(1, most)
        case Id():
            return IDS
        case Ids():
            return st.lists(IDS, min_size=1, max_size=5, unique=True).map(tuple)
    raise NotImplementedError(f"Say here which values a {type(kind).__name__} has.")


def optional(field: Field) -> bool:
    """Return whether a complete set of values may lack this field's."""
    return not field.required and field.default is None


def _values(field: Field) -> st.SearchStrategy[Any]:
    values = values_of_kind(field.kind)
    if isinstance(field.kind, Ids) and not field.required:
        values |= st.just(())
    return values | st.none() if optional(field) else values


COMPLETE = st.fixed_dictionaries({field.name: _values(field) for field in PAYLOAD_FIELDS})
"""Complete values of a type, whether or not they make sense together; None if there is none."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)

_CELL_CHARACTERS = st.sampled_from("0123456789" * 2 + ".,-+/: \u00a0'eE€TZ<>_[];\n#٣²½yesno")
CELLS = st.text(_CELL_CHARACTERS) | st.text()
"""Texts of cells, with a liking for those that are nearly numbers and dates."""

at_utc = partial(datetime, tzinfo=UTC)
