"""The rows of plans, runs and audits as they are printed: one look for all commands.

`+` is created, `~` changed, `-` deleted, `=` as it is, `!` not well, `?` not known.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from certbulk.applying.outcome import Status
from certbulk.cli.paper import Entry
from certbulk.core.counting import counted
from certbulk.core.findings.code import Severity
from certbulk.core.payload import values_of_body
from certbulk.planning.live import NOT_LOOKED_UP
from certbulk.planning.plan import Action
from certbulk.planning.sheet_words import SheetWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import certbulk as cb
    from certbulk.applying import Outcome
    from certbulk.auditing import Drifted, NotCompared
    from certbulk.cli.paper import Line
    from certbulk.core.findings.finding import Finding
    from certbulk.planning import RowDecision

__all__ = [
    "alike",
    "decisions",
    "differences",
    "errors_by_row",
    "finding_line",
    "not_compared",
    "numbers",
    "outcomes",
    "tally",
]

_SIGNS: dict[str, str] = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "-",
    Action.UNCHANGED: "=",
    Action.BLOCKED: "!",
    Action.INVALID: "!",
}
_OF_STATUS: dict[str, str] = {
    Status.CREATED: "+",
    Status.UPDATED: "~",
    Status.DELETED: "-",
    Status.UNCHANGED: "=",
    Status.BLOCKED: "!",
    Status.INVALID: "!",
    Status.FAILED: "!",
    Status.UNKNOWN: "?",
}
_OF_DRIFT = {"gone": "-", "archived": "!", "changed": "~", "new": "+"}
_MOST_ERRORS = 5
_BETWEEN = " | "


def decisions(plan: cb.Plan, actions: Iterable[Action]) -> Iterator[Entry]:
    """Yield the rows of a plan that have one of these actions, in the order of the sheet."""
    words, wanted = SheetWords.of(plan.report), {*actions}
    errors = errors_by_row(plan.report) if Action.INVALID in wanted else {}
    for decision in plan.decisions:
        if decision.action in wanted and decision.code != NOT_LOOKED_UP:
            refused = decision.action is Action.INVALID
            yield Entry(
                _SIGNS.get(decision.action, ""),
                f"row {decision.row}",
                _title(decision.title, decision.id),
                [*_about(decision, words, errors.get(decision.row, ()) if refused else ())],
            )
    unknown = [one for one in plan.decisions if one.code == NOT_LOOKED_UP]
    if unknown and Action.BLOCKED in wanted:
        yield _not_looked_up([one.row for one in unknown], unknown[0].message)


def _not_looked_up(rows: Sequence[int], why: str) -> Entry:
    """Return the rows whose ids nobody has looked up as one: they are many, and all alike."""
    where = f"row{'s' * (len(rows) > 1)} {numbers(rows)}"
    return Entry("!", where, [("title", counted(len(rows), "row"))], [_reason(why, NOT_LOOKED_UP)])


def _about(decision: RowDecision, words: SheetWords, errors: Sequence[Finding]) -> Iterator[Line]:
    """Yield what a row is going to be, what it changes, or why it is not sent."""
    if decision.action is Action.CREATE:
        if decision.message:
            yield _reason(decision.message, decision.code)
        for line in words.whole(values_of_body(decision.body or {}), decision.changes):
            yield _labelled(line)
        return
    if errors:
        yield from _errors(errors, words)
    elif decision.message:
        yield _reason(decision.message, decision.code)
    for name, (old, new) in decision.changes.items():
        yield _labelled([(words.column(name), words.change(name, old, new))])


def _errors(errors: Sequence[Finding], words: SheetWords) -> Iterator[Line]:
    """Yield the errors of a row, and how many more there are if they are many."""
    shown = errors if len(errors) <= _MOST_ERRORS else errors[: _MOST_ERRORS - 1]
    yield from (finding_line(error, words) for error in shown)
    if len(errors) > len(shown):
        yield [("quiet", f"and {len(errors) - len(shown)} more")]


def finding_line(finding: Finding, words: SheetWords, rows: Sequence[int] = ()) -> Line:
    """Return a finding in words: its cell, its column as the sheet calls it, what to do.

    Args:
        finding: The finding.
        words: The words of the sheet.
        rows: All rows that have the same one, if there are several.
    """
    row = f"row {finding.row}" if finding.row else ""
    place = row if words.is_change else finding.cell or row
    if len(rows) > 1:
        place = f"rows {numbers(rows)}"
    column = words.column(finding.field) if finding.field else ""
    where = " ".join(filter(None, [place, column]))
    return [
        *([("label", where), ("", ": ")] if where else []),
        *_reason(finding.message, finding.code),
    ]


def alike(findings: Iterable[Finding]) -> Iterator[tuple[Finding, list[int]]]:
    """Yield each finding that differs from those before, with all rows that have the same one."""
    found: dict[tuple[Finding | str | None, ...], tuple[Finding, list[int]]] = {}
    for one in findings:
        key = (one.code, one.field, one.message) if one.row else (one,)
        found.setdefault(key, (one, []))[1].extend([one.row] if one.row else [])
    yield from found.values()


def _reason(message: str, code: str) -> Line:
    return [("", message), *([("quiet", f" [{code}]")] if code else [])]


def _labelled(pairs: Sequence[tuple[str, str]]) -> Line:
    line: Line = []
    for column, value in pairs:
        line += [("", _BETWEEN if line else ""), ("label", f"{column}: "), ("", value)]
    return line


def _title(title: str, number: int | None) -> Line:
    known = title or ("" if number else "(no title)")
    brackets = f" (id {number})" if known else f"id {number}"
    return [("title", known), *([("quiet", brackets)] if number else [])]


def errors_by_row(report: cb.Report) -> Mapping[int, list[Finding]]:
    """Return the errors of each row; those of the table are not among them."""
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for error in report.errors:
        if error.row is not None and error.severity is Severity.ERROR:
            found[error.row].append(error)
    return found


def outcomes(run: cb.Run, wanted: Iterable[Outcome]) -> Iterator[Entry]:
    """Yield rows of a run as they ended: their status, and why."""
    titles = {decision.row: decision.title for decision in run.plan.decisions}
    for outcome in wanted:
        ended: Line = [("", str(outcome.status).replace("_", " "))]
        if outcome.message:
            ended += [("", ": "), *_reason(outcome.message, outcome.code)]
        yield Entry(
            _OF_STATUS.get(outcome.status, ""),
            f"row {outcome.row}",
            _title(titles.get(outcome.row, ""), outcome.id),
            [ended],
        )


def differences(found: Iterable[Drifted], words: SheetWords) -> Iterator[Entry]:
    """Yield types that are live otherwise than they are meant: meant → live."""
    for one in found:
        lines = [
            _labelled([(words.column(name), words.change(name, meant, live))])
            for name, (meant, live) in one.changes.items()
        ]
        yield Entry(
            _OF_DRIFT.get(one.kind, ""),
            f"row {one.row}" if one.row is not None else "no row",
            [*_title(one.title, one.id), ("", f"  {one.kind}")],
            [*lines, *([[("", one.remark)]] if one.remark else [])],
        )


def not_compared(
    rows: Iterable[NotCompared], words: SheetWords, errors: Mapping[int, Sequence[Finding]]
) -> Iterator[Entry]:
    """Yield rows that could not be compared, and why; `errors` are those of their cells."""
    unknown = []
    for one in rows:
        if one.code == NOT_LOOKED_UP:
            unknown.append(one)
            continue
        lines = [*_errors(errors.get(one.row, ()), words)] or [_reason(one.why, one.code)]
        yield Entry("!", f"row {one.row}", _title(one.title, one.id), lines)
    if unknown:
        yield _not_looked_up([one.row for one in unknown], unknown[0].why)


def tally(plan: cb.Plan) -> str:
    """Return how many rows of a plan there are by sign, and what the signs mean.

    Such as `+33 ~4 =3 !0`: created, changed, as they are, not well. Deletions are between.
    """
    counts = plan.counts
    signs = {"+": counts["create"], "~": counts["update"]}
    if "delete" in counts:
        signs["-"] = counts["delete"]
    signs |= {"=": counts["unchanged"], "!": counts["blocked"] + counts["invalid"]}
    parts = {
        "to create": counts["create"],
        "to update": counts["update"],
        "to delete": counts.get("delete", 0),
        "unchanged": counts["unchanged"],
        "blocked": counts["blocked"],
        "invalid": counts["invalid"],
        "skipped": counts["skip"],
    }
    named = ", ".join(f"{number:,} {what}" for what, number in parts.items() if number)
    short = " ".join(f"{sign}{number}" for sign, number in signs.items())
    return f"{short}  ({named})" if named else short


def numbers(rows: Iterable[int]) -> str:
    """Return numbers in words, the ones that follow each other as ranges: 2, 4-7, 9."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in spans)
