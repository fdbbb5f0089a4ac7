"""The upload page as a widget: what the page shows goes out, what a person does comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.errors import SettingsError

try:
    import anywidget
    import traitlets
except ImportError:  # an optional extra
    raise SettingsError(
        "The upload panel needs packages that are not installed: pip install 'certbulk[notebook]'."
    ) from None

from certbulk.page.assets import script, style
from certbulk.page.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["UploadPanel"]


class UploadPanel(anywidget.AnyWidget):
    """The upload page, as a widget for a notebook.

    Choose a chain, drop a workbook, see what was read and what would be sent, send it, watch, and
    take the results: the same page that `certbulk web` serves. The chains are that of the
    settings (environment, `.env`) and those of profiles, which can be set up there, and one to
    practise on. A run goes on in a process of its own, whether or not the notebook stays open.

    Args:
        alone: Whether it has a whole page to itself.

    Example:
        >>> import certbulk as cb
        >>> panel = cb.UploadPanel()  # the last line of a cell shows it
        >>> panel.view["step"]
        'chain'
        >>> panel.close()
    """

    _esm = script()
    _css = style()
    view = traitlets.Dict().tag(sync=True)
    alone = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, *, alone: bool = False) -> None:
        super().__init__(alone=alone)
        self._answers = 0
        self._controller = Controller(self._show, self._answer)
        self.view = {"step": "chain", "destinations": []}
        self.on_msg(self._received)

    def close(self) -> None:
        """Take the widget off the page. A run that is under way goes on."""
        self._controller.close()
        super().close()

    def _show(self, view: dict[str, Any]) -> None:
        # Numbered, so that an answer that is like the last one reaches the page as well: it ends
        # what the page shows of its own until it is answered, such as how far an upload is.
        self._answers += 1
        self.view = {**view, "answer": self._answers}

    def _answer(self, message: dict[str, Any], buffers: Sequence[bytes]) -> None:
        self.send(message, list(buffers))

    def _received(self, _: object, message: dict[str, Any], buffers: Sequence[bytes]) -> None:
        self._controller.receive(message, buffers)
