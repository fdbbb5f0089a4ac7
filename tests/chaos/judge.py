"""The judge: what a run says of its rows, compared with what the server did. It asks nobody else.

The truth is the history of the types: which request, or who else, has made, changed or deleted
which of them, and when.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import certbulk as cb
from certbulk.core.titles import strict
from certbulk.sandbox import Change, RequestSeen
from tests.applying.truth import flat

__all__ = ["BROKEN", "NOTED", "Check", "Finding", "Scene", "checks_in", "judged"]

Record = dict[str, Any]

BROKEN = ("lost", "doubled", "wrong_row", "untrue", "touched")
"""What must not happen."""

NOTED = ("window", "late", "hidden", "not_looked")
"""What no client can help: a colleague's change between the last check and the bytes (or one that
the service's list did not show), a request that the service handles after the last look, a double
that its list hides, a colleague's change that its last list does not have yet, and what nobody
could look at, as the service gave no list at the end."""

_DONE = {"created", "updated", "deleted"}

_CAME_THROUGH = {None, "latency", "interim"}


class Finding(NamedTuple):
    """Something that is to be counted, of a row (0 for none), in words."""

    kind: str
    row: int
    what: str


class Check(NamedTuple):
    """When the bytes of a write left, and when it was last checked that they may; since 1970."""

    checked: float
    bound: float
    left: float


Checks = Mapping[tuple[str, str, str], Sequence[Check]]


def checks_in(path: Path) -> Checks:
    """Return what the processes have written down, by method, path and title."""
    found: dict[tuple[str, str, str], list[Check]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        one = json.loads(line)
        key = (one["method"], one["path"], one["title"])
        found.setdefault(key, []).append(Check(one["checked"], one["bound"], one["left"]))
    return found


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One run, and the server at its end.

    Attributes:
        run: The run.
        live: The types at its end, by id.
        history: All changes up to then.
        requests: All requests up to then, by number.
        began: How many changes there were before the run.
        checks: What its processes have written down.
        is_hazy: Whether the service's list leaves out what is live.
        excused: Types of others that the run before cannot have told from its own.
    """

    run: cb.Run
    live: Mapping[int, Record]
    history: Sequence[Change]
    requests: Mapping[int, RequestSeen]
    began: int
    checks: Checks
    is_hazy: bool
    excused: frozenset[int | None] = frozenset()

    @cached_property
    def witnessed(self) -> float:
        """When the last listing began that came through: what was later, nobody can have seen.

        A page that did not come through may be asked for again, and the listing goes on.
        """
        began, whole, came_through = 0.0, 0.0, False
        for seen in self.requests.values():
            if seen.method != "GET" or not seen.path.endswith("certificate_types"):
                continue
            if seen.query.get("page", "1") == "1":
                whole = max(whole, began) if came_through else whole
                began = seen.wall.timestamp()
            came_through = seen.status == HTTPStatus.OK and seen.fault in _CAME_THROUGH
        return max(whole, began) if came_through else whole

    @cached_property
    def planned(self) -> float:
        """When the plan was made."""
        return self.run.plan.made_at.timestamp()

    @cached_property
    def made(self) -> Mapping[str, list[Change]]:
        """The types that requests of the run have made, by the title that was sent."""
        found: dict[str, list[Change]] = {}
        for change in self.history[self.began :]:
            if change.deed == "created" and change.request is not None:
                title = self.requests[change.request].body["title"]
                found.setdefault(title, []).append(change)
        return found

    @cached_property
    def foreign(self) -> Mapping[int, list[Change]]:
        """What others did since the plan, by type."""
        found: dict[int, list[Change]] = {}
        for change in self.history:
            if change.request is None and change.when > self.planned:
                found.setdefault(change.type_id, []).append(change)
        return found

    def arrived(self, decision: cb.RowDecision) -> int:
        """Return how many requests of the run for a row have arrived."""
        method = {"create": "POST", "update": "PUT", "delete": "DELETE"}.get(decision.action)
        body, end = decision.body, f"/{decision.id or 'certificate_types'}"
        return sum(
            seen.method == method and seen.body == body and seen.path.endswith(end)
            for seen in self.requests.values()
            if seen.wall.timestamp() > self.planned
        )

    def was_dropped(self, type_id: int | None) -> bool:
        """Return whether an id was answered to a create of which nothing was stored."""
        return not any(change.type_id == type_id for change in self.history) and any(
            "drops" in seen.lies for seen in self.requests.values()
        )

    def was_found(self, decision: cb.RowDecision, type_id: int | None) -> bool:
        """Return whether somebody made a type between a row's last check and its bytes.

        A service that finds or creates by title answers with it, and nothing tells whose it is.
        """
        made = [c.when for c in self.foreign.get(type_id or 0, []) if c.deed == "created"]
        found = any("find_or_create" in seen.lies for seen in self.requests.values())
        checks = [
            check
            for (method, _, title), checks in self.checks.items()
            for check in checks
            if method == "POST" and title == decision.title
        ]
        return found and any(c.checked - c.bound < when for when in made for c in checks)

    def was_answered(self, change: Change) -> bool:
        """Return whether the answer to the request that made a change came through.

        Then the run knows of it, even if the service gave it no list afterwards.
        """
        seen = self.requests.get(change.request or 0)
        return seen is not None and seen.status == HTTPStatus.OK and seen.fault in _CAME_THROUGH

    def changed_late(self, type_id: int | None) -> bool:
        """Return whether a type was changed by whomever after the last listing began."""
        return any(c.type_id == type_id and c.when > self.witnessed for c in self.history)

    def not_listed_yet(self, type_id: int | None) -> bool:
        """Return whether the last look showed a type as it was before a colleague's change."""
        return bool(self.foreign.get(type_id or 0)) and any(
            "list_behind" in seen.lies and seen.wall.timestamp() >= self.witnessed
            for seen in self.requests.values()
        )


def judged(scene: Scene) -> Iterator[Finding]:
    """Return everything that is to be counted."""
    run, found = scene.run, list[Finding]()
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        if decision.action == "create":
            found += _create(scene, decision, outcome)
        elif decision.action in ("update", "delete"):
            found += _change(scene, decision, outcome)
        if outcome.status in _DONE and outcome.verified == "yes":
            found += _verified(scene, decision, outcome)
        if (arrived := scene.arrived(decision)) > outcome.attempts:
            found.append(Finding("untrue", outcome.row, f"{arrived} attempts arrived: {outcome}"))
    if run.ok:
        found += _well(scene, {one.row for one in found})
    yield from found
    yield from _touched(scene)


def _create(scene: Scene, decision: cb.RowDecision, outcome: cb.Outcome) -> Iterator[Finding]:
    row, live = outcome.row, scene.live
    made = scene.made.get(decision.title, [])
    mine = {change.type_id for change in made}
    late = {change.type_id for change in made if change.when > scene.witnessed}
    for number in sorted(late - {outcome.id}):
        yield Finding("late", row, f"{number} was made after the last look")
    seen = [number for number in sorted(mine - late) if number in live]
    if outcome.status == "created":
        theirs = outcome.id not in mine and not _adoptable(scene, decision, outcome.id)
        if theirs and not (outcome.verified != "yes" and scene.was_dropped(outcome.id)):
            kind = "window" if scene.was_found(decision, outcome.id) else "wrong_row"
            yield Finding(kind, row, f"id {outcome.id} is not what was made: {outcome}")
        others = [number for number in seen if number != outcome.id]
        for number in [number for number in others if _was_renamed(scene, number)]:
            others.remove(number)
            yield Finding("hidden", row, f"{number} has got another title from somebody else")
        if others and not _tells(outcome, others):
            kind = _unless_unseen("doubled", outcome)
            yield Finding(kind, row, f"{others} besides: {outcome}")
        if outcome.verified == "yes" and (doubles := _doubles(scene, decision, outcome)):
            kind = "hidden" if scene.is_hazy else "doubled"
            yield Finding(kind, row, f"somebody's {doubles} besides: {outcome}")
    elif outcome.status == "unknown":
        verified = scene.run.state == "finished"
        if len(seen) > 1 and verified and not _tells(outcome, seen):
            yield Finding("doubled", row, f"{seen}: {outcome}")
    elif seen and not _tells(outcome, seen):
        yield Finding(_unless_unseen("untrue", outcome), row, f"made as {seen}: {outcome}")
    yield from _needless(scene, decision, outcome)


def _was_renamed(scene: Scene, type_id: int) -> bool:
    """Return whether somebody else has given a type another title, so it is not a double."""
    return any(
        change.deed == "changed"
        and change.before is not None
        and change.after is not None
        and change.before["title"] != change.after["title"]
        for change in scene.foreign.get(type_id, [])
    )


def _unless_unseen(kind: str, outcome: cb.Outcome) -> str:
    """Return the kind of a finding, unless the row says that nobody looked."""
    return "not_looked" if outcome.verified == "not looked" else kind


def _tells(outcome: cb.Outcome, ids: Sequence[int]) -> bool:
    """Return whether an outcome says that there is more, or names the types."""
    said = outcome.verified == "doubled" or outcome.code == "possibly_doubled"
    return said or all(str(number) in outcome.message for number in ids)


def _adoptable(scene: Scene, decision: cb.RowDecision, type_id: int | None) -> bool:
    """Return whether somebody has made this very type since the plan: nobody can tell whose."""
    changes = scene.foreign.get(type_id or 0, [])
    return any(
        change.deed == "created" and change.after is not None and _as_asked(decision, change.after)
        for change in changes
    )


def _doubles(scene: Scene, decision: cb.RowDecision, outcome: cb.Outcome) -> list[int]:
    """Return the types of others that are newer than the plan, and have the row's title."""
    if scene.run.plan.allow_duplicate_titles:
        return []
    title = strict(decision.title)
    return [
        number
        for number, changes in scene.foreign.items()
        if changes[0].deed == "created" and changes[-1].when < scene.witnessed
        if number in scene.live and number != outcome.id
        if strict(scene.live[number]["title"]) == title
    ]


def _change(scene: Scene, decision: cb.RowDecision, outcome: cb.Outcome) -> Iterator[Finding]:
    row, number = outcome.row, decision.id
    if outcome.id != number:
        yield Finding("wrong_row", row, f"id {outcome.id} instead of {number}: {outcome}")
    mine = [
        change
        for change in scene.history[scene.began :]
        if change.type_id == number and change.request is not None
    ]
    late = [c for c in mine if c.when > scene.witnessed and not scene.was_answered(c)]
    if late:
        yield Finding("late", row, f"{number} was changed after the last look")
    elif mine and outcome.status not in {*_DONE, "unknown", "unchanged"}:
        record = scene.live.get(number or 0)
        gone = decision.action == "delete" and record is None
        done = gone or (record is not None and _as_asked(decision, record))
        if done and str(number) not in outcome.message:
            yield Finding(_unless_unseen("untrue", outcome), row, f"it was done: {outcome}")
    yield from _needless(scene, decision, outcome)


def _verified(scene: Scene, decision: cb.RowDecision, outcome: cb.Outcome) -> Iterator[Finding]:
    """Return what is not live as a verified row has it."""
    record = scene.live.get(outcome.id or 0)
    if scene.changed_late(outcome.id):
        return
    if outcome.status == "deleted":
        if record is not None:
            yield Finding("untrue", outcome.row, f"it is there: {outcome}")
    elif record is None or not _as_asked(decision, record):
        kind = "lost" if record is None else "untrue"
        if scene.not_listed_yet(outcome.id):
            kind = "hidden"
        yield Finding(kind, outcome.row, f"it is otherwise, {record}: {outcome}")


def _needless(scene: Scene, decision: cb.RowDecision, outcome: cb.Outcome) -> Iterator[Finding]:
    """Return what a row is reported to be and is not, to its disadvantage."""
    record = scene.live.get(outcome.id or 0)
    if outcome.status not in _DONE or scene.changed_late(outcome.id):
        return
    if outcome.verified == "gone" and record is not None:
        yield Finding("untrue", outcome.row, f"it is there: {outcome}")
    if outcome.verified == "differs":
        gone = decision.action == "delete"
        same = record is None if gone else record is not None and _exactly(decision, record)
        if same:
            yield Finding("untrue", outcome.row, f"it is as asked: {outcome}")


def _well(scene: Scene, found: set[int]) -> Iterator[Finding]:
    """Return the rows that are not live as they ask, though all is reported to be well."""
    for decision, outcome in zip(scene.run.plan.decisions, scene.run.outcomes, strict=True):
        wants = decision.action in ("create", "update", "delete")
        if wants and outcome.row not in found and outcome.status not in (*_DONE, "unchanged"):
            yield Finding("untrue", outcome.row, f"the run is said to be well: {outcome}")


def _as_asked(decision: cb.RowDecision, record: Record) -> bool:
    """Return whether a record is what a row asks for, however its titles are stored."""
    return _same(decision, record, strict)


def _exactly(decision: cb.RowDecision, record: Record) -> bool:
    return _same(decision, record, str)


def _same(decision: cb.RowDecision, record: Record, title: Any) -> bool:
    if decision.body is None:
        return False
    wanted = flat(decision.body)
    wanted.pop("online_sale", None)
    same_title = title(wanted.pop("title")) == title(record["title"])
    return same_title and all(record[name] == value for name, value in wanted.items())


# --- what others have, and have done


def _touched(scene: Scene) -> Iterator[Finding]:
    """Return what the run did to types of somebody else, or over somebody else's change."""
    asked = {d.id for d in scene.run.plan.decisions if d.action in ("update", "delete")}
    made_by_requests = {c.type_id for c in scene.history if c.deed == "created" and c.request}
    for at, change in enumerate(scene.history):
        if at < scene.began or change.request is None or change.deed == "created":
            continue
        if change.type_id not in asked:
            yield Finding("touched", 0, f"nobody asked for it: {_words(change)}")
        if change.deed == "deleted" and change.type_id not in made_by_requests:
            kind = "window" if change.type_id in scene.excused else "touched"
            yield Finding(kind, 0, f"a type of somebody else was deleted: {_words(change)}")
        yield from _overwritten(scene, at, change)


def _overwritten(scene: Scene, at: int, change: Change) -> Iterator[Finding]:
    foreign = []
    for earlier in reversed(scene.history[:at]):
        if earlier.type_id == change.type_id:
            if earlier.request is not None or earlier.when < scene.planned:
                break
            foreign.append(earlier)
    if not foreign or _planned_with(scene, foreign[0]):
        return
    check = _check_of(scene, change)
    seen = check is not None and foreign[0].when < check.checked - check.bound
    kind = "touched" if seen and not scene.is_hazy else "window"
    what = f"{_words(foreign[0])} was overwritten: {_words(change)}, {check}"
    yield Finding(kind, 0, what)


def _planned_with(scene: Scene, change: Change) -> bool:
    """Return whether the plan knew of a change: a process can freeze while it plans."""
    (before,) = (d.before or {} for d in scene.run.plan.decisions if d.id == change.type_id)
    after = change.after or {}
    return (
        before.get("title") == after.get("title")
        and float(before.get("balance", -1)) == after.get("balance")
        and before.get("released_total") == after.get("released_total")
    )


def _words(change: Change) -> str:
    who = f"request {change.request}" if change.request else "somebody"
    record = change.after or {}
    stored = record.get("title"), record.get("balance"), record.get("released_total")
    return f"{change.type_id} {change.deed} by {who} at {change.when:.3f} {stored}"


def _check_of(scene: Scene, change: Change) -> Check | None:
    """Return the last check of the request that made a change."""
    seen = scene.requests[change.request or 0]
    title = seen.body["title"] if seen.body else ""
    path = seen.path.removeprefix("/api/v1")
    arrived = seen.wall.timestamp()
    checks = scene.checks.get((seen.method, path, title), [])
    return max((c for c in checks if c.left <= arrived), key=lambda c: c.left, default=None)
