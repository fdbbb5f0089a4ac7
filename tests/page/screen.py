"""A page without a browser: what a person does goes in, what they would see comes out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from certbulk.page.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Screen"]


class Screen:
    """A page that does what a test says, and waits for what it is shown."""

    def __init__(self) -> None:
        self.view: dict[str, Any] = {}
        self.shown = 0
        self.answers: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self.controller = Controller(self._show, self._answer)

    def _show(self, view: dict[str, Any]) -> None:
        with self._changed:
            self.view = view
            self.shown += 1
            self._changed.notify_all()

    def _answer(self, message: dict[str, Any], _: object) -> None:
        self.answers.append(message)

    def do(self, what: str, **given: Any) -> dict[str, Any]:
        """Send an event and return the view once it has been dealt with."""
        self.controller.receive({"do": what, **given})
        done = threading.Event()
        self.controller._thread.submit(done.set)  # noqa: SLF001 (behind what was asked for)
        assert done.wait(30)
        return self.view

    def upload(self, path: Path) -> dict[str, Any]:
        """Drop a file and return the view once it has been read."""
        data = path.read_bytes()
        message = {"do": "upload", "name": path.name, "size": len(data), "at": 0, "files": 1}
        self.controller.receive(message, [data])
        return self.do("nothing")

    def until(self, step: str, seconds: float = 40) -> dict[str, Any]:
        """Return the view once it is at a step; a run goes on in its own process meanwhile."""
        return self.until_true(lambda view: view["step"] == step, seconds)

    def until_true(
        self, wanted: Callable[[dict[str, Any]], object], seconds: float = 40
    ) -> dict[str, Any]:
        """Return the first view from now on of which this is true, the present one included."""
        with self._changed:
            there = self._changed.wait_for(lambda: wanted(self.view), seconds)
            assert there, self.view
            return self.view
