"""`drift`: compare a run or a sheet with the live types.

An audit must not omit anything silently. Every row is compared, or listed as not compared, or
marked to be skipped; and a live type that any row refers to is never called new.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from certbulk.api import Client
from certbulk.applying import Run, Status
from certbulk.applying.history import attach, service_name
from certbulk.applying.sending.truth import may_be
from certbulk.arguments import CLIENT, Arguments
from certbulk.auditing.drifted import Drift, Drifted, NotCompared
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import SKIP
from certbulk.core.payload import differences, for_create, for_update, values_of, values_of_body
from certbulk.core.results import result_columns
from certbulk.planning.live import NOT_LOOKED_UP, Live, archived, looked_up, require_same_chain
from certbulk.reading.sheet import Sheet
from certbulk.reading.sources.source import WHAT_READ_TAKES, take_source
from certbulk.validating import Report, validate
from certbulk.validating.report_document import first_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from certbulk.applying import Outcome
    from certbulk.planning import RowDecision
    from certbulk.reading.sources.source import Source

__all__ = ["drift"]

_MEANT = (
    "Give what certbulk.apply, certbulk.validate or certbulk.read returns, or a run's number. "
    f"{WHAT_READ_TAKES}"
)
_RUN_NUMBER = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_CARRIED_OUT = (Status.CREATED, Status.UPDATED, Status.UNCHANGED)


def drift(meant: Run | Report | Sheet | Source, client: Client, *, progress: bool = True) -> Drift:
    """Return the differences between the live types and a run or a sheet. Nothing is sent.

    A frame, a path or anything else that `read` takes is read with its defaults.

    Of a run, the rows that were carried out are compared; a type is new if it was created after the
    run's plan, but not by the run. Of a sheet or report, the valid rows are compared, each with the
    type that has its id, else with the only type that has its title; all other live types are new.
    A blank cell of a row with an id is not compared. A row that a results workbook shows as done by
    a successor is compared with the successor, except for its title. Rows with errors and rows
    whose outcome is bad or unknown are in `not_compared`; the types that they refer to are not new.
    So are rows whose id the complete list lacks, beyond the first 500: those are looked up by their
    ids, and are gone or archived.

    Args:
        meant: What should be live: a run or its number, a report, a sheet, or what `read` takes.
        client: A client for the chain.
        progress: Whether to show a progress bar while a large sheet is read.

    Raises:
        NoSuchRunError: The journal has no such run.
        ReadError: The source cannot be read.
        PlanError: The run was for another chain or service.
        ServiceError: The live types could not be read.
        SettingsError: The client was closed.
        ArgumentError: An argument has the wrong type, such as a plan instead of a sheet.

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
    number = isinstance(meant, str) and _RUN_NUMBER.fullmatch(meant)
    given = (
        attach(number[0])
        if number
        else take_source(takes, "meant", meant, (Run, Report, Sheet), _MEANT)
    )
    takes.noun("client", client, Client, CLIENT)
    takes.flags(progress=progress)
    if isinstance(given, Run):
        return _of_run(given, client, progress=progress)
    if not isinstance(given, Report):
        given = validate(cast("Sheet", given), progress=progress)
    return _of_report(looked_up(given, client, progress=progress), client, progress=progress)


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

    def compare(
        self,
        row: int,
        number: int | None,
        title: str,
        given: Mapping[str, Any],
        *,
        is_archived: bool = False,
    ) -> None:
        """Compare a row with the live type that has this id; `is_archived`: the row says so."""
        if number in self.live.not_looked_up:
            self.pass_over(row, number, title, NOT_LOOKED_UP, self.live.why_not)
            return
        self.compared += 1
        record = self.live.by_id.get(number) if number is not None else None
        if record is None:
            self.found.append(Drifted("gone", row, number, title))
            return
        now = values_of(record)
        name = str(now.get("title") or title)
        if archived(record) and not is_archived:
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

    def look_for_new(
        self, doubtful: Sequence[RowDecision] = (), row_name: Callable[[int], str] = str
    ) -> None:
        """Note the types that no row refers to, except archived ones.

        A type that a `doubtful` row may have created gets a remark, which calls the row what
        `row_name` returns.
        """
        for number in sorted(self.live.by_id.keys() - self.known):
            record = self.live.by_id[number]
            if not archived(record):
                title = str(record.get("title") or "")
                rows = [row_name(d.row) for d in doubtful if may_be(d, record)]
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
            report.sheet.labels,
        )


def _of_run(run: Run, client: Client, *, progress: bool) -> Drift:
    """Compare what a run has left with what is live."""
    plan = run.plan
    require_same_chain(f"Run {run.id}", plan.base_url, plan.chain_id, client)
    ids = {o.id for o in run.outcomes if o.id is not None}
    wanted = [o.id for o in run.outcomes if o.id is not None and o.status in _CARRIED_OUT]
    audit = _Audit(Live.fetch(client, wanted, progress=progress), set(plan.live_ids | ids))
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
    audit.look_for_new(doubtful, plan.report.sheet.row_name)
    return audit.drift(f"run {run.id}", client, plan.report, "undo" if plan.undoes else "apply")


def _given(run: Run, position: int) -> dict[str, Any]:
    """Return the values that a row has after the run: those that were sent, else the sheet's."""
    body = run.plan.decisions[position].body
    if body:
        return values_of_body(body)
    if run.plan.undoes:  # it does not send the values in the cells
        return {}
    values, decision = run.plan.report.values(position), run.plan.decisions[position]
    return values if decision.replaces is None else {**values, "title": decision.title}


def _why(outcome: Outcome) -> str:
    status = str(outcome.status).replace("_", " ")
    return f"{status}: {outcome.message}" if outcome.message else f"{status}."


class _Row(NamedTuple):
    """A row of a report: its id, its title, whether to compare it, and the id of its successor."""

    position: int
    row: int
    id: int | None
    title: str
    refused: bool
    skipped: bool
    successor: int | None


def _of_report(report: Report, client: Client, *, progress: bool) -> Drift:
    """Compare the rows of a sheet with what is live."""
    rows = list(_rows(report))
    ids = {number for one in rows for number in (one.id, one.successor) if number is not None}
    sound = [one for one in rows if not (one.refused or one.skipped)]
    wanted = [number for one in sound if (number := one.successor or one.id) is not None]
    titles = (one.title for one in sound)
    audit = _Audit(Live.fetch(client, wanted, titles, progress=progress), ids)
    why, meant_archived = first_errors(report.errors), _archived(report.sheet)
    for one in rows:
        if one.skipped:
            audit.left_out += 1
        elif one.refused:
            error = why.get(one.row) or why[None]
            audit.pass_over(one.row, one.id, one.title, error.code, str(error))
        elif one.successor is not None:
            values = {n: value for n, value in report.values(one.position).items() if n != "title"}
            audit.compare(one.row, one.successor, one.title, values)
        elif one.id is not None:
            given, is_archived = report.values(one.position), meant_archived[one.position]
            audit.compare(one.row, one.id, one.title, given, is_archived=is_archived)
        else:
            _compare_by_title(audit, one, report)
    for open_ in audit.not_compared:
        audit.claim(open_.id, open_.title)
    for one in rows:
        if one.skipped:
            audit.claim(one.id, one.title)
    audit.look_for_new()
    return audit.drift(report.sheet.source, client, report)


def _archived(sheet: Sheet) -> list[bool]:
    """Return, per row, whether the sheet itself says that the type is archived: `client.frame()`.

    Nobody can set that, so a row that says no is compared as one that says nothing.
    """
    column = next((c for c in sheet.columns if c.header == "is_archived"), None)
    if column is None:
        return [False] * len(sheet)
    parse = sheet.vocabulary.kinds["is_multi"].parse
    return [bool(text) and parse(text or "", UTC) is True for text in column.cells]


def _successors(sheet: Sheet) -> list[int | None]:
    """Return, per row, the id of the successor that a results workbook names; None for no such.

    The row itself keeps the id of the type that was sold, which was to stay as it is.
    """
    replaced, made = (_result_cells(sheet, name) for name in ("replaces", "id"))
    pairs = zip(replaced, made, strict=True)
    return [int(new) if old and new and new.isdecimal() else None for old, new in pairs]


def _result_cells(sheet: Sheet, name: str) -> Column:
    header = f"{result_columns.PREFIX}{name}"
    named = (c for c in sheet.columns if c.field is None and c.header.strip() == header)
    column = next(named, None)
    return column.cells if column else Column.blank(len(sheet))


def _rows(report: Report) -> Iterator[_Row]:
    blank = Column.blank(len(report))
    ids, titles = (report.columns.get(name, blank) for name in ("id", "title"))
    successors = _successors(report.sheet)
    for position, row in enumerate(report.sheet.rows.tolist()):
        number, title = ids[position], titles[position]
        yield _Row(
            position,
            row,
            number if isinstance(number, int) else None,
            title if isinstance(title, str) else "",
            bool(report.refused[position]),
            bool(report.actions[position] == SKIP),
            successors[position],
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
