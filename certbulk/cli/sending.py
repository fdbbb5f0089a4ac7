"""What the commands that send have in common: options, the question before, the telling after."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.interrupts import signals_end_the_wait
from certbulk.cli.options import ALL_WELL, COULD_NOT_START, STOPPED, WITH_BAD_ROWS
from certbulk.cli.show import spelled
from certbulk.cli.terminal import not_written
from certbulk.cli.way_on import resumed, to_correct
from certbulk.core.cleaning import clean
from certbulk.core.counting import counted
from certbulk.errors import OutputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

    from _typeshed import DataclassInstance

    from certbulk.cli.plan_options import Care
    from certbulk.cli.service import PacedService, SameService
    from certbulk.planning import RowDecision

__all__ = [
    "Results",
    "ResultsPath",
    "agree",
    "ask",
    "carried_out",
    "is_in_words",
    "refuse_again",
    "settled",
    "source_name",
    "tell",
    "tell_of_none",
    "tell_of_saved",
    "warn_of_interrupted",
]

_TO_CORRECT = ("invalid", "blocked", "failed")


@dataclass(frozen=True)
class Results:
    """The path of the results workbook."""

    results: Annotated[
        Path | None,
        typer.Option(
            "--results",
            metavar="OUT.xlsx",
            help="The results workbook. [default: a free name beside the file]",
        ),
    ] = None
    overwrite: options.Overwrite = False

    def of(self, file: Path) -> ResultsPath:
        """Return where the results of a file go, when it is sure that they can be written there.

        Raises:
            OutputError: Nothing can be written there.
            SettingsError: It is not the name of a workbook.
        """
        return ResultsPath(self.results, file, self.overwrite).check()


class ResultsPath(NamedTuple):
    """The path of the results: the one that was given, or a name beside the file."""

    given: Path | None
    file: Path
    overwrite: bool

    def check(self) -> Self:
        """Make sure, before anything is sent, that the results can be written.

        Raises:
            OutputError: Nothing can be written there.
            SettingsError: It is not the name of a workbook.
        """
        from certbulk.workbook import check_writable, same_file  # noqa: PLC0415

        while True:
            target = self._target()
            if target.suffix.lower() != ".xlsx":
                raise SettingsError(f"--results {target} must end in .xlsx.")
            if same_file(target, self.file):
                raise OutputError(
                    f"{target} is the file that is read. Give the results another name."
                )
            try:
                check_writable(target, overwrite=self.overwrite)
            except OutputError:
                if self._is_taken(target):  # since it was found to be free
                    continue
                raise
            return self

    def write(self, run: cb.Run) -> Path:
        """Write the results of a run and return their path.

        A name that was not given is the first that is free by now: another run on the same file
        may have ended meanwhile.

        Raises:
            OutputError: They cannot be written.
        """
        while True:
            target = self._target()
            try:
                return run.to_excel(target, overwrite=self.overwrite)
            except OutputError:
                if not self._is_taken(target):
                    raise

    def _is_taken(self, target: Path) -> bool:
        """Whether a name that was not given has been taken by somebody, so there is another."""
        return not self.given and not self.overwrite and os.path.lexists(target)

    def _target(self) -> Path:
        from certbulk.workbook import path_beside  # noqa: PLC0415

        return self.given or path_beside(self.file, "results", overwrite=self.overwrite)


def agree(
    what: str, decisions: Iterable[RowDecision], chain_id: int, host: str, *, yes: bool
) -> None:
    """Ask whether to send; or, if somebody has said yes already, name the host and go on.

    Args:
        what: What it is for, such as "Undo run 7"; empty if that is plain.
        decisions: What is to be sent; the question names how many of which kind, deletions too.
        chain_id: The chain.
        host: The host, with where it comes from if it is not the default one.
        yes: Whether it is agreed already.

    Raises:
        OutputError: What would be sent could not be shown.
    """
    _require_shown()
    counts = Counter(str(decision.action) for decision in decisions)
    kinds = {"create": "create", "update": "update", "delete": "deletion"}
    parts = [counted(counts[action], noun) for action, noun in kinds.items() if counts[action]]
    listed = ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + "".join(parts[-1:])
    send = f"{what}: send" if what else "Send"
    if yes:
        show.line(f"Sending {listed} to chain {chain_id} at {host}.", err=True)
    else:
        ask(clean(f"{send} {listed} to chain {chain_id} at {host}?"))


def _require_shown() -> None:
    """Make sure that what would be sent was shown: a full disk, for example, loses it.

    Raises:
        OutputError: It was not.
    """
    if why := not_written():
        raise OutputError(
            f"What would be sent cannot be shown ({why}), so nothing was sent. Let standard output "
            "go elsewhere."
        )


def ask(question: str) -> None:
    """Ask whether to send; without somebody to ask, refuse."""
    _require_shown()
    if not sys.stdin.isatty():
        typer.echo(
            "certbulk: there is no terminal to ask for confirmation, so nothing was sent. "
            "Add --yes to send without asking.",
            err=True,
        )
        raise typer.Exit(COULD_NOT_START)
    try:
        with signals_end_the_wait():
            agreed = typer.confirm(question, err=True)
    except typer.Abort:  # Ctrl-C, or the end of the input
        agreed = False
    if not agreed:
        typer.echo("Nothing was sent.", err=True)
        raise typer.Exit(STOPPED)


def source_name(plan: cb.Plan) -> str:
    """Return the name of the file that a plan was made from, without a way out of its folder."""
    return plan.report.sheet.source.replace("\\", "/").rpartition("/")[2] or "plan"


def is_in_words(plan: cb.Plan) -> bool:
    """Whether a plan is that of a change in words, which has no file."""
    from certbulk.planning.sheet_words import SheetWords  # noqa: PLC0415

    return SheetWords.of(plan.report).is_change


def warn_of_interrupted(
    report: cb.Report, client: cb.Client, service: PacedService, care: Care
) -> None:
    """Print that an earlier run of the same file has rows left, and how to continue it."""
    from certbulk.applying.history import run_to_resume  # noqa: PLC0415

    number = run_to_resume(client.service, client.chain_id, sha256=report.sheet.sha256)
    if number is None:
        return
    earlier = cb.attach(number)
    left = sum(o.status in ("not_sent", "unknown") for o in earlier.outcomes)
    if earlier.state == "running" or not left:
        return
    said = f"Run {number} of this file was {earlier.state}: {counted(left, 'row is', 'rows are')} "
    way_on = resumed(number, service, care)
    show.then(f"{said}left. To continue it instead", way_on, err=True)


def refuse_again(plan: cb.Plan) -> None:
    """Refuse a saved plan that was carried out, before it is shown and anybody is asked.

    Raises:
        PlanError: It has a run already.
    """
    from certbulk.applying.journal.writing import Journal  # noqa: PLC0415
    from certbulk.shared.home import journal_home  # noqa: PLC0415

    with closing(Journal(journal_home())) as journal:
        journal.refuse_again(plan.id)


def settled(plan: cb.Plan) -> bool:
    """Whether a plan has rows, and each is live as it is meant, or skipped."""
    counts = plan.counts
    return bool(plan.decisions) and counts["unchanged"] + counts["skip"] == len(plan.decisions)


def tell_of_none(plan: cb.Plan, *, json: bool) -> None:
    """Print that there is nothing to send, so there is no run and no results workbook."""
    if json:
        from certbulk.applying.outcome import moment  # noqa: PLC0415
        from certbulk.applying.sending.not_sent import outcomes_without_sending  # noqa: PLC0415

        at = moment(plan.made_at)
        outcomes, _ = outcomes_without_sending(plan, at=at, all_or_nothing=False)
        none = cb.Run("", plan, tuple(outcomes.values()), "finished", "No changes.", at, at)
        show.as_json({"results": None, **none.as_dict(), "run": None})
    else:
        show.no_changes(plan)
    raise typer.Exit(ALL_WELL)


def tell_of_saved(plan: cb.Plan, path: Path, way_on: str, *, err: bool) -> None:
    """Print where a plan was saved, who must approve it, and the command that carries it out."""
    from certbulk.shared.home import Journal, journal_home  # noqa: PLC0415

    if not plan.needs_approval:
        return show.then(f"Plan: {path}. Carry it out with", way_on, err=err)
    if isinstance(journal_home(), Journal):
        show.then(f"Plan: {path}. Another person approves it", spelled("approve", path), err=err)
    else:
        show.line(f"Plan: {path}. To approve it, share a journal: CERTBULK_JOURNAL_URL.", err=err)
    return show.then("Then carry it out with", way_on, err=err)


def carried_out(run: Callable[[], cb.Run]) -> cb.Run:
    """Return the run, also if Ctrl-C or SIGTERM ended it: its results are still to be written."""
    try:
        return run()
    except KeyboardInterrupt as interrupt:
        found: cb.Run | None = getattr(interrupt, "run", None)
        if found is None:  # nothing had begun
            raise
        return found


def tell(
    run: cb.Run,
    results_path: ResultsPath,
    service: PacedService | SameService,
    *ways: DataclassInstance,
    json: bool,
) -> None:
    """Write the results workbook, print what came of a run, and end with its exit code.

    Args:
        run: The run.
        results_path: Where the results go.
        service: The options that name the service, for the next command.
        *ways: The other options for it: those of `apply`, and how it is to be carried out.
        json: Whether to print one JSON document instead.
    """
    # Nothing is left to stop, and all is to be written.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        written: Path | None = results_path.write(run)
    except OutputError as error:
        written = None
        others = spelled("results", run.id, output="OTHER.xlsx")
        show.line(f"certbulk: {error} The journal has them all: {others}", err=True)
    finally:
        signal.signal(signal.SIGINT, before)
    if json:
        show.as_json({"results": str(written) if written else None, **run.as_dict()})
    else:
        from certbulk.applying.off_sale import to_take_off_sale  # noqa: PLC0415
        from certbulk.applying.sending.send_row import KEEPS_NOTHING  # noqa: PLC0415

        show.run(run)
        if written:
            show.line(f"Results: {written}")
            if replaced := to_take_off_sale(run):
                old = counted(len(replaced[0].rows), "type")
                show.line(f"To take off sale by hand: {old}, see the sheet {replaced[0].name}.")
        if KEEPS_NOTHING in run.reason:
            show.line("Rehearse with: --sandbox")
        elif run.state not in ("finished", "refused"):
            show.then("To send the rest", resumed(run.id, service, *ways))
        elif run.counts["unknown"]:
            way_on = resumed(run.id, service, *ways, settles=True)
            show.then("To settle what is unknown", way_on)
        elif written and not run.plan.undoes and any(map(run.counts.get, _TO_CORRECT)):
            show.then(*to_correct(run, written, service, *ways))
    if run.state not in ("finished", "refused") or written is None:
        raise typer.Exit(STOPPED)
    raise typer.Exit(ALL_WELL if run.ok else WITH_BAD_ROWS)
