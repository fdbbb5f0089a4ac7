"""A run: how far it is, how its rows ended, and what to do next."""

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
    note,
    page,
    signed,
    table,
    tone_class,
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
    """Return the state, the counts, and the rows to look at first."""
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
    """Return the run in words; `more` says where the rows are that are not shown."""
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
        if len(bad) > MOST_LINES:
            lines.append(f"  … and {len(bad) - MOST_LINES:,} more; {more}.")
    return lines


def left_to_send(run: Run) -> int:
    """Return how many rows of a run have no outcome yet that stays."""
    return sum(o.status in (Status.NOT_SENT, Status.UNKNOWN) for o in run.outcomes)


def _next(run: Run) -> str:
    """Return what can be done about a run that has not come to its end; nothing of one that has."""
    if run.state == "running":
        left = left_to_send(run)
        seconds = duration(left, run.plan.per_second, run.plan.per_minute)
        rest = f"{counted(left, 'row')} to go, about {lasting(seconds)} at its pace"
        return (
            f"It goes on in another process, {rest}: "
            f'cb.attach("{run.id}", follow=True) shows how it goes on.'
        )
    if run.state in ("stopped", "interrupted"):
        return f'Go on with: cb.resume("{run.id}", client)'
    if run.counts["unknown"]:
        return f'Look again at what is unknown with: cb.resume("{run.id}", client)'
    return ""


def _bar(counts: Mapping[str, int]) -> Html | None:
    """Return the shares of the statuses as a bar; the counts under it say the same."""
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
    """Return an ISO moment without its fraction; runs are told in UTC."""
    return f"{text[:19].replace('T', ' ')} UTC"


def _cells(outcome: Outcome, title: str) -> Iterable[Html]:
    status = str(outcome.status)
    yield tag("td", outcome.row, class_="cb-number")
    yield tag("td", signed(status, status), class_=tone_class(status))
    yield tag("td", "" if outcome.id is None else outcome.id, class_="cb-number")
    yield tag("td", title)
    yield tag("td", outcome.attempts if outcome.attempts > 1 else "", class_="cb-number")
    why = f"{outcome.code}: {outcome.message}" if outcome.code else outcome.message
    yield tag("td", why, class_="cb-wide" if why else None)
