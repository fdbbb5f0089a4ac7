"""The results workbook: the rows as they were read, each with its outcome."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any

from certbulk.applying.off_sale import to_take_off_sale
from certbulk.applying.outcome import Status
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR, CREATE, SKIP, UPDATE, Field
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How
from certbulk.core.findings.finding import COLUMNS
from certbulk.core.kinds import Kind, Problem
from certbulk.core.references.references import REFERRING
from certbulk.core.results import result_columns
from certbulk.core.results.result_columns import Ended, is_result
from certbulk.reading import SheetColumn
from certbulk.repairing.rows_above import with_rows_above
from certbulk.words.describe import options_of
from certbulk.workbook import TableSheet, cell_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certbulk.applying.rows_ended import RowsEnded
    from certbulk.validating import Report

__all__ = ["ended_rows", "result_sheets"]

_LONGEST_LIST = 253  # characters between the quotation marks of a formula, the most for Excel
_DETAILS = {"salon_ids": "city", "service_ids": "category", "category_id": "detail"}
_LIVE = {
    "verified": "live as it ended",
    "differs": "live otherwise",
    "gone": "not live any more",
    "doubled": "live twice",
    "not_looked": "not looked at",
}
_ACTIONS = {CREATE: "create", UPDATE: "update", SKIP: "skip"}


def result_sheets(run: RowsEnded) -> list[TableSheet]:
    """Return the sheets `results`, `summary` and, unless it is an undo, `findings` of a run.

    If types were succeeded, the check-list of those to take off sale follows the results.
    If rows have names, the lists in which they were looked up follow, so that the results mean the
    same when they are read again.
    """
    found = [] if run.plan.undoes else [_findings(run)]
    lists = {sheet.name: sheet for sheet in _lists(run)}
    return [
        _results(run, lists),
        *to_take_off_sale(run),
        _summary(run),
        *found,
        *lists.values(),
    ]


def _lists(run: RowsEnded) -> Iterator[TableSheet]:
    report = run.plan.report
    for field in REFERRING:
        column, typed = report.sheet.column(field.name), report.columns.get(field.name)
        listing = report.directory.listing(field.refers_to)
        if column is None or typed is None or not listing:
            continue
        named = column.cells.where(partial(_is_named, field.kind))
        if (named & typed.filled).any():
            entries = dict.fromkeys((*listing.written, *listing.entries))
            rows = [[entry.id, entry.name, entry.detail] for entry in entries]
            yield TableSheet(str(field.refers_to), ["id", "name", _DETAILS[field.name]], rows)


def _is_named(kind: Kind, text: str) -> bool:
    """Whether a cell's text is something else than an id or a list of ids."""
    return text.lower() != CLEAR and isinstance(kind.parse(text, UTC), Problem)


def _results(run: RowsEnded, lists: Mapping[str, TableSheet]) -> TableSheet:
    """Return the sheet of results: the rows as they were read, and the result columns."""
    report = run.plan.report
    columns = [c for c in report.sheet.columns if not (c.made or _is_result(c))]
    columns = _with_labels(_with_ids(columns, report), report)
    columns, above = with_rows_above(report.sheet, columns)
    rows = [
        [
            *(_input_cell(c, position, ended, int(report.actions[position])) for c in columns),
            *(None if cell == "" else cell for cell in result_columns.cells_of(ended)),
        ]
        for position, ended in enumerate(ended_rows(run))
    ]
    titles = [n for n, column in enumerate(columns) if column.field == "title"]
    headers = result_columns.headers()
    status = len(columns) + headers.index("result_status")
    return TableSheet(
        "results",
        [*(column.header for column in columns), *headers],
        rows,
        colour_by=status,
        frozen=titles[0] + 1 if titles else 0,
        opens_at=status,
        header_row=report.sheet.header_row if above else 1,
        above=above,
        drop_downs={
            number: formula
            for number, column in enumerate(columns)
            if column.field and (formula := _drop_down(BY_NAME[column.field], lists))
        },
    )


def _drop_down(field: Field, lists: Mapping[str, TableSheet]) -> str:
    """Return the formula of what may be chosen for a field, as in the template; empty for none."""
    listed = lists.get(field.refers_to or "")
    if listed:
        return f"{listed.name}!$B$2:$B${len(listed.rows) + 1}"
    options = ",".join(options_of(field))
    return f'"{options}"' if options and len(options) <= _LONGEST_LIST else ""


def _with_ids(columns: list[SheetColumn], report: Report) -> list[SheetColumn]:
    """Return the columns with one for ids, if rows may have received some.

    If nothing of the sheet is sent, no column is added: rows above the header stay in place.
    """
    if report.withheld or any(column.field == "id" for column in columns):
        return columns
    ids = SheetColumn("id", None, "id", Column.blank(len(report)))
    return _beside(columns, ids, report)


def _with_labels(columns: list[SheetColumn], report: Report) -> list[SheetColumn]:
    """Return the columns with one for the labels of a frame, if its index has no name.

    An index with a name is a column already; one that counts from 0 says nothing.
    """
    labels = report.sheet.labels
    if labels is None or None not in labels.index.names or labels.count_only:
        return columns
    texts = Column.of(_shown(labels.document(row)) for row in report.sheet.rows.tolist())
    return _beside(columns, SheetColumn(result_columns.LABEL, None, None, texts), report)


def _beside(columns: list[SheetColumn], added: SheetColumn, report: Report) -> list[SheetColumn]:
    """Return the columns with one more: the first, or with a mapping the last.

    The mapping may name columns by their letters.
    """
    mapped = any(column.how is How.MAPPED for column in report.sheet.columns)
    return [*columns, added] if mapped else [added, *columns]


def _shown(label: Any) -> str:
    return ", ".join(map(str, label)) if isinstance(label, list) else str(label)


def _is_result(column: SheetColumn) -> bool:
    """Whether a column has results of an earlier run, which those of this run replace."""
    return column.field is None and is_result(column.header)


def _input_cell(column: SheetColumn, position: int, ended: Ended, asked: int) -> Any:
    """Return a cell as it was read, with the id filled in if the row has one now.

    A row with a successor stands for the type that is replaced: it keeps that id, or none.
    """
    text, outcome = column.cells[position], ended.outcome
    is_live = outcome.id is not None and outcome.status is not Status.DELETED
    if is_live and ended.replaces is None:
        if column.field == "id" and text is None:
            return outcome.id
        if column.field == "action" and text is not None and asked == CREATE:
            return "update"  # "create" together with an id would be refused
    return cell_for(column.field, text)


def ended_rows(run: RowsEnded) -> Iterator[Ended]:
    """Yield the source of the result cells of each row, in the order of the rows."""
    asked = run.plan.report.actions.tolist()
    for action, outcome, decision in zip(asked, run.outcomes, run.plan.decisions, strict=True):
        decided = str(decision.action)
        done = decided if decided in _ACTIONS.values() else _ACTIONS[action]
        yield Ended(outcome, done, run.id, decision.replaces)


def _summary(run: RowsEnded) -> TableSheet:
    plan = run.plan
    sheet = plan.report.sheet
    pairs = [
        ("run", run.id),
        ("state", run.state),
        ("reason", run.reason),
        ("started", run.started),
        ("finished", run.finished),
        ("file", sheet.source),
        ("sha256", sheet.sha256),
        ("sheet", sheet.name or ""),
        ("service", plan.base_url),
        ("chain", plan.chain_id),
        *([("approved by", run.approved.in_words)] if run.approved else []),
        ("dates without a time zone", str(plan.report.time_zone)),
        ("rows read", len(sheet)),
        *run.counts.items(),
        ("carried out, to check", run.warnings),
        *((_LIVE[name], number) for name, number in run.verified.items()),
    ]
    return TableSheet("summary", ["what", "value"], [list(pair) for pair in pairs])


def _findings(run: RowsEnded) -> TableSheet:
    without = {} if run.plan.report.sheet.labels is None else {"cell": None}  # a frame has none
    rows = [
        [*(finding.as_dict() | {"message": finding.message_with_place, **without}).values()]
        for finding in run.plan.all_findings
    ]
    return TableSheet("findings", COLUMNS, rows, colour_by=COLUMNS.index("severity"))
