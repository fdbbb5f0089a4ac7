"""Compares what was sent with what was stored, and a plan with what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.read_only import KEPT_BY_THE_SERVICE
from certbulk.core.payload import differences, disagreements, values_of, values_of_body
from certbulk.planning.in_words import shown
from certbulk.planning.live import archived, times_issued
from certbulk.planning.sheet_words import plain

if TYPE_CHECKING:
    from certbulk.planning import RowDecision
    from certbulk.planning.sheet_words import SheetWords

__all__ = ["agrees", "agrees_but_for_titles", "changed_since", "kept_fields", "stored_differently"]

Record = dict[str, Any]

_TITLES = {"title", "online_sale_title"}


def agrees(decision: RowDecision, record: Record) -> bool:
    """Whether a record agrees with the row's request in all fields that count.

    Texts are compared strictly: see `certbulk.core.titles`.
    """
    return not disagreements(values_of_body(decision.body or {}), values_of(record))


def agrees_but_for_titles(decision: RowDecision, record: Record) -> bool:
    """Whether a record agrees with the row in all fields that count except the titles."""
    found = disagreements(values_of_body(decision.body or {}), values_of(record))
    return found.keys() <= _TITLES


def kept_fields(decision: RowDecision, record: Record) -> tuple[set[str], set[str]]:
    """Return the fields that an update changes, and those of them that are unchanged.

    They are compared exactly, so that `A &amp; B` can be repaired.
    """
    wanted, before = values_of_body(decision.body or {}), values_of(decision.before or {})
    asked = differences(wanted, before).keys()
    stored = values_of(record)
    not_as_wanted = differences(wanted, stored).keys()
    not_as_before = differences(before, stored).keys()
    return set(asked), {name for name in asked & not_as_wanted if name not in not_as_before}


def stored_differently(decision: RowDecision, record: Record) -> str:
    """Return in words how the stored record differs from what was sent; '' if it does not."""
    wanted = values_of_body(decision.body or {})
    differs = [
        f"{_label(name)}: sent {shown(name, sent)}, stored {shown(name, stored)}"
        for name, (stored, sent) in differences(wanted, values_of(record)).items()
    ]
    if decision.before is None and archived(record):
        differs.append("is_archived: the new type is archived")
    if decision.before is not None:
        differs += [
            f"{name}: was {plain(decision.before[name])}, is {plain(record[name])}"
            for name in KEPT_BY_THE_SERVICE
            if name in decision.before and name in record and decision.before[name] != record[name]
        ]
    return "; ".join(differs)


def changed_since(before: Record, record: Record, words: SheetWords | None = None) -> str:
    """Return in words the differences between a record then and now; '' for none.

    Args:
        before: The record then.
        record: The record now.
        words: How the person's sheet calls columns, locations and services, if that is known.
    """
    column, value = (words.column, words.value) if words else (_label, shown)
    changed = [
        f"{column(name)}: was {value(name, then)}, is {value(name, current)}"
        for name, (current, then) in differences(values_of(before), values_of(record)).items()
    ]
    if times_issued(record) != times_issued(before):
        changed.append(f"issued: was {times_issued(before)}, is {times_issued(record)}")
    if archived(record) != archived(before):
        was, is_ = plain(archived(before)), plain(archived(record))
        changed.append(f"archived: was {was}, is {is_}")
    return "; ".join(changed)


def _label(name: str) -> str:
    return BY_NAME[name].label
