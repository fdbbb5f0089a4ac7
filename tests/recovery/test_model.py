"""Plans, runs, crashes, resumes and undos in any order, compared with the sandbox."""

import contextlib
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import certbulk as cb
from certbulk.sandbox import Faults, Lies
from tests.conftest import FAST, MEMORY, UNLIMITED, FakeClock
from tests.planning.sheets import change, new, plan_of

from .scenes import PowerCutError, crash_at, newest, record_of, titled

UPDATABLE = (288901, 288902, 288904, 288909)
WRITES = ("POST", "PUT", "DELETE")

titles = st.lists(st.integers(0, 9), max_size=5)
updates = st.dictionaries(st.sampled_from(UPDATABLE), st.integers(60, 69), max_size=3)
seeds = st.integers(0, 10_000)
STORMS: tuple[dict[str, float], ...] = (
    {
        "lost_answer": 0.15,
        "closed": 0.1,
        "server_error": 0.1,
        "server_error_applied": 0.1,
        "truncated": 0.05,
        "false_success": 0.05,
        "rate_limited": 0.05,
    },
    {"out_of_step": 0.3, "lost_answer": 0.1, "bad_header": 0.1, "interim": 0.2, "garbled": 0.1},
)
weather = st.one_of(
    st.just(Faults()),
    st.builds(
        lambda storm, seed: Faults(**storm, methods=WRITES, seed=seed),
        st.sampled_from(STORMS),
        seeds,
    ),
)
LIES: tuple[dict[str, float], ...] = (
    {},
    {},
    {"find_or_create": 1, "total_of_page": 1},
    {"keeps": 0.5, "total_behind": 0.5},
    {"repeated": 0.5, "total_missing": 0.5, "text_ids": 0.5},
    {"list_behind": 0.5, "entities": 1},
)
lies = st.builds(lambda told, seed: Lies(**told, seed=seed), st.sampled_from(LIES), seeds)
crashes = st.one_of(
    st.none(),
    st.tuples(st.sampled_from(["intend", "settle"]), st.integers(1, 6), st.booleans()),
)


class Chain(RuleBasedStateMachine):
    """One chain, one journal, and whoever sends to it, edits it and has second thoughts."""

    def __init__(self) -> None:
        super().__init__()
        folder = str(MEMORY) if MEMORY.is_dir() else None
        self.folder = tempfile.TemporaryDirectory(prefix="certbulk-", dir=folder)
        self.state = Path(self.folder.name)
        self.sandbox = cb.Sandbox(limits=UNLIMITED)
        self.sandbox.start()
        self.unfinished: list[str] = []
        self.last: str | None = None
        self.before: list[dict[str, Any]] = []
        self.touched = False
        self.allowed: Counter[str] = Counter(record["title"] for record in self.sandbox.types())

    def teardown(self) -> None:
        """Stop the server and forget the journal."""
        self.sandbox.stop()
        self.folder.cleanup()

    def client(self) -> cb.Client:
        """Return a client whose pauses take no time."""
        return self.sandbox.client(**FAST, clock=FakeClock(), jitter=lambda: 1.0)

    def carry_out(
        self, act: Any, faults: Faults, told: Lies, crash: tuple[str, int, bool] | None
    ) -> cb.Run | None:
        """Apply or resume in this weather; None if it was cut off by a crash."""
        options = {"state_dir": self.state, "progress": False, "most_failures": 1000}
        self.sandbox.faults, self.sandbox.lies = faults, told
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(PowerCutError):
            if crash:
                crash_at(patch, crash[0], crash[1], written=crash[2])
            run: cb.Run = act(**options)
            self.sandbox.faults, self.sandbox.lies = Faults(), Lies()
            return run
        self.sandbox.faults, self.sandbox.lies = Faults(), Lies()
        return None

    @rule(
        numbers=titles,
        doubles=st.booleans(),
        changes=updates,
        faults=weather,
        told=lies,
        crash=crashes,
    )
    def apply(
        self,
        *,
        numbers: list[int],
        doubles: bool,
        changes: dict[int, int],
        faults: Faults,
        told: Lies,
        crash: tuple[str, int, bool] | None,
    ) -> None:
        """Send a sheet of creates and updates, with or without titles that are there twice."""
        rows = [new(title=f"N{n} 10") for n in numbers]
        rows += [change(number, balance=str(to)) for number, to in changes.items()]
        if not rows:
            return
        client, self.before = self.client(), self.sandbox.types()
        self.touched = False
        plan = plan_of(client, *rows, allow_duplicate_titles=doubles)
        asked = Counter(d.title for d in plan.decisions if d.action == "create")
        self.allowed = self.allowed + asked if doubles else self.allowed | asked
        run = self.carry_out(lambda **o: cb.apply(plan, client, **o), faults, told, crash)
        self.last = newest(self.state)
        self.settled(run, self.last, self.before, {})

    @rule(faults=weather, told=lies, crash=crashes)
    def resume(self, faults: Faults, told: Lies, crash: tuple[str, int, bool] | None) -> None:
        """Continue with what was cut off or is not known."""
        if not self.unfinished:
            return
        number = self.unfinished[-1]
        self.touched = self.touched or number != self.last
        had = {o.row: o for o in cb.attach(number, self.state).outcomes}
        before = self.sandbox.types()
        run = self.carry_out(lambda **o: cb.resume(number, self.client(), **o), faults, told, crash)
        self.settled(run, number, before, had)

    @rule(faults=weather, told=lies)
    def undo(self, faults: Faults, told: Lies) -> None:
        """Take the last run back."""
        if self.last is None or self.last in self.unfinished:
            return
        client, before = self.client(), self.sandbox.types()
        plan = cb.undo(self.last, client, state_dir=self.state)
        run = self.carry_out(lambda **o: cb.apply(plan, client, **o), faults, told, None)
        assert run is not None
        if run.ok and not self.touched:
            assert self.sandbox.types() == self.before
        gone = {o.id for o in run.outcomes if o.status == "deleted"}
        doubtful = {o.id for o in run.outcomes if o.status in {"unknown", "failed"}}
        live = {record["id"] for record in self.sandbox.types()}
        assert not gone & live
        assert {record["id"] for record in before} - live <= gone | doubtful
        self.last = None

    @rule(number=st.sampled_from(UPDATABLE), balance=st.integers(900, 909))
    def somebody_edits(self, number: int, balance: int) -> None:
        """Change a record behind everybody's back."""
        self.sandbox.server.edit(number, balance=balance)
        self.touched = True

    @rule(number=st.sampled_from(UPDATABLE), title=st.integers(0, 9))
    def somebody_renames(self, number: int, title: int) -> None:
        """Give a type a title that rows have, or will have."""
        self.sandbox.server.edit(number, title=f"N{title} 10")
        self.allowed[f"N{title} 10"] += 1
        self.touched = True

    def settled(
        self,
        run: cb.Run | None,
        number: str,
        before: list[dict[str, Any]],
        had: dict[int, cb.Outcome],
    ) -> None:
        """Hold the outcomes that are new against what the server has."""
        if number in self.unfinished:
            self.unfinished.remove(number)
        if run is None or run.state != "finished" or run.counts["unknown"]:
            self.unfinished.append(number)
        if run is None:
            return
        attached = cb.attach(number, self.state)
        assert [(o.row, o.status, o.id) for o in attached.outcomes] == [
            (o.row, o.status, o.id) for o in run.outcomes
        ]
        created = [o.id for o in run.outcomes if o.status == "created"]
        assert len(set(created)) == len(created)
        was = {record["id"]: record for record in before}
        unknown = [o.row for o in run.outcomes if o.status == "unknown"]
        open_titles = {d.title for d in run.plan.decisions if d.row in unknown}
        may_differ = {o.id for o in run.outcomes if o.row in unknown}
        for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
            if had.get(outcome.row) != outcome and outcome.row not in unknown:
                may_differ.add(self.is_true(decision, outcome, was))
        for record in self.sandbox.types():
            if record["id"] not in may_differ and record["title"] not in open_titles:
                assert was.get(record["id"]) == record, run.outcomes

    def is_true(
        self, decision: cb.RowDecision, outcome: cb.Outcome, was: dict[int, dict[str, Any]]
    ) -> int | None:
        """Fail unless an outcome is what happened; return the id of what it says was changed."""
        if outcome.status == "created":
            assert outcome.id in titled(self.sandbox, decision.title)
            return outcome.id
        if decision.action == "update":
            record = record_of(self.sandbox, decision.id or 0)
            if outcome.status != "updated":
                assert record == was[decision.id or 0]
                return None
            assert decision.body is not None
            as_asked = all(record[name] == decision.body[name] for name in ("title", "balance"))
            assert outcome.verified in {"yes" if as_asked else "differs", "not looked"}, outcome
            return outcome.id
        return None

    @invariant()
    def nothing_is_doubled(self) -> None:
        """Whatever was killed, cut or answered wrongly: no title is there more often than asked."""
        titles = Counter(record["title"] for record in self.sandbox.types())
        assert titles <= self.allowed, titles - self.allowed


TestChain = Chain.TestCase
TestChain.settings = settings(
    max_examples=14,
    stateful_step_count=7,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # a failing run takes too long to be made shorter
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
