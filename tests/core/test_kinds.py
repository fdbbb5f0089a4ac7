"""What holds for every kind of value."""

import math
from datetime import UTC
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certbulk.core.columns.fields import FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.kinds import Ids, Kind, Problem

from .strategies import BRIEF, CELLS, JSON, values_of_kind

KINDS = {repr(field.kind): field.kind for field in FIELDS}
BY_KIND = pytest.mark.parametrize(
    "kind", KINDS.values(), ids=[type(k).__name__ for k in KINDS.values()]
)


@BY_KIND
@BRIEF
@given(data=st.data())
def test_parse_is_the_inverse_of_show(kind: Kind, data: st.DataObject) -> None:
    """parse(show(v)) == v, and of the same type."""
    value = data.draw(values_of_kind(kind))
    again = kind.parse(kind.show(value), UTC)
    assert again == value
    assert type(again) is type(value)


@BY_KIND
@BRIEF
@given(data=st.data())
def test_load_is_the_inverse_of_dump(kind: Kind, data: st.DataObject) -> None:
    """load(dump(v)) == v, it is the same to the service, and shows as it was shown."""
    value = data.draw(values_of_kind(kind))
    again = kind.load(kind.dump(value))
    assert again == value
    assert type(again) is type(value)
    assert kind.same(value, again)
    assert kind.parse(kind.show(again), UTC) == value


@BY_KIND
@BRIEF
@given(data=st.data())
def test_different_values_are_not_the_same(kind: Kind, data: st.DataObject) -> None:
    """Two values are the same to the service when they are equal; lists also in another order."""
    one, other = data.draw(values_of_kind(kind)), data.draw(values_of_kind(kind))
    equal = set(one) == set(other) if isinstance(kind, Ids) else one == other
    assert kind.same(one, other) is equal
    assert kind.same(one, None) is False


@BY_KIND
@BRIEF
@given(text=CELLS)
@example(text="")
@example(text="0" * 5000 + "1")
@example(text="9" * 5000)
@example(text="0." + "1" * 5000)
@example(text="2027-12-31T10:00:00+25:00")
@example(text="9999-12-31")
@example(text="\ud800")
def test_any_text_is_a_value_or_a_problem(kind: Kind, text: str) -> None:
    """Whatever is in a cell, parse returns a value that can be shown, or names a code."""
    outcome = kind.parse(text, UTC)
    if isinstance(outcome, Problem):
        assert outcome.code in CODES
        assert outcome.message
    else:
        assert kind.parse(kind.show(outcome), UTC) == outcome


@BY_KIND
@BRIEF
@given(text=CELLS)
@example(text="720441.0")
@example(text="720441.720442")
@example(text="0 months")
@example(text="99999 days")
@example(text="30000")
@example(text="46752")
@example(text="31.12.27")
@example(text="0.005")
def test_a_suggestion_repairs_the_cell(kind: Kind, text: str) -> None:
    """If a problem suggests another text, that text is a value."""
    outcome = kind.parse(text, UTC)
    if isinstance(outcome, Problem) and outcome.suggestion is not None:
        assert not isinstance(kind.parse(outcome.suggestion, UTC), Problem), outcome


@BY_KIND
@BRIEF
@given(raw=JSON)
@example(raw=10**20)
@example(raw=-(10**20))
@example(raw=1e300)
@example(raw=math.nan)
@example(raw=math.inf)
@example(raw="")
@example(raw="NaN")
@example(raw=[[], {}])
def test_any_json_can_be_loaded(kind: Kind, raw: Any) -> None:
    """What the service answers may be of any shape: load hands back what it cannot understand."""
    assert kind.same(kind.load(raw), object()) is False
