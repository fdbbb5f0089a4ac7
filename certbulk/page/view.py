"""What the page is shown: the state as JSON-ready values. Texts are texts, never markup."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from certbulk.applying import Status
from certbulk.core.cleaning import clean
from certbulk.core.columns.field import SKIP
from certbulk.core.columns.headers import How
from certbulk.core.file_formats import FILE_FORMATS, suffixes
from certbulk.page.looking.to_approve import given_by
from certbulk.page.mending.columns_view import columns_view
from certbulk.page.mending.edits import WHOLE_ROWS, texts_of
from certbulk.page.mending.meanings import own_columns
from certbulk.page.mending.mend_view import MEND_ROWS, MendTable
from certbulk.page.mending.taken_titles import taken_view
from certbulk.page.state import WRITES, Step
from certbulk.page.tables.narrowing import page_of
from certbulk.page.tables.outcome_rows import outcome_row, outcome_table
from certbulk.page.tables.plan_row import rows_of
from certbulk.page.tables.plan_rows import plan_table
from certbulk.page.texts.by_code import of_ending
from certbulk.page.texts.text import Exact, told
from certbulk.page.transfers import LARGEST, file_to_approve, short_name
from certbulk.planning.approval import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.applying import Outcome, Run
    from certbulk.applying.phases import PhaseSeen
    from certbulk.page.state import State, Waiting, Work
    from certbulk.planning import Plan
    from certbulk.validating import Report

__all__ = ["shown_to_page"]

_LAST = 10


def shown_to_page(state: State) -> dict[str, Any]:
    """Return all that the page needs to draw itself."""
    run = state.run
    return {
        "step": str(state.step),
        "steps": _steps(state),
        "work": _work(state.work) if state.work else None,
        "trouble": told(state.trouble, 600),
        "destinations": [
            {
                "key": destination.key,
                "name": told(destination.name),
                "detail": told(destination.detail),
                "real": destination.real,
                "trouble": told(destination.trouble),
                "profile": destination.profile or "",
                "renews": destination.renews
                or (destination.facts.renews if destination.facts else ""),
                "facts": destination.facts.shown if destination.facts else None,
                "chosen": destination == state.destination,
            }
            for destination in state.destinations
        ],
        "destination": _destination(state),
        "waiting": _waiting(state.waiting) if state.waiting else None,
        "recent": [_recent(run) for run in state.recent],
        "busy": _recent(state.busy) if state.busy else None,
        "accept": ",".join(suffixes()),
        "takes": {
            "formats": list(dict.fromkeys(known.known_as for known in FILE_FORMATS)),
            "megabytes": LARGEST >> 20,
        },
        "sheets": list(state.sheets),
        "report": _report(state, state.report) if state.report is not None else None,
        "columns": _columns(state) if state.step is Step.COLUMNS else None,
        "mend": _mend(state) if state.step is Step.MEND else None,
        "plan": _plan(state, state.plan) if state.plan is not None else None,
        "run": _run(state, run) if run and not state.plan else None,
        "sending": state.sending,
        "renews": state.renews if state.trouble else "",
        "aside": state.aside.shown if state.aside else None,
        "remember": state.waiting.remembered
        if state.waiting
        else {
            "destination": state.destination.key if state.destination else "",
            "run": run.id if run else "",
            "plan": state.awaited,
            "kept": state.kept,
            "paused": state.paused,
        },
    }


def _waiting(waiting: Waiting) -> dict[str, Any]:
    return {"file": short_name(waiting.file), "run": clean(waiting.run, 60)}


def _steps(state: State) -> list[dict[str, Any]]:
    """Return the steps in their order, and whether a person can go back to each."""
    names, now = list(Step), list(Step).index(state.step)
    return [
        {
            "name": str(name),
            "state": "done" if position < now else "now" if position == now else "ahead",
            "can_go": state.can_go(name),
        }
        for position, name in enumerate(names)
    ]


def _destination(state: State) -> dict[str, Any] | None:
    destination = state.destination
    if destination is None:
        return None
    known = (
        next((p.facts for p in state.destinations if p == destination), None) or destination.facts
    )
    title = known.title if known else ""
    return {
        "key": destination.key,
        "name": told(destination.name),
        "real": destination.real,
        "title": title,
    }


def _work(work: Work) -> dict[str, Any]:
    return {
        "name": work.name,
        "words": told(work.words),
        "seconds": time.monotonic() - work.since,
        "cancels": work.cancels,
    }


def _phase(seen: PhaseSeen) -> dict[str, Any]:
    now = time.time()
    phase = seen.at(now)
    return {
        "name": phase.name,
        "rows": phase.rows,
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


def _report(state: State, report: Report) -> dict[str, Any]:
    """Return what the page shows of a report: counts, columns, and what waits for an answer."""
    bad = int(report.refused.sum())
    skipped = int((report.actions == SKIP).sum())
    sheet = state.original.sheet if state.original is not None else report.sheet
    columns = [column for column in sheet.columns if not column.made]
    own = own_columns(sheet)
    unknown = [column.header for column in own if not column.known and column.header]
    codes = {finding.code for finding in report.all_findings}
    return {
        "file": short_name(report.sheet.source),
        "sheet": report.sheet.name or "",
        "rows": len(report),
        "good": len(report) - bad - skipped,
        "bad": bad,
        "skipped": skipped,
        "columns": sum(c.known and c.how is not How.IGNORED for c in columns),
        "pasted": "pasted_rows" in codes,
        "lacks": "missing_column" in codes and "pasted_rows" not in codes,
        "unknown": [clean(header, 60) for header in unknown[:20]],
        "zone": str(report.time_zone),
        "found": len(report.all_findings),
        "errors": len(report.errors),
        "warnings": len(report.warnings),
        "mended": len(texts_of(m for m in state.mended if m.kind not in WHOLE_ROWS)),
        "recalled": state.recalled,
        "unsure": state.unsure,
    }


def _columns(state: State) -> dict[str, Any] | None:
    if state.plain is None or state.report is None:
        return None
    return columns_view(
        state.plain, state.report, state.meanings, state.encoding, recalled=state.recalled
    )


def _mend(state: State) -> dict[str, Any] | None:
    report = state.report
    if report is None:
        return None
    table = MendTable(report, state.mended, state.shown, state.find)
    paged = page_of(state, table.rows, table.row, {}, MEND_ROWS)
    return {
        "groups": table.groups,
        "notes": table.notes,
        "zones": state.zones if state.zone or table.asks_zone else [],
        "certain": table.certain,
        "suggestions": table.suggestions,
        "can_leave_out": table.can_leave_out,
        "ways": table.ways,
        "last": _last_mend(state),
        "rows": {**paged, "shown": table.shown},
    }


def _last_mend(state: State) -> dict[str, Any] | None:
    """Return what can be undone."""
    if not state.mended:
        return None
    last = state.mended[-1]
    count = len(last.rows or last.edits)
    return {"kind": last.kind, "count": count, "row": last.edits[-1].row}


def _plan(state: State, plan: Plan) -> dict[str, Any]:
    """Return what the page shows of a plan before it is sent: counts, cost and warnings."""
    to_send = state.to_send
    return {
        "id": plan.id,
        "undoes": plan.undoes or "",
        "made": plan.made_at.isoformat(),
        "file": short_name(plan.report.sheet.source),
        "counts": {action: n for action, n in plan.counts.items() if n},
        "sends": {action: n for action in WRITES if (n := to_send.counts.get(action, 0))},
        "writes": state.writes,
        "out": len(state.left_out),
        "requests": to_send.requests,
        "seconds": to_send.seconds,
        "budget": to_send.estimate._asdict(),
        "per_second": plan.per_second,
        "per_minute": plan.per_minute,
        "zone": str(plan.report.time_zone),
        "match": state.match_titles,
        "warned": sum(row.warned for row in rows_of(plan)),
        "approval": _approval(state, plan) if plan.needs_approval else None,
        "titles": None if plan.undoes else taken_view(plan, state.titles),
        "table": plan_table(state, plan),
    }


def _approval(state: State, plan: Plan) -> dict[str, Any]:
    """Return whether another person has approved what would be sent, and how one does that."""
    name, given, why = state.approval or Standing("none")
    return {
        "standing": name,
        "what": plan.undoes or f'"{file_to_approve(plan)}"',
        "asked": state.asked,
        "by": given_by(given),
        "why": told(Exact(why, f"plan.approval.{name}")) if why else None,
    }


def _run(state: State, run: Run) -> dict[str, Any]:
    """Return what the page shows of a run: how far it is, what ended how, what can be done."""
    titles = {d.row: d.title for d in run.plan.decisions}
    writes = {d.row for d in run.plan.decisions if d.action in WRITES}
    sent = [o for o in run.outcomes if o.row in writes]
    # While it goes on, a row in flight is unknown to the journal: its answer is still to come.
    left = sum(o.status in ("not_sent", "unknown") for o in sent)
    ended = state.step is not Step.SENDING
    phase = _phase(state.phase) if state.phase else None
    ending = of_ending(run.reason)
    known = sorted((o for o in sent if o.status not in ("not_sent", "unknown")), key=lambda o: o.at)
    return {
        "id": run.id,
        "state": run.state,
        "reason": told(ending) if ending else None,
        "file": short_name(run.plan.report.sheet.source),
        "started": run.started,
        "finished": run.finished,
        "undoes": run.plan.undoes or "",
        "approved": given_by(run.approved),
        "writes": len(sent),
        "done": len(sent) - left,
        "left": left,
        "counts": _counted(run.outcomes if ended else known),
        "ok": run.ok,
        "phase": phase,
        "stopping": state.stopping,
        "paused": state.paused,
        "seconds_left": _seconds_left(state.seconds_left, phase),
        "last": [outcome_row(o, titles[o.row], run.plan) for o in known[: -_LAST - 1 : -1]],
        "verified": run.verified,
        "verifies": run.verifies,
        "table": outcome_table(state, run) if ended else None,
        "undo": ended and not run.plan.undoes and _did_something(run),
    }


def _counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    counts = Counter(outcome.status for outcome in outcomes)
    return {str(status): counts[status] for status in Status if counts[status]}


def _did_something(run: Run) -> bool:
    return any(outcome.status in ("created", "updated") for outcome in run.outcomes)
