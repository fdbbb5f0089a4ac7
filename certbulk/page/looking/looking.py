"""Looking around: the runs of the chosen chain, what has changed since one, and what is live."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.applying import attach
from certbulk.applying.history import run_summaries
from certbulk.auditing import drift
from certbulk.making import export
from certbulk.page.looking.history import MOST_RUNS, History
from certbulk.page.looking.since import Since
from certbulk.page.starting.setting_up import SettingUp
from certbulk.page.texts.text import Text

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from certbulk.auditing import Drift
    from certbulk.page.worker import Message

__all__ = ["Looking"]

_EXPORT = "export"


class Looking(SettingUp):
    """Shows what is asked for beside the steps. Nothing is sent.

    Args:
        show: Called with what the page is to show, from any thread.
        send: Called with an answer that is not a state: a message, and bytes.
    """

    def _on_history(self, _: Message, __: Sequence[bytes]) -> None:
        """List the runs of the chain."""
        destination = self.state.destination
        if destination is None:
            return

        def work(_: threading.Event) -> tuple[dict[str, Any], ...]:
            found = run_summaries(
                limit=MOST_RUNS, service=destination.service, chain=destination.chain_id
            )
            return tuple({**run, "outcomes": ()} for run in found)

        runs = self._busy_with("history", Text("work.history"), work)
        self._put(replace(self.state, aside=History(runs), work=None))

    def _on_narrow(self, message: Message, _: Sequence[bytes]) -> None:
        """Narrow the list that is shown, or turn its pages."""
        aside, page = self.state.aside, max(0, int(message.get("page") or 0))
        if isinstance(aside, History):
            aside = replace(aside, find=str(message.get("find", aside.find)), page=page)
        elif isinstance(aside, Since):
            aside = replace(aside, kind=str(message.get("shown", aside.kind)), page=page)
        self._put(replace(self.state, aside=aside))

    def _on_drift(self, message: Message, _: Sequence[bytes]) -> None:
        """Compare what is live with what a run has left there."""
        destination, number = self.state.destination, str(message.get("run") or "")
        if destination is None:
            return

        def work(stop: threading.Event) -> Drift:
            with destination.client(stop) as client:
                return drift(attach(number), client)

        found = self._busy_with("comparing", Text("work.comparing"), work)
        self._put(replace(self.state, aside=Since(number, found), work=None))

    def _on_export(self, _: Message, __: Sequence[bytes]) -> None:
        """Write what is live as a workbook, and tell the page that it can be fetched."""
        destination = self.state.destination
        if destination is None:
            return
        name = f"certificate_types.{destination.chain_id}.xlsx"

        def work(stop: threading.Event) -> bytes:
            with (
                tempfile.TemporaryDirectory(prefix="certbulk-") as folder,
                destination.client(stop) as client,
            ):
                return export(Path(folder, name), client).read_bytes()

        self._outbox.offer(_EXPORT, name, self._busy_with("exporting", Text("work.export"), work))
        self._put(replace(self.state, work=None))
        self._send({"kind": "ready", "file": _EXPORT}, [])
