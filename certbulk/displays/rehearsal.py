"""A rehearsal: what would come of a file, and how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.counting import counted, lasting
from certbulk.displays import plan as plan_display
from certbulk.displays import run as run_display
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import page

if TYPE_CHECKING:
    from certbulk.rehearsing import Rehearsal

__all__ = ["heading", "html", "text", "time"]


def html(rehearsal: Rehearsal) -> Html:
    """Return the heading, the time, the plan and the outcomes."""
    return page(
        tag("p", tag("strong", heading(rehearsal))),
        tag("p", time(rehearsal)),
        run_display.html(rehearsal.run),
        plan_display.html(rehearsal.plan),
    )


def text(rehearsal: Rehearsal, more: str = "rehearsal.frame has them all") -> list[str]:
    """Return the plan, then what would come of it; `more` says where the other rows are."""
    first, *others = run_display.text(rehearsal.run, more)
    ended = first.removeprefix(f"Run {rehearsal.run.id} ")
    return [
        *plan_display.text(rehearsal.plan, more),
        heading(rehearsal),
        f"The rehearsal {ended}",
        *others,
        time(rehearsal),
    ]


def heading(rehearsal: Rehearsal) -> str:
    """Return what a rehearsal is, and what it is not."""
    types = counted(rehearsal.types, "live type")
    return (
        f"Rehearsal on a copy of chain {rehearsal.plan.chain_id} with its {types}. Nothing was "
        "sent to the chain itself."
    )


def time(rehearsal: Rehearsal) -> str:
    """Return how long the run takes: by the plan, and as it went; and how it would continue."""
    made = rehearsal.plan
    pace = f"at {made.per_second:g} a second and {made.per_minute} a minute"
    planned = f"{counted(made.requests, 'request')}, about {lasting(made.seconds)} {pace}"
    took = f"{counted(rehearsal.requests, 'request')} and {lasting(rehearsal.seconds)}"
    stopped = rehearsal.run.state not in ("finished", "refused")
    goes_on = (
        " For real, resume continues a run that has stopped. If faults or lies were chosen, lower "
        "rates let the rehearsal come further."
    )
    return f"For real: {planned}. With what went wrong here: {took}.{goes_on * stopped}"
