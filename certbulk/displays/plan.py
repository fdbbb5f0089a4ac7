"""A plan: old → new per row, and the requests and the time that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from certbulk.core.counting import counted, lasting
from certbulk.core.findings.code import Severity
from certbulk.core.payload import values_of_body
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    chips,
    cut,
    in_words,
    more_lines,
    note,
    number_cell,
    page,
    table,
    word_cell,
)
from certbulk.displays.report import finding_lines
from certbulk.planning.plan import WRITES, Action, changes_in_words, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from certbulk.core.findings.finding import Finding
    from certbulk.core.places.directory import Directory
    from certbulk.planning import Plan, RowDecision

__all__ = ["html", "old_to_new", "text"]

MOST_LINES = 20

_ORDER = (Action.BLOCKED, Action.INVALID, Action.UPDATE, Action.DELETE, Action.CREATE)
_SHOWN_OF_NEW = ("balance", "item_type_id", "salon_ids", "online_sale_price")


def html(plan: Plan) -> Html:
    """Return counts, requests and time, and the rows that would be changed or are refused."""
    rows, hidden = cut(plan.decisions, lambda decision: decision.action, _ORDER)
    sheet, warnings = plan.report.sheet, _warnings(plan)
    return page(
        tag(
            "p",
            tag("strong", f"{_what_it_is(plan)} for "),
            f"{sheet.origin}: {counted(len(plan.decisions), 'row')} "
            f"on chain {plan.chain_id} at {_host(plan)}",
        ),
        *(tag("p", tag("strong", line)) for line in _made_elsewhere(plan)),
        chips(plan.counts),
        *(tag("p", why) for why in _why_none(plan)),
        tag("p", _budget(plan)),
        table(
            ["row", "action", "id", "title", "what is to be done"],
            ([*_cells(decision, plan.report.directory)] for decision in rows),
            stacks=True,
        )
        if rows
        else None,
        note(in_words(hidden, "plan.frame")),
        tag("p", counted(len(warnings), "warning"), ": see plan.report") if warnings else None,
    )


def text(plan: Plan, more: str = "") -> list[str]:
    """Return the plan in words; `more` says where the rest is, by default the plan's attributes."""
    more_findings = more or "plan.report.findings has them all"
    more = more or "plan.frame has them all"
    sheet = plan.report.sheet
    where = f"chain {plan.chain_id}, {plan.base_url}"
    rows = counted(len(plan.decisions), "row")
    width = max(map(len, plan.counts))
    zone = plan.report.time_zone

    def changes(decision: RowDecision) -> str:
        return changes_in_words(decision, plan.report.directory)

    lines = [
        f"{_what_it_is(plan)} for {sheet.origin}: {rows}, {where}",
        *_made_elsewhere(plan),
        *(f"  {action:{width}}  {count:,}" for action, count in plan.counts.items()),
        *_why_none(plan),
        _budget(plan),
        *([] if plan.undoes else [f"Dates without a time zone are taken in {zone}."]),
        *_decision_lines(plan, Action.UPDATE, "Updates", changes, more),
        *_decision_lines(plan, Action.DELETE, "Deletions", lambda d: f"id {d.id}", more),
    ]
    for action, heading in ((Action.BLOCKED, "Blocked"), (Action.INVALID, "Invalid")):
        lines += _decision_lines(plan, action, heading, lambda d: f"{d.code}: {d.message}", more)
    if warnings := _warnings(plan):
        lines += ["Warnings:", *finding_lines(warnings, more_findings)]
    return lines


def _what_it_is(plan: Plan) -> str:
    return "Undo" if plan.undoes else "Plan"


def _made_elsewhere(plan: Plan) -> list[str]:
    """Return that somebody else made the plan; nothing for one that was made here."""
    return [f"This plan was made elsewhere: {plan.made_elsewhere}."] if plan.made_elsewhere else []


def _warnings(plan: Plan) -> list[Finding]:
    return [finding for finding in plan.findings if finding.severity is Severity.WARNING]


def _why_none(plan: Plan) -> list[str]:
    """Return why a plan has no rows; nothing if it has some."""
    errors = [] if plan.decisions else plan.findings
    return [f"{f.code}: {f.message}" for f in errors if f.severity is Severity.ERROR]


def _decision_lines(
    plan: Plan, action: Action, heading: str, say: Callable[[RowDecision], str], more: str
) -> Iterable[str]:
    """Yield the rows with this action in words, the first ones if they are many."""
    rows = [decision for decision in plan.decisions if decision.action is action]
    if rows:
        yield f"{heading}:"
    yield from (f"  row {row.row}  {row.title}  {say(row)}" for row in rows[:MOST_LINES])
    yield from more_lines(len(rows) - MOST_LINES, more)


def _budget(plan: Plan) -> str:
    pace = f"{plan.per_second:g} a second and {plan.per_minute} a minute"
    return f"{counted(plan.requests, 'request')}, about {lasting(plan.seconds)} at {pace}."


def _host(plan: Plan) -> str:
    return urlsplit(plan.base_url).netloc or plan.base_url


def _cells(decision: RowDecision, names: Directory) -> Iterable[Html]:
    action = str(decision.action)
    yield number_cell(decision.row)
    yield word_cell(action)
    yield number_cell(decision.id)
    yield tag("td", decision.title)
    yield tag("td", *_what(decision, names), class_="cb-wide")


def _what(decision: RowDecision, names: Directory) -> Iterable[Html | str]:
    """Yield what will be done with a row: old → new, the new type, or why nothing."""
    if decision.message:
        yield f"{decision.code}: {decision.message}" if decision.code else decision.message
        return
    if decision.action not in WRITES:
        return
    if decision.action is Action.CREATE:
        values = values_of_body(decision.body or {})
        words = [
            f"{name}: {shown(name, values[name], names)}"
            for name in _SHOWN_OF_NEW
            if values.get(name)
        ]
        yield tag("span", "; ".join(words), class_="cb-muted")
    yield from old_to_new(decision.changes, names)


def old_to_new(changes: Mapping[str, tuple[Any, Any]], names: Directory) -> list[Html]:
    """Return a line for each changed field: old → new, with names instead of ids if known."""
    return [
        tag(
            "div",
            f"{field}: ",
            tag("del", shown(field, old, names)),
            " → ",
            tag("ins", shown(field, new, names)),
        )
        for field, (old, new) in changes.items()
    ]
