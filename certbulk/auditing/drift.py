"""`drift`: compare a run or a sheet with the live types.

An audit must not omit anything silently. Every row is compared, or listed as not compared, or
marked to be skipped; and a live type that any row refers to is never called new.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api import Client
from certbulk.applying import Run, Status
from certbulk.applying.history import service_name
from certbulk.applying.sending.truth import may_be
from certbulk.arguments import CLIENT, Arguments
from certbulk.auditing.drifted import Drift, Drifted, NotCompared
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import SKIP
from certbulk.core.payload import differences, for_create, for_update, values_of, values_of_body
from certbulk.planning.live import Live, archived, looked_up, require_same_chain
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
    """Return the differences between the live types and a run or a sheet. Nothing is sent.

    Of a run, the rows that were carried out are compared; a type is new if it was created after the
    run's plan, but not by the run. Of a sheet or report, the valid rows are compared, each with the
    type that has its id, else with the only type that has its title; all other live types are new.
    A blank cell of a row with an id is not compared. Rows with errors and rows whose outcome is bad
    or unknown are in `not_compared`; the types that they refer to are not new.

    Args:
        meant: What should be live.
        client: A client for the chain.

    Raises:
        PlanError: The run was for another chain or service.
        ServiceError: The live types could not be read.
        SettingsError: The client was closed.
        ArgumentError: An argument has the wrong type, such as a path instead of a sheet.

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
    """The results so far.

    Attributes:
        live: The live types.
        known: The ids of the live types that a row refers to.
    """

    live: Live
    known: set[int]
    found: list[Drifted] = field(default_factory=list)
    not_compared: list[NotCompared] = field(default_factory=list)
    compared: int = 0
    left_out: int = 0

    def compare(self, row: int, number: int | None, title: str, given: Mapping[str, Any]) -> None:
        """Compare a row with the live type that has this id."""
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
        """Check that a type that the run deleted is not live."""
        self.compared += 1
        if number in self.live.by_id:
            remark = "The run deleted it, but it is live."
            self.found.append(Drifted("new", row, number, title, remark=remark))

    def pass_over(self, row: int, number: int | None, title: str, code: str, why: str) -> None:
        """Note a row that cannot be compared."""
        self.not_compared.append(NotCompared(row, number, title, code, why))

    def claim(self, number: int | None, title: str) -> None:
        """Note that a row refers to a type: the one with its id, else those with its title."""
        if number is not None:
            self.known.add(number)
        elif title:
            self.known |= set(self.live.titled(title))

    def look_for_new(self, doubtful: Sequence[RowDecision] = ()) -> None:
        """Note the types that no row refers to, except archived ones.

        A type that a `doubtful` row may have created gets a remark.
        """
        for number in sorted(self.live.by_id.keys() - self.known):
            record = self.live.by_id[number]
            if not archived(record):
                title = str(record.get("title") or "")
                rows = [str(d.row) for d in doubtful if may_be(d, record)]
                remark = _remark(rows)
                self.found.append(Drifted("new", None, number, title, remark=remark))

    def drift(self, of: str, client: Client, report: Report, kind: str = "") -> Drift:
        """Return the results."""
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
    require_same_chain(f"Run {run.id}", plan.base_url, plan.chain_id, client)
    ids = {o.id for o in run.outcomes if o.id is not None}
    wanted = {o.id for o in run.outcomes if o.id is not None and o.status in _CARRIED_OUT}
    audit = _Audit(Live.fetch(client, wanted, set()), set(plan.live_ids | ids))
    doubtful = []
    for position, (outcome, decision) in enumerate(zip(run.outcomes, plan.decisions, strict=True)):
        row, number, title = outcome.row, outcome.id, decision.title
        if outcome.status is Status.SKIPPED:
            audit.left_out += 1
        elif outcome.status is Status.DELETED:
            audit.as_deleted(row, number, title)
        elif outcome.status in _CARRIED_OUT and number is not None:
            audit.compare(row, number, title, _given(run, position))
        else:
            audit.pass_over(row, number, title, outcome.code, _why(outcome))
            if outcome.status is Status.UNKNOWN and number is None:
                doubtful.append(decision)
    audit.look_for_new(doubtful)
    return audit.drift(f"run {run.id}", client, plan.report, "undo" if plan.undoes else "apply")


def _given(run: Run, position: int) -> dict[str, Any]:
    """Return the values that a row has after the run: those that were sent, else the sheet's."""
    body = run.plan.decisions[position].body
    if body:
        return values_of_body(body)
    # An undo does not send the values in the cells.
    return {} if run.plan.undoes else run.plan.report.values(position)


def _why(outcome: Outcome) -> str:
    status = str(outcome.status).replace("_", " ")
    return f"{status}: {outcome.message}" if outcome.message else f"{status}."


class _Row(NamedTuple):
    """A row of a report: its id, its title, and whether to compare it."""

    position: int
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
            audit.compare(one.row, one.id, one.title, report.values(one.position))
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
    for position, row in enumerate(report.sheet.rows.tolist()):
        number, title = ids[position], titles[position]
        yield _Row(
            position,
            row,
            number if isinstance(number, int) else None,
            title if isinstance(title, str) else "",
            bool(report.refused[position]),
            bool(report.actions[position] == SKIP),
        )


def _compare_by_title(audit: _Audit, one: _Row, report: Report) -> None:
    titled = [number for number in audit.live.titled(one.title) if number not in audit.known]
    if len(titled) > 1:
        ids = ", ".join(map(str, titled))
        why = f"Several live types have this title ({ids}). Write the right id into the row."
        audit.pass_over(one.row, None, one.title, "title_exists", why)
        return
    audit.known |= set(titled)
    given = for_create(report.values(one.position))
    audit.compare(one.row, titled[0] if titled else None, one.title, given)


def _remark(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    those = f"row{'s' if len(rows) > 1 else ''} {', '.join(rows)}"
    return f"Perhaps created by {those}, whose outcome is unknown."
