"""The picture of a run: outcomes, latency, and the pace with its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.counting import counted
from certbulk.core.results.result_codes import asks_to_rest
from certbulk.displays.canvas import Picture, empty, row_bars, tidied
from certbulk.displays.style import COLOURS, GREY
from certbulk.displays.timeline import in_windows, per_bin, timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from certbulk.api.loop import Exchange
    from certbulk.applying import Run
    from certbulk.displays.timeline import Timeline

__all__ = ["picture"]

# What the service allows an address, other programs on it included (fact:rate_limit).
_SERVICE_SECOND, _SERVICE_MINUTE = 5, 200

_PAUSES = {
    "rest after 429": (COLOURS["warning"], "//"),
    "minute used up": (COLOURS["good"], ".."),
    "pause": (GREY, ""),
    "interrupted": (COLOURS["doubt"], "xx"),
}


def picture(run: Run) -> Picture:
    """Return four panels; those about requests are empty if the journal has none."""
    drawn = Picture(f"Run {run.id}: {run.plan.report.sheet.source}, chain {run.plan.chain_id}")
    panels = drawn.subplot_mosaic([["outcomes", "latency"], ["second", "minute"]])
    _outcomes(panels["outcomes"], run)
    if not run.exchanges:
        for name in ("latency", "second", "minute"):
            empty(panels[name], "No requests are recorded.")
        tidied(panels["latency"], "Latency")
        tidied(panels["second"], "Pace")
        tidied(panels["minute"], "Requests in the last minute")
        return drawn
    line = timeline(run.exchanges, run.plan.per_second, run.plan.per_minute)
    unit, scale = ("minutes", 60.0) if line.left[-1] > 600 else ("seconds", 1.0)  # noqa: PLR2004
    when = f"time since the first request [{unit}]"
    _latency(panels["latency"], run.exchanges, line, scale, when)
    _second(panels["second"], run, line, scale, when)
    _minute(panels["minute"], run, line, scale, when)
    return drawn


def _outcomes(axes: Axes, run: Run) -> None:
    row_bars(axes, run.counts, f"How the {counted(len(run.outcomes), 'row')} ended")


def _latency(
    axes: Axes, exchanges: tuple[Exchange, ...], line: Timeline, scale: float, when: str
) -> None:
    """Draw the duration of each request; failed ones have another mark."""
    seconds = np.maximum([exchange.seconds for exchange in exchanges], 1e-4)
    well = np.array([e.status is not None and 200 <= e.status < 300 for e in exchanges])  # noqa: PLR2004
    reads = np.array([exchange.method == "GET" for exchange in exchanges])
    for mask, name, mark, colour in (
        (well & reads, "reads", "o", COLOURS["same"]),
        (well & ~reads, "writes", "s", COLOURS["change"]),
        (~well, "refused, failed or lost", "x", COLOURS["error"]),
    ):
        if mask.any():
            at = line.left[mask] / scale
            axes.scatter(at, seconds[mask], s=18, marker=mark, c=colour, label=name)
    median, late = np.quantile(seconds, [0.5, 0.95])
    axes.axhline(
        median, color="#333333", linewidth=1, linestyle="--", label=f"median {median:.3g} s"
    )
    axes.set_yscale("log")
    tidied(
        axes,
        f"Latency: 95 of 100 requests took at most {late:.3g} s",
        xlabel=when,
        ylabel="time until the answer [seconds]",
    )
    axes.legend(fontsize="small", framealpha=0.85)


def _second(axes: Axes, run: Run, line: Timeline, scale: float, when: str) -> None:
    edges, rates = per_bin(line.left)
    axes.stairs(rates, edges / scale, fill=True, color=COLOURS["same"], label="requests")
    _limits(axes, run.plan.per_second, _SERVICE_SECOND, "a second")
    _pauses(axes, line, scale)
    exchanges = zip(line.left, run.exchanges, strict=True)
    refused = [at for at, exchange in exchanges if asks_to_rest(exchange.status)]
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
    axes.legend(fontsize="small", ncols=2, loc="upper right", framealpha=0.85)


def _minute(axes: Axes, run: Run, line: Timeline, scale: float, when: str) -> None:
    counts = in_windows(line.left, 60.0)
    axes.plot(line.left / scale, counts, color=COLOURS["change"], label="requests")
    _limits(axes, run.plan.per_minute, _SERVICE_MINUTE, "a minute")
    _pauses(axes, line, scale)
    axes.set_ylim(0, max(run.plan.per_minute, _SERVICE_MINUTE, counts.max()) * 1.35)
    tidied(axes, "Requests in the last minute", xlabel=when, ylabel="requests in 60 seconds")
    axes.legend(fontsize="small", ncols=2, loc="upper right", framealpha=0.85)


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
