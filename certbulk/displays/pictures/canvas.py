"""Figures and panels with the look that all pictures share.

They have no background of their own, so that they fit on light and on dark pages. Their
text and lines are of a grey whose contrast is 4.5 to 1 and more on white and on black; in axes that
a caller gives, they have the colours of those axes.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.ticker import (
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    SymmetricalLogLocator,
)

from certbulk.core.cleaning import clean
from certbulk.displays.style import COLOURS, TONES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

__all__ = [
    "Picture",
    "bars",
    "colour_of",
    "drawn",
    "empty",
    "ink_of",
    "label",
    "legend",
    "log_scale",
    "name_points",
    "spans_orders",
    "tidied",
]

INK = "#767676"

_DOTS_PER_INCH = 110
_LONGEST_LABEL = 32
_ORDERS = 30.0
"""The ratio of the largest to the smallest value from which a scale is logarithmic."""

_LINE = 9  # the height of a small line, in points
_NAME, _NAME_LINES = 120, 20  # points that are nearer would have names over each other


class Picture(Figure):
    """A figure that a notebook shows; save it with `savefig`.

    It has no window and is not in a list of open figures, so you need not close it.
    """

    def __init__(self, title: str, *, width: float = 11.0, height: float = 7.5) -> None:
        super().__init__(
            figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained", facecolor="none"
        )
        self.suptitle(label(title, 120), fontsize="large", fontweight="bold", color=INK)

    def draw(self, renderer: RendererBase) -> None:
        """Draw it, without warnings about characters that the font does not have."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        with io.BytesIO() as file:
            self.savefig(file, format="png")
            return file.getvalue()


def drawn(
    title: str, panels: Sequence[Callable[[Axes], None]], ax: Axes | None, *, height: float = 4.2
) -> Figure | Axes:
    """Draw panels: into a new picture, from top to bottom; or the first one into `ax`.

    Returns:
        The picture; or `ax`, if it is given.
    """
    if ax is not None:
        panels[0](ax)
        return ax
    picture = Picture(title, height=height * len(panels))
    for number, panel in enumerate(panels, 1):
        axes = picture.add_subplot(len(panels), 1, number, facecolor="none")
        axes.tick_params(colors=INK, which="both")
        for spine in axes.spines.values():
            spine.set_color(INK)
        for text in (axes.xaxis.label, axes.yaxis.label):
            text.set_color(INK)
        panel(axes)
    return picture


def colour_of(word: str) -> str:
    """Return the colour of an action or a status."""
    return COLOURS[TONES.get(word, "none")]


def ink_of(axes: Axes) -> Any:
    """Return the colour of the text of a panel."""
    return axes.xaxis.label.get_color()


def label(text: object, longest: int = _LONGEST_LABEL) -> str:
    """Return a text for a picture, with `$` escaped, which would start a formula."""
    return clean(text, longest).replace("$", r"\$")


def bars(axes: Axes, counts: Mapping[str, int], colour: str, unit: str) -> None:
    """Draw counts as horizontal bars with their numbers, the first on top."""
    shapes = axes.barh([label(name) for name in counts], list(counts.values()), color=colour)
    axes.bar_label(shapes, fmt="{:,.0f}", padding=3, color=ink_of(axes))
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.12)
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def spans_orders(values: Sequence[float]) -> bool:
    """Whether values from 0 are so far apart that the small ones are lost on a linear scale."""
    above = [value for value in values if value > 0]
    return bool(above) and max(above) / min(above) >= _ORDERS


def log_scale(axes: Axes, *names: str, values: Sequence[float] = ()) -> None:
    """Give axes a logarithmic scale with plain numbers: 1, 2, 5, 10, … 1,000.

    Args:
        axes: The panel.
        names: Its axes, "x" or "y".
        values: The values. If one is 0, which has no logarithm, the scale begins with 0.
    """
    zero = 0 in values
    least = min((value for value in values if value > 0), default=1.0)
    how: dict[str, Any] = {"value": "symlog", "linthresh": least} if zero else {"value": "log"}
    for name in names:
        axis = axes.xaxis if name == "x" else axes.yaxis
        axes.set_xscale(**how) if name == "x" else axes.set_yscale(**how)
        if zero:
            axis.set_major_locator(SymmetricalLogLocator(base=10, linthresh=least))
            ends = (-0.3 * least, 1.6 * max(values))  # a mark at 0 is drawn as a whole
            axes.set_xlim(ends) if name == "x" else axes.set_ylim(ends)
        else:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=9))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axis.set_minor_formatter(NullFormatter())


def name_points(axes: Axes, points: Sequence[tuple[float, float, str]], colour: str) -> None:
    """Write names beside points, towards the middle of the panel, and none over another."""
    taken: list[tuple[float, float]] = []
    for x, y, words in points:
        dots = axes.transData.transform((x, y))
        right = bool(axes.transAxes.inverted().transform(dots)[0] > 0.5)  # noqa: PLR2004 (half of it)
        across, up = dots * 72 / axes.figure.dpi  # in points, as sizes of letters are
        lines = sum(abs(across - a) < _NAME and abs(up - b) < _NAME_LINES for a, b in taken)
        taken.append((across, up))
        axes.annotate(
            words,
            (x, y),
            xytext=(-6 if right else 6, 3 - _LINE * lines),
            textcoords="offset points",
            ha="right" if right else "left",
            fontsize="x-small",
            color=colour,
            annotation_clip=False,
        )


def legend(axes: Axes, **options: Any) -> None:
    """Add a legend in the colours of the panel, without a background."""
    axes.legend(fontsize="small", framealpha=0.0, labelcolor=ink_of(axes), **options)


def empty(axes: Axes, words: str) -> None:
    """Write into an empty panel why it is empty."""
    ink = ink_of(axes)
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, color=ink)
    axes.set_xticks([])
    axes.set_yticks([])


def tidied(axes: Axes, title: str, **labels: Any) -> None:
    """Give a panel its title and the labels of its axes."""
    axes.set_title(title, loc="left", fontsize="medium", color=ink_of(axes))
    axes.set(**labels)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="both", color="#8080804D", linewidth=0.6)
    axes.set_axisbelow(True)
