"""A plan: old → new per row, and the requests and the time that it needs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certbulk.core.counting import counted, lasting
from certbulk.core.findings.code import Severity
from certbulk.core.findings.finding import quoted
from certbulk.core.payload import values_of_body
from certbulk.displays.changes import change_lines
from certbulk.displays.markup import Html, on_lines, tag
from certbulk.displays.parts import (
    MOST_LINES,
    RowNames,
    chips,
    choose,
    long_table,
    more_lines,
    number_cell,
    page,
    signed,
    text_cell,
    word_cell,
)
from certbulk.displays.report import finding_lines
from certbulk.displays.style import tone_style
from certbulk.planning.in_words import changes_in_words, shown
from certbulk.planning.plan import WRITES, Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.planning import Plan, RowDecision

__all__ = ["approval", "html", "text"]

_ORDER = (Action.BLOCKED, Action.INVALID, Action.UPDATE, Action.DELETE, Action.CREATE)
_WARNED = "with warnings"
_SHOWN_OF_NEW = ("balance", "item_type_id", "salon_ids", "online_sale_price")


def html(plan: Plan) -> Html:
    """Return counts, requests and time, and the rows that would be changed or are refused."""
    sheet, warnings, names = plan.report.sheet, _warnings(plan), RowNames(plan.report.sheet)
    beside: dict[int | None, list[Finding]] = defaultdict(list)
    for warning in warnings:
        beside[warning.row].append(warning)
    rows = {decision.row for decision in plan.decisions}
    elsewhere = [warning for warning in warnings if warning.row not in rows]

    def cells(decision: RowDecision) -> Iterable[Html]:
        yield from names.cells(decision.row)
        yield word_cell(str(decision.action))
        yield number_cell(decision.id)
        yield text_cell(decision.title)
        noted = map(_warning, beside.get(decision.row, ()))
        yield text_cell(on_lines([*_what(decision, plan.report.directory), *noted]), wide=True)

    def kind(decision: RowDecision) -> str:
        warned = decision.row in beside and decision.action in WRITES
        return _WARNED if warned else decision.action

    return page(
        tag(
            "p",
            tag("strong", f"{_what_it_is(plan)} for "),
            f"{sheet.origin}: {counted(len(plan.decisions), 'row')} "
            f"on chain {plan.chain_id} at {_host(plan)}",
        ),
        *(tag("p", tag("strong", line)) for line in (*_made_elsewhere(plan), *approval(plan))),
        chips(plan.counts),
        *(tag("p", why) for why in _why_none(plan)),
        tag("p", _budget(plan)),
        *map(_warning, elsewhere[:MOST_LINES]),
        long_table(
            [*names.heads, "action", "id", "title", "what is to be done"],
            plan.decisions,
            cells,
            choose(list(map(kind, plan.decisions)), (_WARNED, *_ORDER)),
            where="plan.frame",
            filters="action",
        ),
        tag("p", f"{counted(len(warnings), 'warning')}. All: plan.findings") if warnings else None,
    )


def text(plan: Plan, more: str = "") -> list[str]:
    """Return the plan in words; `more` says where the rest is, by default the plan's attributes."""
    more_findings = more or "plan.findings has them all"
    more = more or "plan.frame has them all"
    sheet = plan.report.sheet
    where = f"chain {plan.chain_id}, {plan.base_url}"
    rows = counted(len(plan.decisions), "row")
    width = max(map(len, plan.counts))
    zone = plan.report.time_zone

    def changes(decision: RowDecision) -> str:
        return changes_in_words(decision.changes, plan.report.directory)

    lines = [
        f"{_what_it_is(plan)} for {sheet.origin}: {rows}, {where}",
        *_made_elsewhere(plan),
        *approval(plan),
        *(f"  {action:{width}}  {count:,}" for action, count in plan.counts.items()),
        *_why_none(plan),
        _budget(plan),
        *([] if plan.undoes else [f"Dates without a time zone are taken in {zone}."]),
        *_decision_lines(plan, Action.UPDATE, "Updates", changes, more),
        *_successor_lines(plan, changes, more),
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


def approval(plan: Plan) -> list[str]:
    """Return that another person must approve the plan; nothing for one that needs none."""
    said = "The policy asks for the approval of another person before this plan is applied."
    return [said] if plan.needs_approval else []


def _warnings(plan: Plan) -> list[Finding]:
    """Return the warnings of a plan: first those that only the plan can know."""
    found = () if plan.undoes else plan.report.warnings
    return [*plan.cautions, *found]


def _why_none(plan: Plan) -> list[str]:
    """Return why a plan has no rows; nothing if it has some."""
    errors = [] if plan.decisions else plan.all_findings
    return [f"{f.code}: {f.message}" for f in errors if f.severity is Severity.ERROR]


def _decision_lines(
    plan: Plan, action: Action, heading: str, say: Callable[[RowDecision], str], more: str
) -> Iterable[str]:
    """Yield the rows with this action in words, the first ones if they are many."""
    rows = [decision for decision in plan.decisions if decision.action is action]
    yield from _lines_of(plan, rows, heading, say, more)


def _successor_lines(plan: Plan, changes: Callable[[RowDecision], str], more: str) -> Iterable[str]:
    """Yield the successors of issued types: after which type they come, and what is different."""
    rows = [d for d in plan.decisions if d.action is Action.CREATE and d.replaces is not None]
    return _lines_of(plan, rows, "Successors", lambda d: f"{d.message} {changes(d)}", more)


def _lines_of(
    plan: Plan, rows: list[RowDecision], heading: str, say: Callable[[RowDecision], str], more: str
) -> Iterable[str]:
    if rows:
        yield f"{heading}:"
    name = plan.report.sheet.row_name
    yield from (f"  row {name(row.row)}  {row.title}  {say(row)}" for row in rows[:MOST_LINES])
    yield from more_lines(len(rows) - MOST_LINES, more)


def _budget(plan: Plan) -> str:
    pace = f"{plan.per_second:g} a second and {plan.per_minute} a minute"
    return f"{counted(plan.requests, 'request')}, about {lasting(plan.seconds)} at {pace}."


def _host(plan: Plan) -> str:
    return urlsplit(plan.base_url).netloc or plan.base_url


def _warning(finding: Finding) -> Html:
    """Return a line about a warning, with the column that it is about."""
    field, message = finding.field, finding.message
    words = f"{field}: {message}" if field and quoted(field) not in message else message
    return tag(
        "div",
        tag("span", signed("warning", words), style=tone_style("warning")),
        f" ({finding.code})",
    )


def _what(decision: RowDecision, names: Directory) -> Iterable[Html | str]:
    """Yield what will be done with a row: old → new, the new type, or why nothing."""
    if decision.message and decision.action not in WRITES:
        yield f"{decision.code}: {decision.message}" if decision.code else decision.message
        return
    if decision.action not in WRITES:
        return
    if decision.message:
        yield tag("div", decision.message)
    if decision.action is Action.CREATE and not decision.changes:
        values = values_of_body(decision.body or {})
        said = {name: shown(name, value, names) for name, value in values.items() if value}
        first = [f"{name}: {said.pop(name)}" for name in _SHOWN_OF_NEW if name in said]
        said.pop("title", None)
        rest = [f"{name}: {words}" for name, words in said.items()]
        yield tag("details", on_lines([tag("summary", "; ".join(first)), "; ".join(rest)]))
    yield from change_lines(decision.changes, names)
