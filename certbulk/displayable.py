"""How results display themselves: as text when printed, as a table in a notebook."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

from certbulk.core.cleaning import clean
from certbulk.core.comparing import Compared
from certbulk.errors import ArgumentError, SettingsError
from certbulk.logs import quiet_libraries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Displayable", "Plottable"]


class Displayable(Compared):
    """Displays itself with the module of `certbulk.displays` that has the name of its class.

    `print` gives lines of text, a notebook shows a table; long ones are cut. The module is imported
    only when something is displayed: displays know the classes, and no class knows its display.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # IPython takes the first class of the MRO that has any repr: a dataclass's own, say.
        cls._repr_pretty_ = Displayable._repr_pretty_  # type: ignore[method-assign]

    def _display(self) -> Any:
        return import_module(f"certbulk.displays.{type(self).__name__.lower()}")

    def __str__(self) -> str:
        return "\n".join(clean(line) for line in self._display().text(self))

    def _repr_html_(self) -> str:
        return str(self._display().html(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 (IPython's)
        """Print itself at an IPython prompt, line by line; in a list or another value on one."""
        if cycle or len(getattr(printer, "stack", ())) > 1:
            printer.text(clean(repr(self)))
            return
        for number, line in enumerate(str(self).splitlines()):
            if number:
                printer.break_()
            printer.text(line)


class Plottable(Displayable):
    """Displays itself as a picture as well."""

    __slots__ = ()

    @overload
    def plot(self, *, ax: None = None) -> Figure: ...

    @overload
    def plot(self, *, ax: Axes) -> Axes: ...

    def plot(self, *, ax: Axes | None = None) -> Figure | Axes:
        """Return a picture of it: a matplotlib figure, which a notebook shows at once.

        Save it with `.savefig("picture.png")`; it has no background of its own.

        Args:
            ax: Axes of your own, for the first panel: prices of a plan, response times of a run.

        Returns:
            The figure, with the panels that say something; or `ax`, if it is given.

        Raises:
            SettingsError: matplotlib is not installed.
            ArgumentError: `ax` is not axes.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> with cb.Sandbox() as client:
            ...     cb.plan(report, client).plot()
            <Picture size ... with ... Axes>
        """
        try:
            with quiet_libraries():
                import_module("matplotlib")
        except ImportError:
            raise SettingsError(
                "Pictures need matplotlib, which is not installed. Install it with: "
                "pip install 'certbulk[notebook]'"
            ) from None
        name = f"certbulk.displays.pictures.{type(self).__name__.lower()}"
        if ax is not None and not hasattr(ax, "scatter"):
            raise ArgumentError(
                f"plot takes matplotlib axes as ax, such as plt.gca(), not {type(ax).__name__}."
            )
        with quiet_libraries():
            drawn: Figure | Axes = import_module(name).picture(self, ax)
        return drawn
