"""Preparing what is to be sent: the chain, the workbook, the plan; kept until it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from certbulk.applying.approving import approval_standing
from certbulk.applying.asking import ask_for_approval, asked_at
from certbulk.applying.history import recent_runs
from certbulk.errors import CertbulkError, OutputError, SettingsError
from certbulk.page.background import Cancelled
from certbulk.page.drafts import Found, Keeper, Prepared
from certbulk.page.mending.taken_titles import choices_for_plan
from certbulk.page.process import just_started
from certbulk.page.read_upload import read_into
from certbulk.page.state import WRITES, State, Step
from certbulk.page.tables.narrowing import narrowed
from certbulk.page.tables.plan_rows import rows_shown
from certbulk.page.texts.by_code import of_error
from certbulk.page.texts.text import Text, both
from certbulk.page.transfers import Inbox, Outbox, short_name
from certbulk.page.worker import Message, Worker
from certbulk.planning import plan

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from certbulk.page.mending.taken_titles import TitleChoice
    from certbulk.planning import Plan
    from certbulk.planning.approval import Standing

__all__ = ["Preparing"]


class Preparing(Worker):
    """Does what the page asks for until something is sent, and finds it again after a reload.

    Args:
        show: Called with what the page is to show, from any thread.
        send: Called with an answer that is not a state: a message, and bytes.
    """

    def __init__(
        self,
        show: Callable[[dict[str, Any]], None],
        send: Callable[[Message, Sequence[bytes]], None],
    ) -> None:
        super().__init__(show, send)
        self._inbox, self._outbox = Inbox(), Outbox()
        self._keeper: Keeper | None = None
        self._found: Found | None = None

    def close(self) -> None:
        """Forget the uploaded file; what is kept of it stays until somebody comes back for it."""
        super().close()
        self._inbox.close()

    @property
    def _file(self) -> str:
        return short_name(self._inbox.arrived.name)

    def _plain(self, text: str) -> str:
        return self._inbox.plain(text)

    # --- keeping what is prepared, and finding it again

    def _put(self, state: State) -> None:
        super()._put(self._kept(self._as_of_now(state)))

    def _as_of_now(self, state: State) -> State:
        """Return the state with the chain's runs, and the plan's approval, as the journal has them.

        They are read whenever they are shown, or something follows from them: what was true when
        the page was loaded, or a run began, is not true for long.
        """
        if state.destination is None or state.work or (state.sending and not state.awaited):
            return state
        try:
            recent = tuple(recent_runs(state.destination.service, state.destination.chain_id))
            approval, asked = _approval_of(state)
        except OutputError as error:
            return replace(state, trouble=of_error(error))
        return replace(state, recent=recent, approval=approval, asked=asked)

    def _see_who_is_sending(self) -> None:
        self.state = self._as_of_now(self.state)

    def _cancelled(self, before: State) -> None:
        self._inbox.put_away()
        super()._cancelled(before)

    def _kept(self, state: State) -> State:
        """Write down what is prepared, unless it is just changing or yet to be found again."""
        if self._keeper is None:
            return state
        if self._found is not None:
            return replace(state, kept=self._found.name)
        try:
            if not state.work and not state.awaited:
                prepared = Prepared.of(state, self._inbox.path.name)
                self._keeper.keep(prepared, self._inbox.path, state.plan)
        except OutputError as error:  # reported once; the page works without
            self._keeper = None
            return state.refused(of_error(error))
        return replace(state, kept=self._keeper.name)

    def _find(self, name: str, *, mine: bool) -> bool:
        """Look what was prepared before the page was loaded again, and return whether it is lost.

        Args:
            name: What the browser remembers; empty for nothing.
            mine: Whether it was prepared on this page; else on another one, which may be open
                still and keeps its own.
        """
        self._found = Found.under(name) if name else None
        self._keeper = Keeper(name if self._found and mine else "")
        return bool(name) and self._found is None

    def _restore(self) -> None:
        """Be where the page was, as far as that can still be used."""
        try:
            if self._found is not None:
                self._restore_from(self._found)
        except Cancelled:
            self._inbox.put_away()
            self._keeper = Keeper()  # what was kept stays where it is
            self.state = self.state.refused("")
        finally:
            self._found = None

    def _restore_from(self, found: Found) -> None:
        was, destination, plan, troubles = (
            found.prepared,
            self.state.destination,
            None,
            [self.state.trouble],
        )
        try:
            if was.plan and destination is not None:
                plan = found.plan_for(destination.service, destination.chain_id)
        except CertbulkError as error:
            troubles.append(Text("trouble.plan_unusable", why=of_error(error)))
        if found.workbook is not None:
            self._inbox.adopt(found.workbook)
            self.state = was.before_reading(self.state)
            self.state = self._read_in_background(
                "finding", self._inbox.arrived, was.sheet, pasted=was.pasted, again=True
            )
            self._inbox.keep()
            self.state = replace(self.state, at=was.at if self.state.report else "")
            troubles.append(self.state.trouble)
        if plan is not None:
            self.state = replace(was.on(self.state.planned(plan)), plan_id=plan.id)
        self.state = replace(self.state, work=None, trouble=both(troubles))

    # --- step by step

    def _on_choose(self, message: Message, _: Sequence[bytes]) -> None:
        report = self.state.report
        if report is None:
            self._choose(str(message.get("destination")))
            self._put(self.state)
            return
        # Names mean something else in another chain: what was read with those of the last one is
        # put away first, so that it is gone if reading it again fails.
        before, self.state = self.state, self.state.read(None, ())
        self._choose(str(message.get("destination")))
        how = ("encoding", "meanings", "confirmed", "recalled", "mended")
        self.state = replace(self.state, **{name: getattr(before, name) for name in how})
        self._read(self._inbox.path, report.sheet.name, pasted=before.pasted, again=True)

    def _on_elsewhere(self, _: Message, __: Sequence[bytes]) -> None:
        self._put(self.state.elsewhere())

    def _choose(self, key: str) -> None:
        destination = next((p for p in self.state.destinations if p.key == key), None)
        if destination is None or destination.trouble:
            why = destination.trouble if destination else Text("trouble.no_chain", chain=key)
            raise SettingsError(Text("trouble.cannot_choose", why=why))
        self.state = self.state.chosen(destination, ())
        self._see_who_is_sending()

    def _on_upload(self, message: Message, buffers: Sequence[bytes]) -> None:
        """Take a part of a file; the page sends the next one when it is told to.

        It is told when the file has arrived or is refused: what it is shown meanwhile, another
        person's run for example, does not end an upload.
        """
        whole = True
        try:
            whole = self._inbox.take(message, buffers)
        finally:
            kind = "received" if whole else "more"
            self._send({"kind": kind, "at": self._inbox.size}, [])
        if whole:
            self.state = replace(self.state, encoding="")
            self._read(self._inbox.arrived)

    def _on_sheet(self, message: Message, _: Sequence[bytes]) -> None:
        self._read(self._inbox.path, str(message.get("name")))

    def _on_pasted(self, _: Message, __: Sequence[bytes]) -> None:
        report = self.state.report
        if report is not None:
            self._read(self._inbox.path, report.sheet.name, pasted=True)

    def _read(
        self, path: Path, sheet: str | None = None, *, pasted: bool = False, again: bool = False
    ) -> None:
        read = self._read_in_background("reading", path, sheet, pasted=pasted, again=again)
        if path == self._inbox.arrived:
            self._inbox.keep()
        self._put(read)

    def _read_in_background(
        self, name: str, path: Path, sheet: str | None, *, pasted: bool, again: bool = False
    ) -> State:
        before = self.state
        return self._busy_with(
            name,
            Text("work.reading", file=short_name(path.name)),
            lambda stop: read_into(before, path, sheet, pasted=pasted, again=again, stop=stop),
            before.trouble if name == "finding" else "",
        )

    def _on_plan(self, _: Message, __: Sequence[bytes]) -> None:
        self._plan(match_titles=self.state.match_titles, titles=self.state.titles)

    def _on_ask(self, _: Message, __: Sequence[bytes]) -> None:
        """Show others the plan, so that one of them approves what would be sent."""
        if self.state.approval is not None and not self.state.to_send.undoes:
            ask_for_approval(self.state.to_send)
        self._put(self.state)

    def _on_match(self, message: Message, _: Sequence[bytes]) -> None:
        self._plan(match_titles=bool(message.get("on")), titles=self.state.titles)

    def _plan(self, *, match_titles: bool, titles: tuple[TitleChoice, ...]) -> None:
        """Make the plan; if that fails, the one before stays, and how it was made with it."""
        destination, report = self.state.destination, self.state.report
        if destination is None or report is None:
            return

        chosen = choices_for_plan(report, titles)

        def work(stop: threading.Event) -> Plan:
            with destination.client(stop) as client:
                match: Literal["id", "title"] = "title" if match_titles else "id"
                return plan(report, client, match=match, titles=chosen)

        made = self._in_place_of_the_last(self._busy_with("planning", Text("work.planning"), work))
        planned = replace(self.state.planned(made), match_titles=match_titles, titles=titles)
        self._put(replace(planned, plan_id=made.id))

    def _in_place_of_the_last(self, made: Plan) -> Plan:
        """Return a plan with the id of the last one of this file, unless that one was sent.

        An approval is found by the id, and bound to what would be sent: it still holds if that is
        the same, and is shown as one of something else if it is not.
        """
        last = self.state.plan_id
        if not made.needs_approval or not last or just_started(last) or self._run_of(last):
            return made
        return replace(made, id=last)

    def _run_of(self, plan_id: str) -> str | None:
        return next((r["run"] for r in self.state.recent if r["plan_id"] == plan_id), None)

    def _on_goto(self, message: Message, _: Sequence[bytes]) -> None:
        """Go back to a step that was done."""
        step = next((step for step in Step if step == message.get("step")), self.state.step)
        self._put(self.state.gone_to(step))

    def _on_tick(self, message: Message, _: Sequence[bytes]) -> None:
        self._put(self.state.ticked([int(message["row"])], send=bool(message.get("on"))))

    def _on_tick_all(self, message: Message, _: Sequence[bytes]) -> None:
        """Take all rows that a person saw, or leave them out: on all pages of what they looked at.

        The message says what that was narrowed to: it may have been sent before the answer to
        another filter was there, and must not hit rows that nobody saw.
        """
        rows = rows_shown(narrowed(self.state, message))
        writes = [row.decision.row for row in rows if row.decision.action in WRITES]
        self._put(self.state.ticked(writes, send=bool(message.get("on"))))

    def _on_look(self, message: Message, _: Sequence[bytes]) -> None:
        """Narrow the table, sort it, or turn its pages."""
        self._put(narrowed(self.state, message))


def _approval_of(state: State) -> tuple[Standing | None, str]:
    """Return whether what would be sent is approved, and when that was asked for."""
    if state.plan is None or not state.plan.needs_approval:
        return None, ""
    plan = state.to_send
    return approval_standing(plan), "" if plan.undoes else asked_at(plan)
