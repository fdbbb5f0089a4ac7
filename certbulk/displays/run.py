"""A run: its progress, its outcomes, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.api.pace import duration
from certbulk.applying.history import service_name
from certbulk.applying.outcome import CONTRADICTED, WARNINGS, Status
from certbulk.core.counting import counted, lasting
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    chips,
    cut,
    in_words,
    more_lines,
    note,
    number_cell,
    page,
    signed,
    table,
    tone_class,
    word_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certbulk.applying import Outcome, Run

__all__ = ["html", "left_to_send", "text"]

MOST_LINES = 20

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


def html(run: Run) -> Html:
    """Return the state, the counts, and the rows to check first."""
    rows, hidden = cut(run.outcomes, lambda outcome: outcome.status, _ORDER)
    titles = {decision.row: decision.title for decision in run.plan.decisions}
    sheet = run.plan.report.sheet
    return page(
        tag(
            "p",
            tag("strong", f"Run {run.id} "),
            tag("span", signed(run.state, run.state), class_=f"cb-chip {tone_class(run.state)}"),
            f" {run.reason}" if run.reason else None,
        ),
        tag(
            "p",
            f"{sheet.origin}: {counted(len(run.outcomes), 'row')} on chain {run.plan.chain_id} at "
            f"{service_name(run.plan.base_url)}, started {_moment(run.started)}"
            + (f", ended {_moment(run.finished)}" if run.finished else ""),
        ),
        _bar(run.counts),
        chips(run.counts),
        chips(run.verified),
        tag("p", _next(run)) if _next(run) else None,
        table(
            ["row", "status", "id", "title", "tries", "why"],
            ([*_cells(outcome, titles.get(outcome.row, ""))] for outcome in rows),
            stacks=True,
        )
        if rows
        else None,
        note(in_words(hidden, "run.frame")),
    )


def text(run: Run, more: str = "run.frame has them all") -> list[str]:
    """Return the run in words; `more` says where the other rows are."""
    counts = {status: count for status, count in run.counts.items() if count}
    width = max(map(len, counts), default=0)
    lines = [f"Run {run.id} {run.state}" + (f": {run.reason}" if run.reason else "")]
    lines += [f"  {status:{width}}  {count:,}" for status, count in counts.items()]
    if any(run.verified.values()):
        shown = [f"{n:,} {name.replace('_', ' ')}" for name, n in run.verified.items() if n]
        lines.append(f"What is live, for the rows that were sent: {', '.join(shown)}")
    bad = [
        o
        for o in run.outcomes
        if o.status in (Status.FAILED, Status.UNKNOWN)
        or o.code in WARNINGS
        or o.verified in CONTRADICTED
    ]
    if bad:
        lines.append("Check these rows:")
        lines += [f"  row {o.row}  {o.status}  {o.code}: {o.message}" for o in bad[:MOST_LINES]]
        lines += more_lines(len(bad) - MOST_LINES, more)
    return lines


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


def _bar(counts: Mapping[str, int]) -> Html | None:
    """Return the shares of the statuses as a bar, in addition to the counts below it."""
    rows = sum(counts.values())
    if not rows:
        return None
    parts = [
        tag(
            "span",
            class_=tone_class(status),
            style=f"width:{100 * number / rows:.2f}%",
            title=f"{number:,} {status}",
        )
        for status, number in counts.items()
        if number
    ]
    return tag("div", parts, class_="cb-bar", role="presentation")


def _moment(text: str) -> str:
    """Return an ISO moment in UTC without its fraction."""
    return f"{text[:19].replace('T', ' ')} UTC"


def _cells(outcome: Outcome, title: str) -> Iterable[Html]:
    status = str(outcome.status)
    yield number_cell(outcome.row)
    yield word_cell(status)
    yield number_cell(outcome.id)
    yield tag("td", title)
    yield number_cell(outcome.attempts if outcome.attempts > 1 else None)
    why = f"{outcome.code}: {outcome.message}" if outcome.code else outcome.message
    yield tag("td", why, class_="cb-wide" if why else None)
