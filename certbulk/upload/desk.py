"""The page's own side: takes what a person does on it, does it, and shows what came of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import certbulk as cb
from certbulk.applying.history import recent_runs
from certbulk.errors import CertbulkError
from certbulk.upload.files import Inbox, Outbox
from certbulk.upload.following import Following
from certbulk.upload.mistakes import written_down
from certbulk.upload.places import places
from certbulk.upload.process import just_started, said_of, start_plan, start_resume
from certbulk.upload.reading import read_into
from certbulk.upload.show import rows_shown
from certbulk.upload.state import WRITES, State
from certbulk.upload.worker import Message, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Desk"]

_LOOK_EVERY = 0.5
_LOOK_AT_OTHERS_EVERY = 2.0
_LOOK_SHARE = 5
"""A look at the journal that takes long is taken less often: a fifth of the time at most."""


class Desk(Worker):
    """Does what the page asks for, step by step, and looks how a run goes on.

    Args:
        show: Called with what the page is to show, from any thread.
        send: Called with an answer that is no state: a message, and bytes.
    """

    def __init__(
        self,
        show: Callable[[dict[str, Any]], None],
        send: Callable[[Message, Sequence[bytes]], None],
    ) -> None:
        super().__init__(show)
        self._send = send
        self._inbox, self._outbox = Inbox(), Outbox()
        self._following: Following | None = None

    def close(self) -> None:
        """Stop watching and forget the uploaded file. A run goes on."""
        super().close()
        self._inbox.close()

    def _plain(self, message: str) -> str:
        return self._inbox.plain(message)

    # --- step by step

    def _on_hello(self, message: Message, _: Sequence[bytes]) -> None:
        """A page was opened, or opened again: show it where it was."""
        if self.state.places:  # a second view of the same page
            self._put(self.state)
            return
        self.state = State(places())
        chosen = next((p for p in self.state.places if p.key == message.get("place")), None)
        if chosen is not None and not chosen.trouble:
            self._choose(chosen.key)
            if message.get("plan"):
                self._await_run(str(message["plan"]))
                return
            if message.get("run") in {run["run"] for run in self.state.recent}:
                self._open(str(message["run"]))
                return
        self._put(self.state)

    def _on_choose(self, message: Message, _: Sequence[bytes]) -> None:
        report = self.state.report
        if report is None:
            self._choose(str(message.get("place")))
            self._put(self.state)
            return
        # Names mean something else in another chain: what was read with those of the last one is
        # put away first, so that it is gone where reading it again fails.
        self.state = self.state.read(None, ())
        self._choose(str(message.get("place")))
        self._read(self._inbox.path, report.sheet.name)

    def _on_elsewhere(self, _: Message, __: Sequence[bytes]) -> None:
        self._put(self.state.elsewhere())

    def _choose(self, key: str) -> None:
        place = next(p for p in self.state.places if p.key == key and not p.trouble)
        self._following = None
        self.state = self.state.chosen(place, ())
        self._see_who_is_sending()

    def _on_upload(self, message: Message, buffers: Sequence[bytes]) -> None:
        """Take a part of a file; the page sends the next one when it is told to."""
        if self._inbox.take(message, buffers):
            self._read(self._inbox.arrived)
        else:
            self._send({"kind": "more", "at": self._inbox.size}, [])

    def _on_sheet(self, message: Message, _: Sequence[bytes]) -> None:
        self._read(self._inbox.path, str(message.get("name")))

    def _read(self, path: Path, sheet: str | None = None) -> None:
        self._busy_with(f"Reading {path.name}")
        self.state = read_into(self.state, path, sheet)
        if path == self._inbox.arrived:
            self._inbox.keep()
        self._see_who_is_sending()
        self._put(self.state)

    def _on_plan(self, _: Message, __: Sequence[bytes]) -> None:
        self._plan(match_titles=self.state.match_titles)

    def _on_match(self, message: Message, _: Sequence[bytes]) -> None:
        self._plan(match_titles=bool(message.get("on")))

    def _plan(self, *, match_titles: bool) -> None:
        """Make the plan; where that fails, the one before stays, and how it was made with it."""
        place, report = self.state.place, self.state.report
        if place is None or report is None:
            return
        self._busy_with("Reading what is live, and comparing. Nothing is sent.")
        with place.client() as client:
            plan = cb.plan(report, client, match="title" if match_titles else "id")
        self.state = replace(self.state.planned(plan), match_titles=match_titles)
        self._see_who_is_sending()
        self._put(self.state)

    def _on_tick(self, message: Message, _: Sequence[bytes]) -> None:
        self._put(self.state.ticked([int(message["row"])], send=bool(message.get("on"))))

    def _on_tick_all(self, message: Message, _: Sequence[bytes]) -> None:
        rows = [d.row for d in rows_shown(self.state) if d.action in WRITES]
        self._put(self.state.ticked(rows, send=bool(message.get("on"))))

    def _on_look(self, message: Message, _: Sequence[bytes]) -> None:
        """Narrow the table, or turn its pages."""
        self._put(
            replace(
                self.state,
                shown=str(message.get("shown", self.state.shown)),
                find=str(message.get("find", self.state.find)),
                page=max(0, int(message.get("page", 0))),
            )
        )

    # --- sending

    def _on_send(self, message: Message, _: Sequence[bytes]) -> None:
        state = self.state
        if state.plan is None or state.place is None or not state.writes:
            return
        if state.place.real and str(message.get("typed", "")).strip() != str(state.writes):
            trouble = f"Nothing was sent. Type {state.writes}, the number of writes, to send them."
            self._put(state.refused(trouble))
            return
        if self._somebody_else():
            return
        job = start_plan(state.to_send, state.place)
        self._following = Following(state.place, state.plan, job)
        self._put(state.started())
        self._look_later(_LOOK_EVERY)

    def _see_who_is_sending(self) -> None:
        place = self.state.place
        if place is not None:
            recent = tuple(recent_runs(place.service, place.chain_id))
            self.state = replace(self.state, recent=recent)
            if self.state.waits_for_others:
                self._look_later(_LOOK_AT_OTHERS_EVERY)

    def _somebody_else(self) -> bool:
        """Tell whether another run sends to the chain, and say so."""
        self._see_who_is_sending()
        other = self.state.busy
        if other is None:
            return False
        self._put(
            self.state.refused(
                f"Nothing was sent: run {other['run']} ({other['source']}) is sending to this "
                "chain. Wait until it has ended, then make the plan again."
            )
        )
        return True

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
        elif run.state == "running":
            cb.stop(run.id)
            self._put(replace(self.state, paused=paused, stopping=True))

    def _on_go_on(self, _: Message, __: Sequence[bytes]) -> None:
        place, run = self.state.place, self.state.run
        if place is None or run is None or self.state.sending or self._somebody_else():
            return
        self._following = Following(place, run.plan, start_resume(run.id))
        self._put(self.state.started())
        self._look_later(_LOOK_EVERY)

    def _on_undo(self, _: Message, __: Sequence[bytes]) -> None:
        place, run = self.state.place, self.state.run
        if place is None or run is None:
            return
        self._busy_with("Looking what can be undone. Nothing is sent.")
        with place.client() as client:
            plan = cb.undo(run.id, client)
        self._put(self.state.planned(plan))

    def _on_open(self, message: Message, _: Sequence[bytes]) -> None:
        self._open(str(message.get("run")))

    def _open(self, number: str) -> None:
        place, run = self.state.place, cb.attach(number)
        if place is None:
            return
        self._following = Following(place, run.plan)
        self._put(self._following.look(replace(self.state, run=run, paused=False)))
        if self.state.sending:
            self._look_later(_LOOK_EVERY)

    def _await_run(self, plan_id: str) -> None:
        """Find the run of a plan that was sent just before the page was loaded again."""
        self._see_who_is_sending()
        number = next((r["run"] for r in self.state.recent if r["plan_id"] == plan_id), None)
        if number is not None:
            self._open(number)
        elif just_started(plan_id):
            self._put(replace(self.state, sending=True, awaited=plan_id))
            self._look_later(_LOOK_EVERY)
        elif not self.state.sending:  # it was sent long ago, or never
            self._put(self.state)
        else:
            why = said_of(plan_id) or "no run began. Drop the workbook again."
            self._put(self.state.not_begun(f"Nothing was sent: {why}"))

    def _on_back(self, _: Message, __: Sequence[bytes]) -> None:
        self._put(self.state.back())

    def _on_again(self, _: Message, __: Sequence[bytes]) -> None:
        """Begin anew with another workbook; a run that is under way goes on."""
        place = self.state.place
        if place is not None:
            self.state = State(self.state.places)
            self._choose(place.key)
            self._put(self.state)

    def _on_dismiss(self, _: Message, __: Sequence[bytes]) -> None:
        self._put(replace(self.state, trouble=""))

    def _on_fetch(self, message: Message, _: Sequence[bytes]) -> None:
        """Hand out a part of a file to download; the page asks for the next one."""
        answer, part = self._outbox.part(self.state, message)
        self._send(answer, [part])

    # --- looking at a run that goes on in its own process

    def _look(self) -> None:
        began = time.monotonic()
        try:
            self._look_once()
        except CertbulkError as error:
            self._put(replace(self.state, trouble=str(error)))
        except Exception as error:  # noqa: BLE001 (the run goes on, and so does looking)
            self._put(replace(self.state, trouble=written_down(error)))
        if self.state.sending:
            self._look_later(max(_LOOK_EVERY, _LOOK_SHARE * (time.monotonic() - began)))
        elif self.state.waits_for_others:
            self._look_later(_LOOK_AT_OTHERS_EVERY)

    def _look_once(self) -> None:
        if self.state.sending and self._following is not None:
            self._put(self._following.look(self.state))
        elif self.state.awaited:
            self._await_run(self.state.awaited)
        elif self.state.waits_for_others:
            self._see_who_is_sending()
            self._put(self.state)
