"""The picture of a plan: old and new prices, and the fields that change.

Counts of actions are not drawn: the display has them in words.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.displays.pictures.canvas import (
    bars,
    colour_of,
    drawn,
    empty,
    ink_of,
    label,
    legend,
    log_scale,
    name_points,
    spans_orders,
    tidied,
)
from certbulk.displays.style import COLOURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from certbulk.planning import Plan

__all__ = ["picture"]

_MONEY = "in the chain's currency"
_FEW = 20
_MOST_FIELDS = 12
_MOST_NAMED = 6
_JUMP = "price_jump"


class _Price(NamedTuple):
    title: str
    field: str
    old: float
    new: float
    jumps: bool

    @property
    def words(self) -> str:
        """The title; for one that jumps, also from what to what."""
        online = "" if self.field == "balance" else " (online)"
        old, new = map(self._shown, (self.old, self.new))
        jump = f": {old} → {new}" if self.jumps else ""
        return f"{'! ' if self.jumps else ''}{label(self.title)}{online}{jump}"

    def _shown(self, amount: float) -> str:
        return BY_NAME[self.field].kind.show(Decimal(repr(amount)))

    @property
    def ratio(self) -> float:
        """By which factor it changes, up or down."""
        low, high = sorted((self.old, self.new))
        return high / low if low > 0 else float("inf")


def picture(plan: Plan, ax: Axes | None = None) -> Figure | Axes:
    """Return the panels that say something; into `ax`, only the first one."""
    prices, fields = _prices(plan), _fields(plan)
    panels: list[Callable[[Axes], None]] = []
    if prices:
        panels.append(partial(_each_price if len(prices) <= _FEW else _all_prices, prices=prices))
    if len(fields) > 1 or (fields and not prices):
        panels.append(partial(_changed_fields, counts=fields))
    if not panels:
        panels.append(_nothing)
    few = min(len(prices), _FEW)
    height = 1.6 if not (prices or fields) else 3.2 + 0.1 * few
    return drawn(
        f"Plan for {plan.report.sheet.source}, chain {plan.chain_id}", panels, ax, height=height
    )


def _nothing(axes: Axes) -> None:
    tidied(axes, "Prices: old → new")
    empty(axes, "No price changes, and no other field of a live type.")


def _prices(plan: Plan) -> list[_Price]:
    """Return the changed prices of updates: those that jump, then the largest change first."""
    jumps = {(finding.row, finding.field) for finding in plan.all_findings if finding.code == _JUMP}
    found = [
        _Price(decision.title, name, float(old), float(new), (decision.row, name) in jumps)
        for decision in plan.decisions
        if decision.body
        for name, (old, new) in decision.changes.items()
        if name in ("balance", "online_sale_price")
        and isinstance(old, Decimal | int)
        and isinstance(new, Decimal | int)
    ]
    return sorted(found, key=lambda price: (not price.jumps, -abs(price.new - price.old)))


def _fields(plan: Plan) -> dict[str, int]:
    """Return how many updates change each field, the most frequent first."""
    names = (name for decision in plan.decisions if decision.body for name in decision.changes)
    every = Counter(names)
    counts = dict(every.most_common(_MOST_FIELDS))
    if len(every) > len(counts):
        counts["others"] = every.total() - sum(counts.values())
    return counts


def _changed_fields(axes: Axes, counts: dict[str, int]) -> None:
    tidied(axes, "Which fields change, in updates")
    bars(axes, counts, colour_of("update"), "types with a change")


def _each_price(axes: Axes, prices: Sequence[_Price]) -> None:
    both = [value for price in prices for value in (price.old, price.new)]
    if spans_orders(both):
        log_scale(axes, "x", values=both)
    for row, price in enumerate(prices):
        colour = COLOURS["error"] if price.jumps else ink_of(axes)
        axes.annotate(
            "",
            xy=(price.new, row),
            xytext=(price.old, row),
            arrowprops={"arrowstyle": "->", "color": colour, "shrinkA": 4, "shrinkB": 4},
        )
    rows = range(len(prices))
    axes.scatter([p.old for p in prices], rows, c=COLOURS["warning"], marker="o", label="old")
    axes.scatter([p.new for p in prices], rows, c=COLOURS["change"], marker="D", label="new")
    axes.set_yticks(list(rows), [price.words for price in prices])
    axes.invert_yaxis()
    axes.margins(x=0.1, y=0.08)
    tidied(axes, "Prices: old → new", xlabel=f"price [{_MONEY}]")
    legend(axes)


def _all_prices(axes: Axes, prices: Sequence[_Price]) -> None:
    """Draw new prices against old ones, with a line for no change; outliers have names."""
    both = [value for price in prices for value in (price.old, price.new)]
    if spans_orders(both):
        log_scale(axes, "x", "y", values=both)
    for field, mark, tone in (("balance", "o", "change"), ("online_sale_price", "s", "warning")):
        some = [price for price in prices if price.field == field]
        if some:
            axes.scatter(
                [p.old for p in some],
                [p.new for p in some],
                s=20,
                marker=mark,
                c=COLOURS[tone],
                alpha=0.7,
                label=f"{BY_NAME[field].label}: {len(some):,}",
            )
    ends = (min(both), max(both))
    axes.plot(ends, ends, color=ink_of(axes), linestyle="--", linewidth=1, label="no change")
    jumps = [price for price in prices if price.jumps]
    if jumps:
        axes.scatter(
            [p.old for p in jumps],
            [p.new for p in jumps],
            s=90,
            facecolors="none",
            edgecolors=COLOURS["error"],
            label=f"{_JUMP}: {len(jumps):,}",
        )
    tidied(
        axes,
        f"Prices: {counted(len(prices), 'change')}",
        xlabel=f"old price [{_MONEY}]",
        ylabel=f"new price [{_MONEY}]",
    )
    named = jumps[:_MOST_NAMED] or _outliers(prices)
    colour = COLOURS["error"] if jumps else ink_of(axes)
    name_points(axes, [(price.old, price.new, price.words) for price in named], colour)
    legend(axes)


def _outliers(prices: Sequence[_Price]) -> list[_Price]:
    """Return the prices whose factor is far from that of the others, the farthest first."""
    ratios = sorted(price.ratio for price in prices)
    usual = ratios[(9 * len(ratios)) // 10]  # of nine in ten
    far = [price for price in prices if price.ratio > 1.2 * usual]
    return sorted(far, key=lambda price: -price.ratio)[:_MOST_NAMED]
