"""The table of rules that a policy can have: how each is written, read, and judged by."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.counting import counted
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Money
from certbulk.core.titles import strict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["RULES", "PolicyRow", "Rule", "asks_for_approval"]

_MONEY = tuple(field for field in PAYLOAD_FIELDS if isinstance(field.kind, Money))
_ALL, _BUT_UNDO = "all", "all but undo"
_MOST_PATTERNS, _LONGEST_PATTERN = 50, 200


class PolicyRow(NamedTuple):
    """What is known of a row that would be sent.

    Attributes:
        old: The values of the live type; empty for a new one that takes the place of none.
        new: The values after the request.
        changed: The fields that the request changes; all that it sets for a new type.
        creates: For a new type, the number of new types in the whole plan; else 0.
        called: Returns what the person's sheet calls a column.
    """

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    changed: frozenset[str]
    creates: int
    called: Callable[[str], str]


class Rule(NamedTuple):
    """One rule: a key of `policy.toml`.

    Attributes:
        key: Its name in the file.
        code: The code of a row that breaks it.
        means: What it allows, for the reference.
        example: Its line in the file.
        takes: The value that it needs, for messages.
        read: Returns its value from that of the file, and raises ValueError if it is another.
        broken: Returns in words how a row breaks it; '' if it does not.
    """

    key: str
    code: str
    means: str
    example: str
    takes: str
    read: Callable[[Any], Any]
    broken: Callable[[Any, PolicyRow], str]


# --- values


def _amount(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw < math.inf:
        raise ValueError
    return Decimal(str(raw))


def _count(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise ValueError
    return raw


def _patterns(raw: Any) -> Mapping[str, re.Pattern[str]]:
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_PATTERNS:
        raise ValueError
    if not all(isinstance(one, str) and 0 < len(one) <= _LONGEST_PATTERN for one in given):
        raise ValueError
    return {one: _pattern(strict(one)) for one in given}


def _pattern(glob: str) -> re.Pattern[str]:
    """Return the expression for a pattern with * (any text) and ? (any character).

    What follows a * is searched for once, in an atomic group: no other match is tried if the rest
    does not match. So even a hostile pattern takes no longer than the product of both lengths.
    """
    head, *parts = (
        "".join("." if sign == "?" else re.escape(sign) for sign in part)
        for part in re.sub(r"\*+", "*", glob).split("*")
    )
    found = "".join(rf"(?>.*?{part})" for part in parts[:-1])
    end = f".*{parts[-1]}" if parts else ""
    return re.compile(rf"{head}{found}{end}\Z", re.DOTALL)


def _locations(raw: Any) -> str | frozenset[int]:
    if raw == _ALL:
        return _ALL
    ids = isinstance(raw, list) and all(isinstance(n, int) and n > 0 for n in raw)
    if not ids or not raw or any(isinstance(n, bool) for n in raw):
        raise ValueError
    return frozenset(raw)


def _approval(raw: Any) -> str:
    if raw not in (_ALL, _BUT_UNDO):
        raise ValueError
    return str(raw)


# --- rules


def asks_for_approval(limits: Mapping[str, Any], *, is_undo: bool) -> bool:
    """Whether another person must approve a plan before it is applied."""
    return limits.get("approval") == _ALL or ("approval" in limits and not is_undo)


def _changed_too_much(most: Decimal, row: PolicyRow) -> str:
    for field in _MONEY if row.old else ():
        name = field.name
        if name not in row.changed or not (field.used(row.old) and field.used(row.new)):
            continue
        old, new = row.old.get(name), row.new.get(name)
        if not isinstance(old, Decimal) or not isinstance(new, Decimal) or not old:
            return f"{_shown(name, old, new, row)}, which is a change without a percentage"
        percent = abs(new - old) / abs(old) * 100
        if percent > most:
            return f"{_shown(name, old, new, row)}, a change of {_short(percent)}%"
    return ""


def _shown(name: str, old: Any, new: Any, row: PolicyRow) -> str:
    return f"{quoted(row.called(name))} would go from {_text(name, old)} to {_text(name, new)}"


def _text(name: str, value: Any) -> str:
    return BY_NAME[name].kind.show(value) if isinstance(value, Decimal) else quoted(str(value))


def _short(number: Decimal) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _too_valuable(most: Decimal, row: PolicyRow) -> str:
    value = row.new.get("balance")
    if "balance" not in row.changed or (isinstance(value, Decimal) and value <= most):
        return ""
    return f"{quoted(row.called('balance'))} would be {_text('balance', value)}"


def _too_many(most: int, row: PolicyRow) -> str:
    if row.creates <= most:
        return ""
    return f"the plan would create {counted(row.creates, 'type')}"


def _titled_otherwise(patterns: Mapping[str, re.Pattern[str]], row: PolicyRow) -> str:
    title = strict(row.new.get("title"))
    if "title" not in row.changed or any(one.match(title) for one in patterns.values()):
        return ""
    return f"{quoted(row.called('title'))} {quoted(title)} matches none of the patterns"


def _location_lost(kept: str | frozenset[int], row: PolicyRow) -> str:
    if "salon_ids" not in row.changed or not row.old:
        return ""
    lost = sorted(set(row.old.get("salon_ids") or ()) - set(row.new.get("salon_ids") or ()))
    named = [number for number in lost if kept == _ALL or number in kept]
    return (
        f"{quoted(row.called('salon_ids'))} would lose {', '.join(map(str, named))}"
        if named
        else ""
    )


RULES = (
    Rule(
        "largest_change_percent",
        "policy_change",
        "The largest change of a face value or an online price, up or down, in percent of what is "
        "live. A price that was 0 has no percentage, so its change is blocked. An online price "
        "counts if the type is sold online before and after.",
        "largest_change_percent = 20",
        "a number from 0, such as 20",
        _amount,
        _changed_too_much,
    ),
    Rule(
        "highest_face_value",
        "policy_face_value",
        "The highest face value of a new type, or after a change of the face value.",
        "highest_face_value = 1000",
        "a number from 0, such as 1000",
        _amount,
        _too_valuable,
    ),
    Rule(
        "most_creates",
        "policy_creates",
        "The most new types of one plan. If there are more, all of them are blocked.",
        "most_creates = 50",
        "a whole number from 0, such as 50",
        _count,
        _too_many,
    ),
    Rule(
        "titles",
        "policy_title",
        "Patterns of which new and changed titles must match one: * means any text, ? any "
        "character; capital letters count.",
        'titles = ["Gift Certificate *", "* (2027)"]',
        f"a list of 1 to {_MOST_PATTERNS} patterns of at most {_LONGEST_PATTERN} characters, such "
        'as ["Gift Certificate *"]',
        _patterns,
        _titled_otherwise,
    ),
    Rule(
        "locations_not_to_lose",
        "policy_location",
        'Ids of locations that no type may lose, or "all": a type stays valid where it is valid.',
        "locations_not_to_lose = [720441, 720442]",
        'a list of ids, such as [720441], or "all"',
        _locations,
        _location_lost,
    ),
    Rule(
        "approval",
        "policy_approval",
        "Which plans another person must approve before they are applied, in a journal that both "
        'share: "all", or "all but undo".',
        'approval = "all"',
        '"all" or "all but undo"',
        _approval,
        lambda _, __: "",  # it is about whole plans: see `asks_for_approval`
    ),
)
"""Every rule, in the order in which a row is judged: the first one broken gives it its code."""
