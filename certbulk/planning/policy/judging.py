"""The rules of the house: limits that a team sets once, in `policy.toml`, for every plan.

A row that breaks a rule is blocked. One table, `RULES`, is what the file is read with, what rows
are judged by, and what the reference page is made from. Everything here is a pure function; the
file is found and read in `policy_file.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import quoted
from certbulk.core.payload import differences, values_of, values_of_body
from certbulk.core.suggestions import nearest_word
from certbulk.planning.plan import WRITES, Action
from certbulk.planning.policy.rules import RULES, PolicyRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from certbulk.planning.plan import RowDecision
    from certbulk.planning.policy.rules import Rule

__all__ = ["Policy", "judged", "policy_of"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force.

    Attributes:
        limits: The values of the rules by key; a rule that has none does not apply.
        path: The file, which may be missing: whoever may write to it can change the rules.
        sha256: The checksum of the file, which a plan records; empty without a policy.
    """

    limits: Mapping[str, Any]
    path: str = ""
    sha256: str = ""


_BY_KEY = {rule.key: rule for rule in RULES}


def policy_of(document: Mapping[str, Any], path: str = "", sha256: str = "") -> Policy:
    """Return the policy that a document such as that of a TOML file is.

    Raises:
        ValueError: It has an unknown key or an impossible value; the message names it.

    Example:
        >>> policy_of({"most_creates": 50}).limits
        {'most_creates': 50}
        >>> policy_of({"most_create": 50})
        Traceback (most recent call last):
        ...
        ValueError: There is no rule most_create. Did you mean most_creates?
    """
    limits = {}
    for key, raw in document.items():
        rule = _BY_KEY.get(key)
        if rule is None:
            near = nearest_word(key.casefold(), _BY_KEY)
            hint = f"Did you mean {near}?" if near else f"Use {', '.join(_BY_KEY)}."
            raise ValueError(f"There is no rule {quoted(key)[1:-1]}. {hint}")
        try:
            limits[key] = rule.read(raw)
        except ValueError:
            raise ValueError(f"{key} must be {rule.takes}.") from None
    return Policy(limits, path, sha256)


def judged(
    decisions: Sequence[RowDecision],
    policy: Policy,
    called: Callable[[str], str] = lambda name: BY_NAME[name].label,
) -> tuple[RowDecision, ...]:
    """Return the decisions; those that would be sent and break a rule are blocked.

    What is judged is the body that would be sent, compared with the live record (`before`) from
    which it was made. Decisions that send nothing stay as they are.

    Args:
        decisions: The decisions of one plan.
        policy: The rules.
        called: Returns what the person's sheet calls a column.

    Example:
        >>> from certbulk.planning.plan import RowDecision
        >>> row = RowDecision(2, Action.CREATE, title="Gift", body={"title": "Gift", "balance": 70})
        >>> decision = judged([row], policy_of({"highest_face_value": 50}, "/etc/policy.toml"))[0]
        >>> decision.action, decision.code
        (<Action.BLOCKED: 'blocked'>, 'policy_face_value')
        >>> print(decision.message)
        "Face value" would be 70 (policy: highest_face_value = 50). To change a rule, ask ...
    """
    if not policy.limits:
        return tuple(decisions)
    creates = sum(decision.action is Action.CREATE for decision in decisions)
    return tuple(
        _judged(decision, policy, creates, called)
        if decision.action in WRITES and decision.body
        else decision
        for decision in decisions
    )


def _judged(
    decision: RowDecision, policy: Policy, creates: int, called: Callable[[str], str]
) -> RowDecision:
    """Return a decision, blocked if the row breaks a rule of the policy."""
    old = values_of(decision.before or decision.predecessor or {})
    new = values_of_body(decision.body or {})
    is_new = decision.action is Action.CREATE
    changed = frozenset(new if is_new else differences(new, old))
    row = PolicyRow(old, new, changed, creates if is_new else 0, called)
    broken = [*_broken(policy, row)]
    if not broken:
        return decision
    words = "; ".join(
        f"{words} (policy: {rule.key} = {_as_written(policy.limits[rule.key])})"
        for rule, words in broken
    )
    ask = f"To change a rule, ask whoever may edit {policy.path}."
    which = f"The successor of {decision.replaces}: " if decision.replaces is not None else ""
    said = words if which else f"{words[0].upper()}{words[1:]}"
    return replace(
        decision,
        action=Action.BLOCKED,
        code=broken[0][0].code,
        message=f"{which}{said}. {ask}",
        body=None,
        before=None,
    )


def _broken(policy: Policy, row: PolicyRow) -> Iterable[tuple[Rule, str]]:
    for rule in RULES:
        if rule.key in policy.limits and (words := rule.broken(policy.limits[rule.key], row)):
            yield rule, words


def _as_written(limit: Any) -> str:
    """Return the value of a rule as it is in the file."""
    if isinstance(limit, frozenset):
        return str(sorted(limit))
    if isinstance(limit, dict):
        return "[" + ", ".join(map(quoted, limit)) + "]"
    return f'"{limit}"' if isinstance(limit, str) else str(limit)
