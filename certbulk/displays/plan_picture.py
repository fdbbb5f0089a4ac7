"""The picture of a plan: actions, changed fields, and old and new prices."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.displays.canvas import Picture, bars, colour_of, empty, label, row_bars, tidied
from certbulk.displays.style import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from certbulk.planning import Plan

__all__ = ["picture"]

_MONEY = "in the chain's currency"
_FEW = 20
_MOST_FIELDS = 12


class _Price(NamedTuple):
    title: str
    field: str
    old: float
    new: float


def picture(plan: Plan) -> Picture:
    """Return three panels; an empty one says why it is empty."""
    prices = _prices(plan)
    few = min(len(prices), _FEW)
    drawn = Picture(
        f"Plan for {plan.report.sheet.source}, chain {plan.chain_id}", height=5.5 + 0.12 * few
    )
    panels = drawn.subplot_mosaic(
        [["actions", "prices"], ["fields", "prices"]], width_ratios=[1, 1.3]
    )
    _actions(panels["actions"], plan)
    _fields(panels["fields"], plan)
    if not prices:
        tidied(panels["prices"], "Prices: old and new")
        empty(panels["prices"], "No price changes.")
    elif len(prices) <= _FEW:
        _each_price(panels["prices"], prices)
    else:
        _all_prices(panels["prices"], prices)
    return drawn


def _prices(plan: Plan) -> list[_Price]:
    """Return the changed prices of updates, the largest change first."""
    found = [
        _Price(decision.title, name, float(old), float(new))
        for decision in plan.decisions
        if decision.body
        for name, (old, new) in decision.changes.items()
        if name in ("balance", "online_sale_price")
        and isinstance(old, Decimal | int)
        and isinstance(new, Decimal | int)
    ]
    return sorted(found, key=lambda price: -abs(price.new - price.old))


def _actions(axes: Axes, plan: Plan) -> None:
    row_bars(axes, plan.counts, f"Actions for {counted(len(plan.decisions), 'row')}")


def _fields(axes: Axes, plan: Plan) -> None:
    counted = Counter(
        name for decision in plan.decisions if decision.body for name in decision.changes
    )
    tidied(axes, "Which fields change, in updates")
    if not counted:
        empty(axes, "No live type changes.")
        return
    counts = dict(counted.most_common(_MOST_FIELDS))
    if len(counted) > len(counts):
        counts["others"] = counted.total() - sum(counts.values())
    bars(axes, counts, dict.fromkeys(counts, colour_of("update")), "types with a change")


def _each_price(axes: Axes, prices: list[_Price]) -> None:
    for row, price in enumerate(prices):
        axes.annotate(
            "",
            xy=(price.new, row),
            xytext=(price.old, row),
            arrowprops={"arrowstyle": "->", "color": "#555555", "shrinkA": 4, "shrinkB": 4},
        )
    rows = range(len(prices))
    axes.scatter([p.old for p in prices], rows, c=COLOURS["warning"], marker="o", label="old")
    axes.scatter([p.new for p in prices], rows, c=COLOURS["change"], marker="D", label="new")
    axes.set_yticks(list(rows), [f"{label(p.title)}{_suffix(p)}" for p in prices])
    axes.invert_yaxis()
    axes.margins(x=0.1, y=0.08)
    tidied(axes, "Prices: old → new", xlabel=f"price [{_MONEY}]")
    axes.legend(fontsize="small", framealpha=0.85)


def _suffix(price: _Price) -> str:
    return "" if price.field == "balance" else " (online)"


def _all_prices(axes: Axes, prices: list[_Price]) -> None:
    """Draw new prices against old ones, with a line for no change."""
    for field, mark, colour in (
        ("balance", "o", COLOURS["change"]),
        ("online_sale_price", "s", COLOURS["warning"]),
    ):
        some = [price for price in prices if price.field == field]
        if some:
            axes.scatter(
                [p.old for p in some],
                [p.new for p in some],
                s=20,
                marker=mark,
                c=colour,
                alpha=0.7,
                label=f"{BY_NAME[field].label}: {len(some):,}",
            )
    both = [p.old for p in prices] + [p.new for p in prices]
    axes.axline((min(both), min(both)), slope=1, color="#333333", linestyle="--", linewidth=1,
                label="no change")  # fmt: skip
    tidied(
        axes,
        f"Prices: {len(prices):,} change",
        xlabel=f"old price [{_MONEY}]",
        ylabel=f"new price [{_MONEY}]",
    )
    axes.legend(fontsize="small", framealpha=0.85)
