"""Rows that are blocked as their title is live or in another row: what a person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from certbulk.core.cleaning import clean
from certbulk.page.texts.by_code import of_decisions
from certbulk.page.texts.text import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certbulk.planning import Plan, RowDecision
    from certbulk.validating import Report


__all__ = ["TitleChoice", "choices_for_plan", "decided", "taken_rows", "taken_view"]

CREATE: Literal["create"] = "create"
_MOST = 200
"""How many rows are asked about at once; the others follow once these are decided."""


class TitleChoice(NamedTuple):
    """What is to become of a row: the id of the live type to change, `create`, or `leave`.

    It is for this title: if the row gets another one, nothing is decided.
    """

    row: int
    title: str
    choice: int | str


def taken_rows(plan: Plan) -> list[RowDecision]:
    """Return the rows that wait for a decision, or have been left out by one."""
    return [decision for decision in plan.decisions if decision.code == "title_exists"]


def decided(
    plan: Plan, before: Iterable[TitleChoice], said: Mapping[int, int | str]
) -> tuple[TitleChoice, ...]:
    """Return what was decided so far, with what a person says now of rows of this plan."""
    kept = {choice.row: choice for choice in before}
    for decision in plan.decisions:
        choice = said.get(decision.row)
        if choice is None or (decision.code != "title_exists" and decision.row not in kept):
            continue
        if choice in (CREATE, "leave") or choice in decision.titled:
            kept[decision.row] = TitleChoice(decision.row, decision.title, choice)
        elif choice == "ask":
            kept.pop(decision.row, None)
    return tuple(kept.values())


def choices_for_plan(
    report: Report, choices: Iterable[TitleChoice]
) -> dict[int, int | Literal["create"]]:
    """Return what the planner is told of rows whose title is still the one that was decided on."""
    titles = report.columns.get("title")
    now = dict(zip(report.sheet.rows.tolist(), titles, strict=True)) if titles is not None else {}
    told: dict[int, int | Literal["create"]] = {}
    for row, title, choice in choices:
        if now.get(row) != title:
            continue
        if isinstance(choice, int):
            told[row] = choice
        elif choice == CREATE:
            told[row] = CREATE
    return told


def taken_view(plan: Plan, choices: Iterable[TitleChoice]) -> dict[str, Any] | None:
    """Return what the page shows of them; None if there are none and never were."""
    made = {choice.row: choice for choice in choices}
    waiting = taken_rows(plan)
    titles = {decision.row: decision.title for decision in plan.decisions}
    kept = [c for c in made.values() if titles.get(c.row) == c.title]
    if not waiting and not kept:
        return None
    left = {c.row for c in kept if c.choice == "leave"}
    said = of_decisions(plan)
    return {
        "waiting": sum(decision.row not in left for decision in waiting),
        "more": max(0, len(waiting) - _MOST),
        "decided": [choice.row for choice in kept],
        "rows": [
            {
                "row": decision.row,
                "title": clean(decision.title, 120),
                "ids": list(decision.titled),
                "why": told(said[decision.row]),
                "choice": "leave" if decision.row in left else "",
            }
            for decision in waiting[:_MOST]
        ],
    }
