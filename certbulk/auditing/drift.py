"""`drift`: hold what was applied, or stands in a sheet, against what is live.

An audit that leaves something out in silence says that all is well where nobody looked. Every row
is compared, or is among those that could not be, or says itself that it is left out; and a live
type that any row means is never called new.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api import Client
from certbulk.applying import Run, Status
from certbulk.applying.history import service_name
from certbulk.arguments import CLIENT, Arguments
from certbulk.auditing.drifted import Drift, Drifted, NotCompared
from certbulk.core.columns import Column
from certbulk.core.field import SKIP
from certbulk.core.payload import differences, for_create, for_update, values_of, values_of_body
from certbulk.core.titles import loosely_same
from certbulk.errors import PlanError
from certbulk.planning.live import Live, archived
from certbulk.planning.lookup import looked_up
from certbulk.planning.planner import first_errors
from certbulk.reading.sheet import Sheet
from certbulk.validating import Report, validate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from certbulk.applying import Outcome
    from certbulk.planning import RowDecision

__all__ = ["drift"]

_MEANT = "Give what certbulk.apply, certbulk.validate or certbulk.read returns."
_CARRIED_OUT = (Status.CREATED, Status.UPDATED, Status.UNCHANGED)


def drift(meant: Run | Report | Sheet, client: Client) -> Drift:
    """Return what is live and not as a run left it, or not as a sheet has it. Nothing is sent.

    Of a run, the rows that were carried out are compared; a type is new when it came after the
    run's plan and not by the run. Of a sheet or report, the valid rows are compared, each with the
    type that has its id, else with the only one that has its title; all other live types are new.
    A blank cell of a row with an id means nothing, so it differs from nothing. Rows with errors,
    and those whose outcome is not known or bad, are in `not_compared`; a type that one of them
    means is not new.

    Args:
        meant: What should be live.
        client: The chain.

    Raises:
        PlanError: The run was for another chain or service.
        ServiceError: What is live could not be read.
        SettingsError: The client was closed.
        ArgumentError: An argument is of another kind, such as a path instead of a sheet.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     run = cb.apply(cb.plan(report, client), client, progress=False)
        ...     client.delete(run.outcomes[0].id)
        ...     cb.drift(run, client).counts
        {'gone': 1, 'archived': 0, 'changed': 0, 'new': 0}
    """
    takes = Arguments("certbulk.drift")
    takes.noun("meant", meant, (Run, Report, Sheet), _MEANT)
    takes.noun("client", client, Client, CLIENT)
    if isinstance(meant, Run):
        return _of_run(meant, client)
    report = meant if isinstance(meant, Report) else validate(meant)
    return _of_report(looked_up(report, client), client)


@dataclass(slots=True)
class _Audit:
    """What has been found so far.

    Attributes:
        live: What is live.
        known: The ids of live types that something of what was meant stands for.
    """

    live: Live
    known: set[int]
    found: list[Drifted] = field(default_factory=list)
    not_compared: list[NotCompared] = field(default_factory=list)
    compared: int = 0
    left_out: int = 0

    def compare(self, row: int, number: int | None, title: str, given: Mapping[str, Any]) -> None:
        """Hold a row against the live type with this id."""
        self.compared += 1
        record = self.live.by_id.get(number) if number is not None else None
        if record is None:
            self.found.append(Drifted("gone", row, number, title))
            return
        now = values_of(record)
        name = str(now.get("title") or title)
        if archived(record):
            self.found.append(Drifted("archived", row, number, name))
            return
        changes = {
            field_: (meant, stored)
            for field_, (stored, meant) in differences(for_update(now, given), now).items()
        }
        if changes:
            self.found.append(Drifted("changed", row, number, name, changes))

    def as_deleted(self, row: int, number: int | None, title: str) -> None:
        """Hold a row whose type was deleted against what is live."""
        self.compared += 1
        if number in self.live.by_id:
            remark = "The run deleted it, and it is live."
            self.found.append(Drifted("new", row, number, title, remark=remark))

    def pass_over(self, row: int, number: int | None, title: str, code: str, why: str) -> None:
        """Note a row that cannot be compared."""
        self.not_compared.append(NotCompared(row, number, title, code, why))

    def claim(self, number: int | None, title: str) -> None:
        """Note that a row means a type: the one with its id, else those with its title."""
        if number is not None:
            self.known.add(number)
        elif title:
            self.known |= set(self.live.titled(title))

    def look_for_new(self, doubtful: Sequence[RowDecision] = ()) -> None:
        """Note the types that nothing stands for; archived ones are not in use.

        Those that may be what became of a `doubtful` row say so.
        """
        for number in sorted(self.live.by_id.keys() - self.known):
            record = self.live.by_id[number]
            if not archived(record):
                title = str(record.get("title") or "")
                rows = [str(d.row) for d in doubtful if _may_be(d, record)]
                remark = _remark(rows)
                self.found.append(Drifted("new", None, number, title, remark=remark))

    def drift(self, of: str, client: Client, report: Report, kind: str = "") -> Drift:
        """Return all of it."""
        return Drift(
            tuple(self.found),
            of,
            self.compared,
            client.chain_id,
            report.directory,
            tuple(self.not_compared),
            self.left_out,
            service_name(client.service),
            kind,
        )


def _of_run(run: Run, client: Client) -> Drift:
    plan = run.plan
    if (plan.base_url, plan.chain_id) != (client.service, client.chain_id):
        raise PlanError(
            f"Run {run.id} was for chain {plan.chain_id} at {plan.base_url}, the client is for "
            f"chain {client.chain_id} at {client.service}."
        )
    ids = {o.id for o in run.outcomes if o.id is not None}
    wanted = {o.id for o in run.outcomes if o.id is not None and o.status in _CARRIED_OUT}
    audit = _Audit(Live.fetch(client, wanted, set()), set(plan.live_ids | ids))
    doubtful = []
    for place, (outcome, decision) in enumerate(zip(run.outcomes, plan.decisions, strict=True)):
        row, number, title = outcome.row, outcome.id, decision.title
        if outcome.status is Status.SKIPPED:
            audit.left_out += 1
        elif outcome.status is Status.DELETED:
            audit.as_deleted(row, number, title)
        elif outcome.status in _CARRIED_OUT and number is not None:
            audit.compare(row, number, title, _given(run, place))
        else:
            audit.pass_over(row, number, title, outcome.code, _why(outcome))
            if outcome.status is Status.UNKNOWN and number is None:
                doubtful.append(decision)
    audit.look_for_new(doubtful)
    return audit.drift(f"run {run.id}", client, plan.report, "undo" if plan.undoes else "apply")


def _given(run: Run, place: int) -> dict[str, Any]:
    """Return the values that a row was left with: what was sent, or what it says in the sheet."""
    body = run.plan.decisions[place].body
    if body:
        return values_of_body(body)
    return {} if run.plan.undoes else run.plan.report.values(place)  # an undo sends no cell of it


def _why(outcome: Outcome) -> str:
    """Return why a row of a run can't be compared: how it ended."""
    status = str(outcome.status).replace("_", " ")
    return f"{status}: {outcome.message}" if outcome.message else f"{status}."


class _Row(NamedTuple):
    """A row of a report: what it names, and whether it is to be compared."""

    place: int
    row: int
    id: int | None
    title: str
    refused: bool
    skipped: bool


def _of_report(report: Report, client: Client) -> Drift:
    rows = list(_rows(report))
    ids = {one.id for one in rows if one.id is not None}
    sound = [one for one in rows if not (one.refused or one.skipped)]
    wanted = {one.id for one in sound if one.id is not None}
    audit = _Audit(Live.fetch(client, wanted, {one.title for one in sound}), ids)
    why = first_errors(report)
    for one in rows:
        if one.skipped:
            audit.left_out += 1
        elif one.refused:
            error = why.get(one.row) or why[None]
            audit.pass_over(one.row, one.id, one.title, error.code, str(error))
        elif one.id is not None:
            audit.compare(one.row, one.id, one.title, report.values(one.place))
        else:
            _compare_by_title(audit, one, report)
    for open_ in audit.not_compared:
        audit.claim(open_.id, open_.title)
    for one in rows:
        if one.skipped:
            audit.claim(one.id, one.title)
    audit.look_for_new()
    return audit.drift(report.sheet.source, client, report)


def _rows(report: Report) -> Iterator[_Row]:
    blank = Column.blank(len(report))
    ids, titles = (report.columns.get(name, blank) for name in ("id", "title"))
    for place, row in enumerate(report.sheet.rows.tolist()):
        number, title = ids[place], titles[place]
        yield _Row(
            place,
            row,
            number if isinstance(number, int) else None,
            title if isinstance(title, str) else "",
            bool(report.refused[place]),
            bool(report.actions[place] == SKIP),
        )


def _compare_by_title(audit: _Audit, one: _Row, report: Report) -> None:
    """Hold a row without an id against the only live type that has its title."""
    titled = [number for number in audit.live.titled(one.title) if number not in audit.known]
    if len(titled) > 1:
        ids = ", ".join(map(str, titled))
        why = f"Several live types have this title ({ids}). Give the row the id that it means."
        audit.pass_over(one.row, None, one.title, "title_exists", why)
        return
    audit.known |= set(titled)
    given = for_create(report.values(one.place))
    audit.compare(one.row, titled[0] if titled else None, one.title, given)


def _may_be(decision: RowDecision, record: Mapping[str, Any]) -> bool:
    """Whether a live type may be what became of a row whose outcome is not known.

    It has loosely the row's title, or agrees in all else that counts.
    """
    given = values_of_body(decision.body or {})
    if loosely_same(decision.title, record.get("title")):
        return True
    titles = {"title", "online_sale_title"}
    return bool(given) and not differences(given, values_of(record)).keys() - titles


def _remark(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    those = f"row{'s' if len(rows) > 1 else ''} {', '.join(rows)}"
    return f"It may be that of {those}, whose outcome is not known."
