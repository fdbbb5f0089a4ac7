"""A run: its progress, its outcomes, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.api.pacing.pace import duration
from certbulk.applying.history import service_name
from certbulk.applying.outcome import CONTRADICTED, NOT_LOOKED, WARNINGS, Status
from certbulk.core.counting import counted, lasting
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    MOST_LINES,
    RowNames,
    chip,
    chips,
    choose,
    long_table,
    more_lines,
    number_cell,
    page,
    text_cell,
    word_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.applying import Outcome, Run

__all__ = ["head", "html", "kept_back", "left_to_send", "text", "to_check"]

_ORDER = (
    Status.FAILED,
    Status.UNKNOWN,
    Status.BLOCKED,
    Status.INVALID,
    Status.UPDATED,
    Status.DELETED,
    Status.CREATED,
    Status.NOT_SENT,
)
_NOT_SENT = (Status.INVALID, Status.BLOCKED, Status.NOT_SENT)


def html(run: Run) -> Html:
    """Return the state, the counts, and the rows to check first."""
    titles = {decision.row: decision.title for decision in run.plan.decisions}
    sheet, names = run.plan.report.sheet, RowNames(run.plan.report.sheet)

    def cells(outcome: Outcome) -> Iterable[Html]:
        yield from names.cells(outcome.row)
        yield from _cells(outcome, titles.get(outcome.row, ""))

    return page(
        tag(
            "p",
            tag("strong", f"Run {run.id} "),
            chip(run.state, run.state),
            f" {run.reason}" if run.reason else None,
        ),
        tag(
            "p",
            f"{sheet.origin}: {counted(len(run.outcomes), 'row')} on chain {run.plan.chain_id} at "
            f"{service_name(run.plan.base_url)}, started {_moment(run.started)}"
            + (f", ended {_moment(run.finished)}" if run.finished else ""),
        ),
        chips(run.counts),
        _verified(run),
        tag("p", _next(run)) if _next(run) else None,
        long_table(
            [*names.heads, "status", "id", "title", "tries", "why"],
            run.outcomes,
            cells,
            choose([outcome.status for outcome in run.outcomes], _ORDER),
            where="run.frame",
            filters="status",
        ),
    )


def _verified(run: Run) -> Html | None:
    """Return what is live, for the rows that were sent."""
    counts = {name.replace("_", " "): number for name, number in run.verified.items()}
    return chips(counts, "Live: ")


def text(run: Run, more: str = "run.frame has them all") -> list[str]:
    """Return the run in words; `more` says where the other rows are."""
    lines, bad, name = head(run), to_check(run), run.plan.report.sheet.row_name
    if bad:
        lines.append("Check these rows:")
        lines += [
            f"  row {name(o.row)}  {o.status}  {o.code}: {o.message}" for o in bad[:MOST_LINES]
        ]
        lines += more_lines(len(bad) - MOST_LINES, more)
    return lines


def kept_back(run: Run) -> dict[str, list[Outcome]]:
    """Return the rows that made the exit code, besides those in `to_check`, by a heading.

    They are those that were not sent, and those that were not checked at the end.
    """
    shown = set(map(id, to_check(run)))
    not_sent = [one for one in run.outcomes if one.status in _NOT_SENT]
    unchecked = [
        one
        for one in run.outcomes
        if run.verifies and one.verified == NOT_LOOKED and id(one) not in shown
    ]
    return {"Not sent:": not_sent, "Not checked at the end:": unchecked}


def head(run: Run) -> list[str]:
    """Return the state of the run, and how many rows ended how."""
    counts = {status: count for status, count in run.counts.items() if count}
    width = max(map(len, counts), default=0)
    lines = [f"Run {run.id} {run.state}" + (f": {run.reason}" if run.reason else "")]
    lines += [f"  {status:{width}}  {count:,}" for status, count in counts.items()]
    lines += [f"Approved by {run.approved.in_words}"] if run.approved else []
    if any(run.verified.values()):
        shown = [f"{n:,} {name.replace('_', ' ')}" for name, n in run.verified.items() if n]
        lines.append(f"What is live, for the rows that were sent: {', '.join(shown)}")
    return lines


def to_check(run: Run) -> list[Outcome]:
    """Return the rows that a person has to look at, in the order of the sheet."""
    return [
        o
        for o in run.outcomes
        if o.status in (Status.FAILED, Status.UNKNOWN)
        or o.code in WARNINGS
        or o.verified in CONTRADICTED
    ]


def left_to_send(run: Run) -> int:
    """Return the number of rows without a final outcome."""
    return sum(o.status in (Status.NOT_SENT, Status.UNKNOWN) for o in run.outcomes)


def _next(run: Run) -> str:
    """Return what to do about a run that has not ended well; empty for one that has."""
    if run.state == "running":
        left = left_to_send(run)
        seconds = duration(left, run.plan.per_second, run.plan.per_minute)
        rest = f"{counted(left, 'row')} to go, about {lasting(seconds)} at its pace"
        return (
            f"It is running in another process, {rest}. "
            f'Follow it with: cb.attach("{run.id}", follow=True)'
        )
    if run.state in ("stopped", "interrupted"):
        return f'To resume it: cb.resume("{run.id}", client)'
    if run.counts["unknown"]:
        return f'Check the unknown rows again with: cb.resume("{run.id}", client)'
    return ""


def _moment(text: str) -> str:
    """Return an ISO moment in UTC without its fraction."""
    return f"{text[:19].replace('T', ' ')} UTC"


def _cells(outcome: Outcome, title: str) -> Iterable[Html]:
    yield word_cell(str(outcome.status))
    yield number_cell(outcome.id)
    yield text_cell(title)
    yield number_cell(outcome.attempts if outcome.attempts > 1 else None)
    why = f"{outcome.code}: {outcome.message}" if outcome.code else outcome.message
    yield text_cell(why, wide=bool(why))
