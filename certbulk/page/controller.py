"""The page's own side: takes what a person does on it, does it, and shows what came of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.applying import attach, stop, undo
from certbulk.applying.approving import require_approval
from certbulk.errors import CertbulkError, PlanError
from certbulk.page.correcting import Correcting
from certbulk.page.crash_log import written_down
from certbulk.page.destinations import destinations
from certbulk.page.following import Following
from certbulk.page.looking.looking import Looking
from certbulk.page.process import just_started, not_sent, said_of, start_plan, start_resume
from certbulk.page.state import State, Step, Waiting
from certbulk.page.steps import READ
from certbulk.page.texts.by_code import of_error
from certbulk.page.texts.text import Exact, Text

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from certbulk.page.destinations import Destination
    from certbulk.page.drafts import Found
    from certbulk.page.worker import Message
    from certbulk.planning import Plan

__all__ = ["Controller"]

_LOOK_EVERY, _LOOK_AT_OTHERS_EVERY = 0.5, 2.0
_CUT_OFF = {name: Text(f"trouble.cut_{name}") for name in ("upload", "reading", "planning")}
"""By what the page was at when its connection was lost."""

_LOOK_SHARE = 5
"""A look at the journal that takes long is taken less often: a fifth of the time at most."""


class Controller(Looking, Correcting):
    """Does what the page asks for, step by step, and looks how a run goes on.

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
        self._following: Following | None = None
        self._came_with: Message | None = None
        self._to_stop = False
        self._at_least = 0.0

    def _on_hello(self, message: Message, _: Sequence[bytes]) -> None:
        """A page was opened, or opened again: show it where it was."""
        cut_off = _CUT_OFF.get(str(message.get("cut") or ""), "")
        if (
            self.state.destinations
        ):  # a second view of the same page, which has gone on with its work
            half = message.get("cut") == "upload" and self._inbox.arrived != self._inbox.path
            self._put(self.state.refused(cut_off) if half else self.state)
            return
        self.state = State(destinations())
        lost = self._find(str(message.get("kept") or ""), mine=bool(message.get("mine")))
        chosen = next(
            (p for p in self.state.destinations if p.key == message.get("destination")), None
        )
        if chosen is not None and not chosen.trouble:
            self._choose(chosen.key)
            self._open_again(message)
        elif waiting := _waiting(message, self._found, chosen):
            self._came_with = message
            self._put(replace(self.state, waiting=waiting))
            return
        if not self.state.sending:
            self._restore()
        if lost and self.state.run is None:
            self.state = self.state.refused(Text("trouble.not_kept"))
        elif cut_off and not self.state.trouble and self.state.step in READ | {Step.PLAN}:
            self.state = self.state.refused(cut_off)
        self._put(self.state)

    def _on_choose(self, message: Message, buffers: Sequence[bytes]) -> None:
        """Choose a chain; what waited for it is found then."""
        came_with = self._came_with
        if came_with is None:
            super()._on_choose(message, buffers)
            return
        self._choose(str(message.get("destination")))
        self._came_with = None
        self._open_again(came_with)
        if not self.state.sending:
            self._restore()
        self._put(self.state)

    def _open_again(self, message: Message) -> None:
        """Find the run that the page was at, or that of a plan which was sent meanwhile."""
        plan_id, number = str(message.get("plan") or ""), str(message.get("run") or "")
        sent = self._run_of(self._found.prepared.plan) if self._found else None
        if sent is not None:
            self._found = None
            self._open(sent)
        elif plan_id:
            self._await_run(plan_id)
        elif number in {run["run"] for run in self.state.recent}:
            self._open(number, paused=bool(message.get("paused")))

    # --- sending

    def _on_send(self, message: Message, _: Sequence[bytes]) -> None:
        state = self.state
        if state.plan is None or state.destination is None or not state.writes:
            return
        if state.destination.real and str(message.get("typed", "")).strip() != str(state.writes):
            self._put(state.refused(Text("trouble.type_number", number=str(state.writes))))
            return
        if self._sent_before(state.plan.id) or self._somebody_else() or self._lacks_approval():
            return
        job = start_plan(state.to_send, state.destination)
        self._following = Following(state.destination, state.plan, job)
        self._put(state.started())

    def _sent_before(self, plan_id: str) -> bool:
        """Return whether this very plan was sent, from another window say, and go to its run."""
        self._see_who_is_sending()
        if self._run_of(plan_id) is None and not just_started(plan_id):
            return False
        self._await_run(plan_id)
        self._put(self.state.refused(Text("trouble.sent_before")))
        return True

    def _somebody_else(self) -> bool:
        """Return whether another run sends to the chain, and say so."""
        self._see_who_is_sending()
        other = self.state.busy
        if other is None:
            return False
        run, file = other["run"], other["source"]
        self._put(self.state.refused(Text("trouble.somebody_sends", run=run, file=file)))
        return True

    def _lacks_approval(self) -> bool:
        """Return whether another person has yet to approve what would be sent, and say so."""
        plan = self.state.to_send
        try:
            require_approval(plan)
        except PlanError as error:
            name, run = ("approve_undo", plan.undoes) if plan.undoes else ("approve", "")
            self._put(self.state.refused(Exact(str(error), f"plan.{name}", run=run)))
            return True
        return False

    def _on_pause(self, _: Message, __: Sequence[bytes]) -> None:
        self._stop(paused=True)

    def _on_stop(self, _: Message, __: Sequence[bytes]) -> None:
        self._stop(paused=False)

    def _stop(self, *, paused: bool) -> None:
        run = self.state.run
        if run is None:
            return
        if not self.state.sending:
            self._put(replace(self.state, paused=paused).ended(run))
        else:  # one that is about to go on is stopped as soon as it does
            self._to_stop = run.state != "running"
            if not self._to_stop:
                stop(run.id)
            self._put(replace(self.state, paused=paused, stopping=True))

    def _on_go_on(self, _: Message, __: Sequence[bytes]) -> None:
        destination, run = self.state.destination, self.state.run
        if destination is None or run is None or self.state.sending:
            return
        self._see_who_is_sending()
        if self.state.goes_on_elsewhere:
            self._open(run.id)
            return
        if self._somebody_else():
            return
        self._to_stop = False
        self._following = Following(destination, run.plan, start_resume(run.id, destination))
        self._put(self.state.started())

    def _on_resume(self, message: Message, _: Sequence[bytes]) -> None:
        """Resume a run of the history."""
        self._on_open(message, [])
        if self.state.run is not None and not self.state.sending:
            self._on_go_on(message, [])

    def _on_undo(self, _: Message, __: Sequence[bytes]) -> None:
        destination, run = self.state.destination, self.state.run
        if destination is None or run is None:
            return

        def work(stop: threading.Event) -> Plan:
            with destination.client(stop) as client:
                return undo(run.id, client)

        words = Text("work.planning_undo")
        self._put(self.state.planned(self._busy_with("planning", words, work)))

    def _on_open(self, message: Message, _: Sequence[bytes]) -> None:
        self._open(str(message.get("run")))

    def _open(self, number: str, *, paused: bool = False) -> None:
        destination, run = self.state.destination, attach(number)
        if destination is None:
            return
        self._following = Following(destination, run.plan)
        self._put(self._following.look(replace(self.state, run=run, paused=paused, aside=None)))

    def _await_run(self, plan_id: str) -> None:
        """Find the run of a plan that was sent just before the page was loaded again."""
        self._see_who_is_sending()
        number = self._run_of(plan_id)
        if number is not None:
            self._found = None
            self._open(number)
        elif just_started(plan_id):
            self._put(replace(self.state, sending=True, awaited=plan_id))
        elif self.state.sending:
            self.state = self.state.not_begun(not_sent(said_of(plan_id)))
            self._restore()
            self._put(self.state)

    def _on_back(self, _: Message, __: Sequence[bytes]) -> None:
        self._put(self.state.back())

    def _on_again(self, _: Message, __: Sequence[bytes]) -> None:
        """Begin anew with another workbook; a run that is under way goes on."""
        destination = self.state.destination
        if destination is not None:
            self.state = State(self.state.destinations)
            self._choose(destination.key)
            self._put(self.state)

    def _on_dismiss(self, _: Message, __: Sequence[bytes]) -> None:
        self._put(replace(self.state, trouble="", renews=""))

    def _on_fetch(self, message: Message, _: Sequence[bytes]) -> None:
        """Hand out a part of a file to download; the page then asks for the next one."""
        try:
            answer, part = self._outbox.part(self.state, message)
        except CertbulkError:
            self._send({"kind": "no_part", "file": str(message.get("file"))}, [])
            raise
        self._send(answer, [part])

    # --- looking at a run that goes on in its own process

    def _put(self, state: State) -> None:
        super()._put(state)
        self._look_when_due()

    def _look_when_due(self) -> None:
        """See to it that a run is looked at while it goes on, and else what others send."""
        if self.state.sending:
            self._look_later(max(_LOOK_EVERY, self._at_least))
        elif self.state.watches:
            self._look_later(max(_LOOK_AT_OTHERS_EVERY, self._at_least))

    def _look(self) -> None:
        began = time.monotonic()
        try:
            self._look_once()
        except CertbulkError as error:
            self._put(replace(self.state, trouble=of_error(error)))
        except Exception as error:  # noqa: BLE001 (the run goes on, and so does looking)
            self._put(replace(self.state, trouble=written_down(error)))
        self._at_least = _LOOK_SHARE * (time.monotonic() - began)
        self._look_when_due()

    def _look_once(self) -> None:
        if self.state.sending and self._following is not None:
            self._put(self._following.look(self.state))
            run = self.state.run
            if self._to_stop and run is not None and run.state == "running":
                stop(run.id)
                self._to_stop = False
        elif self.state.awaited:
            self._await_run(self.state.awaited)
        elif self.state.watches:
            fresh = self._as_of_now(self.state)
            if fresh.goes_on_elsewhere:
                self._open(fresh.run.id if fresh.run else "")
            elif _seen_of_others(fresh) != _seen_of_others(self.state):
                self._put(fresh)  # what has not changed is not sent again


def _seen_of_others(state: State) -> tuple[object, ...]:
    return state.recent, state.approval, state.asked, state.trouble


def _waiting(message: Message, found: Found | None, chosen: Destination | None) -> Waiting | None:
    """Return what waits until the chain can be chosen: its tokens may have to be entered again.

    Args:
        message: What the browser remembers.
        found: What was prepared.
        chosen: The chain that it was at, if there is such a one; it cannot be chosen now.
    """
    remembered = {name: message.get(name) or "" for name in ("destination", "run", "plan", "kept")}
    remembered["paused"] = bool(message.get("paused"))
    if found is not None and found.prepared.plan:
        return Waiting(found.prepared.file, found.prepared.run, remembered)
    looked_at = str(remembered["run"] or remembered["plan"])
    return Waiting("", looked_at, remembered) if chosen is not None and looked_at else None
