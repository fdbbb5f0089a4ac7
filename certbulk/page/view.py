"""What the page is shown: the state as JSON-ready values. Texts are texts, never markup."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

import certbulk as cb
from certbulk.core.cleaning import clean
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.file_formats import FILE_FORMATS, either, suffixes
from certbulk.core.results.result_codes import RESULT_CODES, WARNINGS
from certbulk.page.state import WRITES, Step
from certbulk.page.transfers import LARGEST, short_name
from certbulk.planning.plan import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from certbulk.applying.phases import PhaseSeen
    from certbulk.page.state import State, Work

__all__ = ["PER_PAGE", "rows_shown", "shown_to_page"]

PER_PAGE = 30
_LONGEST = 300
_LAST = 4
_Item = TypeVar("_Item")
_GOOD = ("created", "updated", "unchanged", "skipped", "deleted")


def shown_to_page(state: State) -> dict[str, Any]:
    """Return all that the page needs to draw itself."""
    run = state.run
    return {
        "step": str(state.step),
        "work": _work(state.work) if state.work else None,
        "trouble": clean(state.trouble, 600),
        "places": [
            {
                "key": place.key,
                "name": place.name,
                "detail": place.detail,
                "real": place.real,
                "trouble": clean(place.trouble),
                "chosen": place == state.place,
            }
            for place in state.places
        ],
        "place": _place(state),
        "recent": [_recent(run) for run in state.recent],
        "busy": _recent(state.busy) if state.busy else None,
        "accept": ",".join(suffixes()),
        "takes": f"{either(known.known_as for known in FILE_FORMATS)}, up to {LARGEST >> 20} MB.",
        "sheets": list(state.sheets),
        "report": _report(state, state.report) if state.report is not None else None,
        "plan": _plan(state, state.plan) if state.plan is not None else None,
        "run": _run(state, run) if run and not state.plan else None,
        "sending": state.sending,
        "remember": {
            "place": state.place.key if state.place else "",
            "run": run.id if run else "",
            "plan": state.awaited,
            "kept": state.kept,
            "paused": state.paused,
        },
    }


def _place(state: State) -> dict[str, Any] | None:
    place = state.place
    if place is None:
        return None
    return {"key": place.key, "name": place.name, "real": place.real}


def _work(work: Work) -> dict[str, Any]:
    seconds = time.monotonic() - work.since
    return {"name": work.name, "words": work.words, "seconds": seconds, "cancels": work.cancels}


def _phase(seen: PhaseSeen) -> dict[str, Any]:
    now = time.time()
    phase = seen.at(now)
    return {
        "name": phase.name,
        "words": phase._replace(wait=0.0).doing,
        "seconds": max(0.0, now - seen.since),
        "left": phase.wait or None,
    }


def _seconds_left(rows: float | None, phase: dict[str, Any] | None) -> float | None:
    """Return the seconds for the rows that are left, and for a wait before them.

    None if nobody knows: how long it takes to verify depends on how much is live.
    """
    if rows is None or phase is None:
        return rows
    return None if phase["name"] == "verifying" else rows + (phase["left"] or 0.0)


def _recent(run: dict[str, Any]) -> dict[str, Any]:
    names = ("run", "started", "state")
    return {**{name: run[name] for name in names}, "file": short_name(run["source"])}


def _report(state: State, report: cb.Report) -> dict[str, Any]:
    bad = int(report.refused.sum())
    columns = [column for column in report.sheet.columns if not column.made]
    unknown = [column.header for column in columns if not column.known and column.header]
    counts = {"error": len(report.errors), "warning": len(report.warnings)}
    codes = {finding.code for finding in report.all_findings}
    found = [f for f in report.all_findings if state.shown in ("", str(f.severity))]
    return {
        "file": short_name(report.sheet.source),
        "sheet": report.sheet.name or "",
        "rows": len(report),
        "good": len(report) - bad,
        "bad": bad,
        "columns": sum(column.known for column in columns),
        "pasted": "pasted_rows" in codes,
        "lacks": "missing_column" in codes and "pasted_rows" not in codes,
        "unknown": [clean(header, 60) for header in unknown[:20]],
        "zone": str(report.time_zone),
        "found": len(report.all_findings),
        "findings": _page(state, found, _finding, counts) if state.step is Step.FILE else None,
    }


def _finding(finding: cb.Finding) -> dict[str, Any]:
    return {
        "row": finding.row,
        "cell": finding.cell or "",
        "field": _label(finding.field) if finding.field else "",
        "kind": str(finding.severity),
        "value": clean(finding.value or "", 80),
        "text": clean(finding.message, _LONGEST),
        "suggestion": clean(finding.suggestion or "", 80),
    }


def _plan(state: State, plan: cb.Plan) -> dict[str, Any]:
    to_send = state.to_send
    places = {row: place for place, row in enumerate(plan.report.sheet.rows.tolist())}

    def row(decision: cb.RowDecision) -> dict[str, Any]:
        return {
            "row": decision.row,
            "kind": str(decision.action),
            "id": decision.id,
            "title": clean(decision.title, 120),
            "text": clean(decision.message, _LONGEST),
            "changes": _changes(plan.report, places[decision.row], decision),
            "tick": decision.action in WRITES,
            "send": decision.row not in state.left_out,
        }

    return {
        "undoes": plan.undoes or "",
        "made": plan.made_at.isoformat(),
        "file": short_name(plan.report.sheet.source),
        "counts": {action: n for action, n in plan.counts.items() if n},
        "writes": state.writes,
        "out": len(state.left_out),
        "requests": to_send.requests,
        "seconds": to_send.seconds,
        "pace": f"{plan.per_second:g} a second and {plan.per_minute} a minute",
        "zone": str(plan.report.time_zone),
        "match": state.match_titles,
        "rows": _page(state, rows_shown(state), row, plan.counts),
    }


def rows_shown(state: State) -> list[cb.RowDecision]:
    """Return the rows of the plan that its table is narrowed to, on all its pages."""
    plan = state.plan
    if plan is None:
        return []
    return [
        decision
        for decision in plan.decisions
        if state.shown in ("", str(decision.action)) and _fits(state.find, decision.title)
    ]


def _changes(report: cb.Report, place: int, decision: cb.RowDecision) -> list[list[str]]:
    """Return [label, old, new] of each field; old is empty for a type that is created."""
    if decision.action == "create":
        values = report.values(place).items()
        return [[_label(name), "", _said(name, value)] for name, value in values if name != "title"]
    return [
        [_label(name), _said(name, old), _said(name, new)]
        for name, (old, new) in decision.changes.items()
    ]


def _label(name: str) -> str:
    return BY_NAME[name].label


def _said(name: str, value: Any) -> str:
    return clean(shown(name, value), 120)


def _run(state: State, run: cb.Run) -> dict[str, Any]:
    titles = {d.row: d.title for d in run.plan.decisions}
    writes = {d.row for d in run.plan.decisions if d.action in WRITES}
    sent = [o for o in run.outcomes if o.row in writes]
    # While it goes on, a row in flight is unknown to the journal: its answer is still to come.
    left = sum(o.status in ("not_sent", "unknown") for o in sent)
    look = [o for o in run.outcomes if o.status not in _GOOD or o.code in WARNINGS]
    narrowed = [
        o for o in look if state.shown in ("", str(o.status)) and _fits(state.find, titles[o.row])
    ]

    def row(outcome: cb.Outcome) -> dict[str, Any]:
        return {
            "row": outcome.row,
            "kind": str(outcome.status),
            "id": outcome.id,
            "title": clean(titles[outcome.row], 120),
            "text": clean(outcome.message, _LONGEST),
            "todo": _todo(outcome.code),
        }

    ended = state.step is not Step.SENDING
    phase = _phase(state.phase) if state.phase else None
    known = sorted((o for o in sent if o.status not in ("not_sent", "unknown")), key=lambda o: o.at)
    return {
        "id": run.id,
        "state": run.state,
        "reason": _sentence(run.reason),
        "file": short_name(run.plan.report.sheet.source),
        "started": run.started,
        "finished": run.finished,
        "undoes": run.plan.undoes or "",
        "writes": len(sent),
        "done": len(sent) - left,
        "left": left,
        "counts": _counted(run.outcomes if ended else known),
        "ok": run.ok,
        "phase": phase,
        "stopping": state.stopping,
        "paused": state.paused,
        "seconds_left": _seconds_left(state.seconds_left, phase),
        "last": [row(outcome) for outcome in known[: -_LAST - 1 : -1]],
        "rows": _page(state, narrowed, row, _counted(look)) if ended else None,
        "undo": ended and not run.plan.undoes and _did_something(run),
    }


def _sentence(reason: str) -> str:
    plain = clean(reason).removesuffix(".")
    return f"{plain[:1].upper()}{plain[1:]}." if plain else ""


def _counted(outcomes: Iterable[cb.Outcome]) -> dict[str, int]:
    counts = Counter(outcome.status for outcome in outcomes)
    return {str(status): counts[status] for status in cb.Status if counts[status]}


def _did_something(run: cb.Run) -> bool:
    return any(outcome.status in ("created", "updated") for outcome in run.outcomes)


def _todo(code: str) -> str:
    return RESULT_CODES[code].what_to_do if code in RESULT_CODES else ""


def _fits(find: str, title: str) -> bool:
    return find.casefold() in title.casefold()


def _page(
    state: State,
    items: Sequence[_Item],
    row_of: Callable[[_Item], dict[str, Any]],
    counts: dict[str, int],
) -> dict[str, Any]:
    """Return one page of a table, with the filters that there are."""
    pages = max(1, -(-len(items) // PER_PAGE))
    page = min(state.page, pages - 1)
    return {
        "rows": [row_of(item) for item in items[page * PER_PAGE : (page + 1) * PER_PAGE]],
        "count": len(items),
        "page": page,
        "pages": pages,
        "shown": state.shown,
        "find": state.find,
        "filters": {kind: n for kind, n in counts.items() if n},
    }
