"""Cautions: the warnings about updates that can be found only once the live types are known."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.cleaning import clean
from certbulk.core.columns.distinct import Column, positions
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.core.findings.finding import quoted
from certbulk.core.findings.rules import RULES, Rows
from certbulk.errors import SettingsError
from certbulk.logs import LOG
from certbulk.planning.live_lists import OF_LISTS
from certbulk.planning.old_amounts import old_amount_cautions
from certbulk.reading.sheet import cell_finding, column_name, placed
from certbulk.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.core.columns.field import Field
    from certbulk.core.findings.finding import Finding
    from certbulk.planning.plan import Plan, RowDecision

__all__ = ["cautions_of", "how_far", "log_plan", "price_jump_limit", "with_cautions"]

_PRICES = ("balance", "online_sale_price")
_SLIPS = ((10, "ten times as much", "a tenth"), (100, "a hundred times as much", "a hundredth"))
"""Factors that a slipped decimal mark makes, and their names up and down."""


def price_jump_limit(given: float | None) -> float:
    """Return the change of a price, in percent, above which it is a warning.

    Args:
        given: The limit; None for the one in the settings.

    Raises:
        SettingsError: It is not a percentage, or a setting is invalid.
    """
    limit = Settings.load().price_jump if given is None else float(given)
    if 0 < limit < 1:
        raise SettingsError(
            f"price_jump is a percentage, so {limit:g} would be less than 1%. "
            f"For {limit * 100:g}%, give {limit * 100:g}."
        )
    if not limit >= 0:
        raise SettingsError("price_jump must be a percentage from 0, such as 50.")
    return limit


def with_cautions(plan: Plan) -> Plan:
    """Return the plan with the warnings that follow from its decisions.

    Those about lists stay as they are: they follow from live types that the plan does not keep.
    """
    of_lists = [caution for caution in plan.cautions if caution.code in OF_LISTS]
    return replace(plan, cautions=placed(plan.report.sheet, [*of_lists, *cautions_of(plan)]))


def log_plan(plan: Plan) -> None:
    """Log a plan in a line, and the number of its cautions with the first of them."""
    LOG.info("%s", clean(repr(plan)))
    if plan.cautions:
        count = counted(len(plan.cautions), "warning")
        LOG.warning("The plan has %s. The first: %s", count, clean(plan.cautions[0]))


def cautions_of(plan: Plan) -> tuple[Finding, ...]:
    """Return the warnings about the updates of a plan, in the order of its rows.

    An undo has none: it puts back what was there before.
    """
    if plan.undoes:
        return ()
    updates = {
        position: decision
        for position, decision in enumerate(plan.decisions)
        if decision.changes and decision.body
    }
    jumps = [jump for position, d in updates.items() for jump in _jumps(plan, position, d)]
    known = {(finding.row, finding.code) for finding in plan.report.warnings}
    merged = [
        caution
        for caution in _after_merging(plan, updates)
        if not known & {(caution.row, caution.code), (None, caution.code)}  # None: nearly all rows
    ]
    kept = old_amount_cautions(plan.report, plan.decisions)
    return tuple(sorted([*jumps, *merged, *kept], key=lambda caution: caution.row or 0))


def _jumps(plan: Plan, position: int, decision: RowDecision) -> Iterator[Finding]:
    """Yield a warning for each price of an update that jumps."""
    for name in _PRICES:
        old, new = decision.changes.get(name, (None, None))
        how = how_far(old, new, plan.price_jump)
        if not how or (name == "online_sale_price" and not new):  # 0: there is no online price
            continue
        show, called = BY_NAME[name].kind.show, quoted(column_name(plan.report.sheet, name))
        says = f"{called} changes from {show(old)} to {show(new)}, {how}. Check both amounts."
        parts = {"old": show(old), "new": show(new)}
        yield cell_finding(plan.report.sheet, position, name, "price_jump", says, parts=parts)


def how_far(old: Any, new: Any, limit: float) -> str:
    """Return in words how far a price jumps; empty if it does not, or was 0 or not set before.

    Args:
        old: The live amount.
        new: The amount after the update.
        limit: The largest usual change, in percent.

    Example:
        >>> how_far(Decimal(40), Decimal(70), 50), how_far(Decimal(40), Decimal(60), 50)
        ('which is 75% more', '')
        >>> how_far(Decimal(1000), Decimal(10), 50), how_far(Decimal(0), Decimal(10), 50)
        ('which is a hundredth', '')
    """
    if not all(isinstance(value, Decimal) and value.is_finite() for value in (old, new)) or not old:
        return ""
    for factor, more, less in _SLIPS:
        if new == old * factor:
            return f"which is {more}"
        if old == new * factor:
            return f"which is {less}"
    percent = abs(new - old) / abs(old) * 100
    if not (math.isfinite(limit) and percent > Decimal(str(limit))):
        return ""
    shown = f"{percent:,.1f}".removesuffix(".0")
    return f"which is {shown}% {'more' if new > old else 'less'}"


def _after_merging(plan: Plan, updates: dict[int, RowDecision]) -> Iterator[Finding]:
    """Yield the warnings that rules have about updates together with what they keep.

    A rule applies if the row changes something that it is about.
    """
    updated = list(updates)
    rules = [rule for rule in RULES if rule.when_merged]
    columns = {
        name: Column.of(_sent(updates[position].body, BY_NAME[name]) for position in updated)
        for name in {name for rule in rules for name in (rule.at, *rule.uses)}
    }
    rows = Rows(columns, np.ones(len(updated), dtype=np.bool_), plan.made_at)
    for rule in rules:
        for found in positions(rule.finds(rows)):
            position = updated[found]
            if not updates[position].changes.keys().isdisjoint({rule.at, *rule.uses}):
                name = quoted(column_name(plan.report.sheet, rule.at))
                says = f"After the update, {name} {rule.says}"
                yield cell_finding(plan.report.sheet, position, rule.at, rule.code, says)


def _sent(body: Any, field: Field) -> Any:
    """Return the value that a request body has for a field; None for none, or a list or map."""
    for key in field.path:
        body = body.get(key) if isinstance(body, dict) else None
    value = None if body is None else field.kind.load(body)
    return None if isinstance(value, list | dict) else value
