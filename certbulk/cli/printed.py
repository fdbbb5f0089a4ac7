"""Plans, runs and audits as they are printed."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from certbulk.cli import rows
from certbulk.cli.paper import Paper, put
from certbulk.core.counting import counted, lasting
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Severity
from certbulk.core.results.result_codes import RESULT_CODES
from certbulk.displays import plan as display_of_plans
from certbulk.displays import rehearsal as display_of_rehearsals
from certbulk.displays import run as display_of_runs
from certbulk.planning.plan import WRITES, Action
from certbulk.planning.sheet_words import SheetWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import certbulk as cb
    from certbulk.applying import Outcome

__all__ = ["print_drift", "print_kept_back", "print_plan", "print_rehearsal", "print_run"]

_MOST_ROWS = 20
_MOST_WARNINGS = 50


def print_plan(made: cb.Plan, *, wide: bool, pages: bool) -> None:
    """Print a plan; its numbers stay on the screen when somebody has turned its pages."""
    paper = Paper.at_hand(wide=wide, pages=pages)
    put(_plan_lines(made, paper), paper)
    if made.decisions:
        _put([rows.tally(made), *_budget(made)])


def _put(texts: Iterable[str]) -> None:
    paper = Paper.at_hand()
    put(chain.from_iterable(map(paper.line, texts)), paper)


def _plan_lines(made: cb.Plan, paper: Paper) -> Iterator[str]:
    """Yield the lines of a plan in the order in which people need them: trouble comes last."""
    what = f"Undo of run {made.undoes}" if made.undoes else "Plan"
    where = _service(made.base_url)
    size = counted(len(made.decisions), "row")
    yield from paper.line(
        f"{what} for {made.report.sheet.origin}: {size}, chain {made.chain_id}, {where}"
    )
    if made.made_elsewhere:
        yield from paper.line(f"This plan was made elsewhere: {made.made_elsewhere}.")
    for said in display_of_plans.approval(made):
        yield from paper.line(said)
    words = SheetWords.of(made.report)
    room = max((len(f"row {decision.row}") for decision in made.decisions), default=0)
    yield from paper.entries(rows.decisions(made, WRITES), room)
    for action, sign, said in ((Action.UNCHANGED, "=", "unchanged"), (Action.SKIP, " ", "skipped")):
        found = rows.numbers(d.row for d in made.decisions if d.action is action)
        if found:
            several = "rows" if set(found) & set(",-") else "row"
            yield from paper.line([(sign, sign), ("", f" {several} {found}: {said}")])
    yield from paper.entries(rows.decisions(made, (Action.BLOCKED, Action.INVALID)), room)
    about_all = [f for f in made.all_findings if f.severity is Severity.ERROR and f.row is None]
    noted = [*rows.alike(f for f in made.all_findings if f.severity is Severity.WARNING)]
    for finding, having in (*rows.alike(about_all), *noted[:_MOST_WARNINGS]):
        sign = "!" if finding.severity is Severity.ERROR else ""
        told = rows.finding_line(finding, words, having)
        line = [(sign, f"{finding.severity}"), ("", "  "), *told]
        yield from paper.line(line)
    if len(noted) > _MOST_WARNINGS:
        more = counted(len(noted) - _MOST_WARNINGS, "more warning")
        from_file = "" if words.is_change else "; certbulk validate --json shows those of the file"
        yield from paper.line(f"… and {more}{from_file}.")
    for way in _ways(made):
        yield from paper.line(way)


def _service(base_url: str) -> str:
    return "the sandbox" if base_url.startswith("sandbox:") else base_url


def _ways(made: cb.Plan) -> list[str]:
    """Return the options that help with rows that are not sent, each once."""
    codes = [d.code for d in made.decisions] + [finding.code for finding in made.all_findings]
    ways = [
        known.terminal
        for code in dict.fromkeys(codes)
        if (known := CODES.get(code) or RESULT_CODES.get(code))
    ]
    return [*dict.fromkeys(filter(None, ways))]


def _budget(made: cb.Plan) -> list[str]:
    pace = f"{made.per_second:g} a second and {made.per_minute} a minute"
    requests = counted(made.requests, "request")
    lines = [f"{requests}, about {lasting(made.seconds)} at {pace}."] if made.writes else []
    zone = f"Dates without a time zone are taken in {made.report.time_zone}."
    return lines if made.undoes else [*lines, zone]


def print_run(done: cb.Run) -> None:
    """Print how a run ended: the counts, and the rows that need a look."""
    _put(display_of_runs.head(done))
    _print_rows_to_check(done)


def _print_rows_to_check(done: cb.Run) -> None:
    rest = "the results workbook has them all"
    _print_outcomes(done, "Check these rows:", display_of_runs.to_check(done), rest)


def print_kept_back(done: cb.Run) -> None:
    """Print the rows that were not sent, or not checked at the end, besides those to check."""
    for heading, found in display_of_runs.kept_back(done).items():
        _print_outcomes(done, heading, found, "--json shows them all")


def _print_outcomes(done: cb.Run, heading: str, found: Sequence[Outcome], rest: str) -> None:
    """Print the first rows that ended in some way; `rest` says where the others are."""
    if not found:
        return
    paper = Paper.at_hand()
    _put([heading])
    put(paper.entries(rows.outcomes(done, found[:_MOST_ROWS])), paper)
    more = len(found) - _MOST_ROWS
    _put([f"… and {more:,} more; {rest}."] if more > 0 else [])


def print_rehearsal(done: cb.Rehearsal, *, wide: bool) -> None:
    """Print a rehearsal: the plan as `plan` prints it, what would come of it, and how long."""
    print_plan(done.plan, wide=wide, pages=False)
    _put([display_of_rehearsals.heading(done)])
    first, *others = display_of_runs.head(done.run)
    _put([first.replace(f"Run {done.run.id}", "The rehearsal", 1), *others])
    _print_rows_to_check(done.run)
    _put([display_of_rehearsals.time(done)])


def print_drift(found: cb.Drift, report: cb.Report, *, wide: bool) -> None:
    """Print what is live and not as it was meant; `report` has the person's names for columns."""
    paper = Paper.at_hand(wide=wide, pages=True)
    words = SheetWords(report.sheet, found.directory, report.time_zone)
    what = [repr(found)]
    if found.left_out:
        what.append(f"{counted(found.left_out, 'row is', 'rows are')} marked to be skipped.")
    put(
        chain(
            chain.from_iterable(map(paper.line, what)),
            paper.entries(rows.differences(found.found, words)),
            paper.entries(rows.not_compared(found.not_compared, words, rows.errors_by_row(report))),
        ),
        paper,
    )
