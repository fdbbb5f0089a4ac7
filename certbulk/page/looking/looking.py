"""Looking around: runs, what has changed since one, what is live, and what is to be approved."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.applying import approve, attach
from certbulk.applying.approving import plan_to_approve
from certbulk.applying.asking import approvals_of, plans_asked_for
from certbulk.applying.history import run_summaries
from certbulk.auditing import drift
from certbulk.errors import PlanError
from certbulk.making import export
from certbulk.page.looking.history import MOST_RUNS, History
from certbulk.page.looking.since import Since
from certbulk.page.looking.to_approve import ToApprove
from certbulk.page.starting.setting_up import SettingUp
from certbulk.page.texts.text import Text
from certbulk.planning.approval import content_digest

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

        def work(_: threading.Event) -> History:
            found = run_summaries(
                limit=MOST_RUNS, service=destination.service, chain=destination.chain_id
            )
            asked = plans_asked_for(destination.service, destination.chain_id)
            return History(tuple({**run, "outcomes": ()} for run in found), asked=asked)

        history = self._busy_with("history", Text("work.history"), work)
        self._put(replace(self.state, aside=history, work=None))

    def _on_to_approve(self, message: Message, _: Sequence[bytes]) -> None:
        """Show the plan of another person, for which an approval was asked."""
        aside, number = self.state.aside, str(message.get("plan") or "")
        listed = aside.asked if isinstance(aside, History) else ()
        asked = next((one for one in listed if one.plan_id == number), None)
        plan = plan_to_approve(number) if asked else None
        if plan is None or asked is None:
            raise PlanError(Text("trouble.not_asked_any_more"))
        # What was asked for meanwhile in its place has another content, and other counts.
        counts = {action: n for action, n in plan.counts.items() if n}
        asked = asked._replace(digest=content_digest(plan), counts=counts)
        self._put(replace(self.state, aside=ToApprove(plan, asked, approvals_of(plan))))

    def _on_approve(self, _: Message, __: Sequence[bytes]) -> None:
        """Approve the plan that is shown; an undo is planned again, so it is one's own plan."""
        aside = self.state.aside
        if isinstance(aside, ToApprove):
            approve(aside.plan)
            self._put(replace(self.state, aside=replace(aside, approvals=approvals_of(aside.plan))))
        elif aside is None and self.state.plan is not None and self.state.plan.undoes:
            approve(self.state.to_send)
            self._put(self.state)

    def _on_narrow(self, message: Message, _: Sequence[bytes]) -> None:
        """Narrow the list that is shown, or turn its pages."""
        aside, page = self.state.aside, max(0, int(message.get("page") or 0))
        if isinstance(aside, History):
            aside = replace(aside, find=str(message.get("find", aside.find)), page=page)
        elif isinstance(aside, ToApprove):
            aside = replace(aside, page=page)
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
