"""The picture of a run: response times, and the pace with its limits.

Counts of outcomes are not drawn: the display has them in words.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.results.result_codes import asks_to_back_off
from certbulk.displays.pictures.canvas import (
    drawn,
    empty,
    ink_of,
    legend,
    log_scale,
    name_points,
    tidied,
)
from certbulk.displays.pictures.timeline import in_windows, per_bin, timeline
from certbulk.displays.style import COLOURS, GREY

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from certbulk.api.loop import Exchange
    from certbulk.applying import Run
    from certbulk.displays.pictures.timeline import Timeline

__all__ = ["picture"]

# What the service allows an address, other programs on it included (fact:rate_limit).
_SERVICE_SECOND, _SERVICE_MINUTE = 5, 200

_PAUSES = {
    "rest after 429": (COLOURS["warning"], "//"),
    "minute used up": (COLOURS["good"], ".."),
    "pause": (GREY, ""),
    "interrupted": (COLOURS["doubt"], "xx"),
}


_MANY = 100
"""The number of requests from which 95 of 100 of them mean something."""

_MOST_NAMED = 4


def picture(run: Run, ax: Axes | None = None) -> Figure | Axes:
    """Return the panels that say something; into `ax`, only the first one.

    A run of less than a minute has no panel of requests in a minute.
    """
    title = f"Run {run.id}: {run.plan.report.sheet.source}, chain {run.plan.chain_id}"
    if not run.exchanges:
        return drawn(title, [_nothing], ax, height=1.6)
    line = timeline(run.exchanges, run.plan.per_second, run.plan.per_minute)
    unit, scale = ("minutes", 60.0) if line.left[-1] > 600 else ("seconds", 1.0)  # noqa: PLR2004
    when = f"time since the first request [{unit}]"
    panels: list[Callable[[Axes], None]] = [
        partial(_latency, exchanges=run.exchanges, line=line, scale=scale, when=when),
        partial(_second, run=run, line=line, scale=scale, when=when),
    ]
    if line.left[-1] > 60:  # noqa: PLR2004 (a minute)
        panels.append(partial(_minute, run=run, line=line, scale=scale, when=when))
    return drawn(title, panels, ax, height=3.2)


def _nothing(axes: Axes) -> None:
    tidied(axes, "Pace")
    empty(axes, "No requests are recorded.")


def _latency(
    axes: Axes, exchanges: tuple[Exchange, ...], line: Timeline, scale: float, when: str
) -> None:
    """Draw the response time of each request; failed ones have another mark."""
    millis = np.maximum([1000 * exchange.seconds for exchange in exchanges], 0.1)
    well = np.array([e.status is not None and 200 <= e.status < 300 for e in exchanges])  # noqa: PLR2004
    reads = np.array([exchange.method == "GET" for exchange in exchanges])
    log_scale(axes, "y")
    for mask, name, mark, tone in (
        (well & reads, "reads", "o", "same"),
        (well & ~reads, "writes", "s", "change"),
        (~well, "refused, failed or lost", "x", "error"),
    ):
        if mask.any():
            at = line.left[mask] / scale
            axes.scatter(at, millis[mask], s=18, marker=mark, c=COLOURS[tone], label=name)
    median, late = np.quantile(millis, [0.5, 0.95])
    axes.axhline(
        median, color=ink_of(axes), linewidth=1, linestyle="--", label=f"median {_millis(median)}"
    )
    told = (
        f"95 of 100 requests took at most {_millis(late)}"
        if len(exchanges) >= _MANY
        else f"at most {_millis(millis.max())}"
    )
    low, high = millis.min(), millis.max()
    axes.set_ylim(low / 1.6, high * 1.6)
    tidied(axes, f"Latency: {told}", xlabel=when, ylabel="answered after [milliseconds]")
    slow = np.argsort(-millis)[:_MOST_NAMED]
    name_points(
        axes,
        [
            (line.left[at] / scale, millis[at], f"{exchanges[at].method} {_millis(millis[at])}")
            for at in slow.tolist()
            if millis[at] > 4 * median
        ],
        ink_of(axes),
    )
    legend(axes)


def _millis(value: float) -> str:
    return f"{value:,.0f} ms" if value >= 10 else f"{value:.2g} ms"  # noqa: PLR2004


def _second(axes: Axes, run: Run, line: Timeline, scale: float, when: str) -> None:
    edges, rates = per_bin(line.left)
    axes.stairs(rates, edges / scale, fill=True, color=COLOURS["same"], label="requests")
    _limits(axes, run.plan.per_second, _SERVICE_SECOND, "a second")
    _pauses(axes, line, scale)
    exchanges = zip(line.left, run.exchanges, strict=True)
    refused = [at for at, exchange in exchanges if asks_to_back_off(exchange.status)]
    if refused:
        heights = [0.12] * len(refused)
        axes.scatter(
            np.array(refused) / scale,
            heights,
            marker="x",
            c=COLOURS["error"],
            label="429",
            zorder=4,
        )
    top = max(run.plan.per_second, _SERVICE_SECOND, rates.max())
    axes.set_ylim(0, top * 1.35)
    tidied(axes, "Pace against its limits", xlabel=when, ylabel="requests a second")
    legend(axes, ncols=2, loc="upper right")


def _minute(axes: Axes, run: Run, line: Timeline, scale: float, when: str) -> None:
    counts = in_windows(line.left, 60.0)
    axes.plot(line.left / scale, counts, color=COLOURS["change"], label="requests")
    _limits(axes, run.plan.per_minute, _SERVICE_MINUTE, "a minute")
    _pauses(axes, line, scale)
    axes.set_ylim(0, max(run.plan.per_minute, _SERVICE_MINUTE, counts.max()) * 1.35)
    tidied(axes, "Requests in the last minute", xlabel=when, ylabel="requests in 60 seconds")
    legend(axes, ncols=2, loc="upper right")


def _limits(axes: Axes, kept: float, allowed: float, unit: str) -> None:
    axes.axhline(kept, color=COLOURS["good"], linewidth=1.4, label=f"own pace: {kept:g} {unit}")
    axes.axhline(
        allowed,
        color=COLOURS["error"],
        linewidth=1.4,
        linestyle="--",
        label=f"service's limit: {allowed:g} {unit}",
    )


def _pauses(axes: Axes, line: Timeline, scale: float) -> None:
    """Shade the pauses; each kind has its own pattern and one entry in the legend."""
    named: set[str] = set()
    for pause in line.pauses:
        colour, hatch = _PAUSES[pause.kind]
        axes.axvspan(
            pause.start / scale,
            pause.end / scale,
            facecolor=f"{colour}33",
            edgecolor=f"{colour}AA",
            hatch=hatch,
            linewidth=0,
            label=pause.kind if pause.kind not in named else None,
        )
        named.add(pause.kind)
