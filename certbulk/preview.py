"""How the nouns of the stages show themselves: in words when printed, as a table in a notebook."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Drawn", "Shown"]


class Shown:
    """Shows itself by the module of `certbulk.displays` that is called like its class.

    `print` gives some lines of words, a notebook a table; both are cut where they are long. The
    displays are faces: they know the stages, which know nothing of them, so the module is looked
    up only when somebody looks.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # IPython looks from the class upwards and stops at the first that has any repr.
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    def _display(self) -> Any:
        return import_module(f"certbulk.displays.{type(self).__name__.lower()}")

    def __str__(self) -> str:
        return "\n".join(clean(line) for line in self._display().text(self))

    def _repr_html_(self) -> str:
        return str(self._display().html(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001 (IPython's)
        """Print itself at an IPython prompt, line by line."""
        for number, line in enumerate(str(self).splitlines()):
            if number:
                printer.break_()
            printer.text(line)


class Drawn(Shown):
    """Shows itself as a picture as well."""

    __slots__ = ()

    def plot(self) -> Figure:
        """Return a picture of it: a matplotlib figure, which a notebook shows by itself.

        Save it with `.savefig("picture.png")`.

        Raises:
            SettingsError: matplotlib is not installed.

        Example:
            >>> import certbulk as cb
            >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
            >>> with cb.Sandbox() as client:
            ...     cb.plan(report, client).plot()
            <Picture size ... with 3 Axes>
        """
        try:
            import_module("matplotlib")
        except ImportError:
            raise SettingsError(
                "Pictures are drawn with matplotlib, which is not installed. Install it with: "
                "pip install 'certbulk[notebook]'"
            ) from None
        name = f"certbulk.displays.{type(self).__name__.lower()}_picture"
        drawn: Figure = import_module(name).picture(self)
        return drawn
