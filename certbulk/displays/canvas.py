"""Figures and panels with the look that all pictures share."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from certbulk.core.cleaning import clean
from certbulk.displays.style import COLOURS, TONES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

__all__ = ["Picture", "bars", "colour_of", "empty", "label", "row_bars", "tidied"]

_DOTS_PER_INCH = 110
_LONGEST_LABEL = 32


class Picture(Figure):
    """A figure that a notebook shows; save it with `savefig`.

    It has no window and is not in a list of open figures, so you need not close it.
    """

    def __init__(self, title: str, *, width: float = 11.0, height: float = 7.5) -> None:
        super().__init__(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")
        self.suptitle(label(title, 120), fontsize="large", fontweight="bold")

    def draw(self, renderer: RendererBase) -> None:
        """Draw it, without warnings about characters that the font does not have."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        with io.BytesIO() as file:
            self.savefig(file, format="png")
            return file.getvalue()


def colour_of(word: str) -> str:
    """Return the colour of an action or a status."""
    return COLOURS[TONES.get(word, "none")]


def label(text: object, longest: int = _LONGEST_LABEL) -> str:
    """Return a text for a picture, with `$` escaped, which would start a formula."""
    return clean(text, longest).replace("$", r"\$")


def bars(axes: Axes, counts: Mapping[str, int], colours: Mapping[str, str], unit: str) -> None:
    """Draw counts as horizontal bars with their numbers, the first on top."""
    names = list(counts)
    drawn = axes.barh(
        [label(name) for name in names],
        [counts[name] for name in names],
        color=[colours[name] for name in names],
    )
    axes.bar_label(drawn, fmt="{:,.0f}", padding=3)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.12)
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def row_bars(axes: Axes, counts: Mapping[str, int], title: str) -> None:
    """Draw how many rows have each action or status; those of no row are left out."""
    some = {word: number for word, number in counts.items() if number}
    tidied(axes, title)
    if some:
        bars(axes, some, {word: colour_of(word) for word in some}, "rows")
    else:
        empty(axes, "There are no rows.")


def empty(axes: Axes, words: str) -> None:
    """Write into an empty panel why it is empty."""
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, color="#555555")
    axes.set_xticks([])
    axes.set_yticks([])


def tidied(axes: Axes, title: str, **labels: Any) -> None:
    """Give a panel its title and the labels of its axes."""
    axes.set_title(title, loc="left", fontsize="medium")
    axes.set(**labels)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="both", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
