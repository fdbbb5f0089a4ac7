"""Text for a terminal: what a person should see, one line each, nothing that moves the cursor."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from certbulk.cli.grouping import GIVEN, changed
from certbulk.cli.isolates import are_isolated, isolated
from certbulk.cli.paper import Paper, put
from certbulk.cli.terminal import Painted
from certbulk.core.cleaning import clean, escaped_controls
from certbulk.core.counting import counted
from certbulk.core.file_formats import either, suffixes
from certbulk.core.findings.catalogue import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed import DataclassInstance

    import certbulk as cb

__all__ = [
    "annotated",
    "as_json",
    "bindings",
    "drift",
    "fixed",
    "fleet",
    "has_bars",
    "joined",
    "kept_back",
    "lead",
    "line",
    "lines",
    "matches",
    "no_changes",
    "option",
    "plan",
    "rehearsal",
    "report",
    "run",
    "spelled",
    "then",
]

_MORE = "--json shows them all"
_LOOK_UP = "Names are looked up in the service with --live."
_LONGEST_COMMAND = 10_000
_MOST_APPROVALS = 8
_UNKEPT = (
    " Formatting and other sheets are kept of " + either(suffixes(kept=True), "and") + " only."
)


def as_json(value: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print one JSON document, and nothing else, to stdout."""
    typer.echo(escaped_controls(json.dumps(value, ensure_ascii=False, indent=2)))


def lines(texts: Iterable[str], *, err: bool = False) -> None:
    """Print lines; what comes from cells and from the service cannot move the cursor.

    On a terminal they are wrapped to its width, with what is wrapped indented.
    """
    if err:
        for text in texts:
            _put(clean(text) if text else "", sys.stderr)
        return
    paper = Paper.at_hand()
    put(chain.from_iterable(map(paper.line, texts)), paper)


def line(text: str, *, err: bool = False) -> None:
    """Print one line, whole however long it is: a file's name with a line feed makes no second."""
    _put(clean(text, _LONGEST_COMMAND), sys.stderr if err else sys.stdout)


def _put(text: str, stream: TextIO) -> None:
    """Write a cleaned line; on a terminal, what runs from right to left stays in its place."""
    stream.write(Painted(f"{isolated(text) if are_isolated(stream) else text}\n"))
    stream.flush()


def report(checked: cb.Report) -> None:
    """Print what validation found."""
    from certbulk.displays import report as display  # noqa: PLC0415
    from certbulk.reading.sheet import short_name  # noqa: PLC0415
    from certbulk.validating.references import has_names_without_list  # noqa: PLC0415

    lines(display.text(checked, _MORE, partial(short_name, checked.sheet)))
    ways = dict.fromkeys(CODES[finding.code].terminal for finding in checked.all_findings)
    words = checked.sheet.vocabulary
    look_up = has_names_without_list(checked.errors, checked.directory, words)
    lines(filter(None, [*ways, _LOOK_UP if look_up else ""]))


def has_bars() -> bool:
    """Whether progress bars are drawn: on a terminal that can draw them, and in no log."""
    return sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def then(said: str, command: str, *, err: bool = False) -> None:
    """Print what there is now, and the next command, whole however long it is."""
    line(f"{said}: {command}", err=err)


def annotated(checked: cb.Report, copy: Path, way_on: str) -> None:
    """Print where an annotated copy is, what it has not, and the next command."""
    from certbulk.repairing.annotate import left_out  # noqa: PLC0415
    from certbulk.repairing.target_workbook import signature_note  # noqa: PLC0415

    said = [_made_anew(checked.sheet, copy), left_out(checked), signature_note(checked.sheet)]
    lines(filter(None, said))
    then(f"Annotated copy: {copy}. Repair it, and use it as the file. Then", way_on)


def _made_anew(sheet: cb.Sheet, path: Path) -> str:
    """Return what a copy has of a file in another format; nothing of an Excel workbook."""
    from certbulk.repairing.target_workbook import is_new_workbook  # noqa: PLC0415

    if not is_new_workbook(sheet):
        return ""
    return f"{path} is a new workbook with the table of {sheet.source}.{_UNKEPT * bool(sheet.name)}"


def fixed(made: cb.Fixed, path: Path, way_on: str) -> None:
    """Print repairs, where the workbook with them is, and the next command."""
    from certbulk.displays import fixed as display  # noqa: PLC0415
    from certbulk.repairing.target_workbook import signature_note  # noqa: PLC0415

    lines(display.text(made, _MORE))
    lines(filter(None, [_made_anew(made.before.sheet, path), signature_note(made.before.sheet)]))
    then(f"Wrote {path}. Look at it, then", way_on)


def matches(sheet: cb.Sheet) -> None:
    """Print how the headers of a sheet were matched."""
    from certbulk.displays.sheet import match_lines  # noqa: PLC0415

    lines(match_lines(sheet))


def plan(made: cb.Plan, *, wide: bool = False, pages: bool = False) -> None:
    """Print a plan: what is created, changed and deleted, what is not sent, and how many of what.

    Args:
        made: The plan.
        wide: Whether each row is on one line, however long.
        pages: Whether somebody is there to turn pages.
    """
    from certbulk.cli.printed import print_plan  # noqa: PLC0415 (only those who plan wait for it)

    print_plan(made, wide=wide, pages=pages)


def no_changes(made: cb.Plan) -> None:
    """Print that nothing is to be sent, so that there is no run and no results workbook."""
    said = "what the run did is undone already" if made.undoes else "all of it is live as it is"
    skipped = made.counts["skip"]
    but = f"{counted(skipped, 'row is', 'rows are')} skipped" if skipped else ""
    why = "; ".join(filter(None, (said if made.counts["unchanged"] else "", but)))
    line(f"No changes: {why}. Nothing was sent.")


def run(done: cb.Run) -> None:
    """Print how a run ended: the counts, and the rows that need a look."""
    from certbulk.cli.printed import print_run  # noqa: PLC0415

    print_run(done)


def kept_back(done: cb.Run) -> None:
    """Print the rows of a run that were not sent, or not checked at the end."""
    from certbulk.cli.printed import print_kept_back  # noqa: PLC0415

    print_kept_back(done)


def rehearsal(done: cb.Rehearsal, *, wide: bool = False) -> None:
    """Print a rehearsal: the plan, what would come of it, and how long it takes."""
    from certbulk.cli.printed import print_rehearsal  # noqa: PLC0415

    print_rehearsal(done, wide=wide)


def drift(found: cb.Drift, report: cb.Report, *, wide: bool = False) -> None:
    """Print what is live and not as it was meant; `report` has the person's names for columns."""
    from certbulk.cli.printed import print_drift  # noqa: PLC0415

    print_drift(found, report, wide=wide)


def fleet(done: cb.Fleet) -> None:
    """Print how the chains of a fleet stand."""
    from certbulk.displays import fleet as display  # noqa: PLC0415
    from certbulk.displays.parts import more_lines  # noqa: PLC0415

    lines(display.text(done, _MORE))
    plans = done.unapproved
    for plan_id in plans[:_MOST_APPROVALS]:
        then("Another person approves it", spelled("approve", plan_id))
    lines(more_lines(len(plans) - _MOST_APPROVALS))


def bindings(found: cb.Bindings) -> None:
    """Print which ids match in the other chain."""
    from certbulk.displays import bindings as display  # noqa: PLC0415

    lines(display.text(found, "--table writes them all"))


def spelled(
    command: str,
    what: str | Path,
    *groups: DataclassInstance,
    **options: str | float | bool | Path | Sequence[str] | None,
) -> str:
    """Return a command of certbulk on a file or a run, quoted if the shell needs it.

    It names the profile and the shared journal that somebody has named, so that it goes to the
    same chain and knows the same runs.

    Args:
        command: The command's name.
        what: The file, or the run's number.
        *groups: Groups of options, of which those that were given are written.
        **options: More options by their names, with _ for -. None, false and none of several are
            left out; True is an option without a value.
    """
    named = str(what)
    given = [item for group in groups for item in changed(group).items()]
    given += [(name, value) for name, value in options.items() if value is not False]
    words = [*lead(), command, f"./{named}" if named.startswith("-") else named]
    return joined([*words, *(word for name, value in given for word in option(name, value))])


def option(name: str, value: str | float | bool | Path | Iterable[str] | None) -> list[str]:
    """Return an option as words; one that is on by itself and was given as off says no."""
    flag = name.strip("_").replace("_", "-")
    if isinstance(value, bool):
        return [f"--{flag}" if value else f"--no-{flag}"]
    if isinstance(value, str | float | int | Path):
        plain = int(value) if isinstance(value, float) and value.is_integer() else value
        return [f"--{flag}", str(plain)]
    return [word for each in value or () for word in (f"--{flag}", each)]


def lead() -> list[str]:
    """Return what a next command begins with: the program, and whose chain and journal it is."""
    from certbulk.settings.profiles import PROFILE  # noqa: PLC0415 (not for help)
    from certbulk.shared.home import without_password  # noqa: PLC0415

    profile, journal = os.environ.get(PROFILE), without_password(GIVEN.get().journal)
    named = {"--profile": profile, "--journal": journal}
    words = [(flag, value) for flag, value in named.items() if value]
    return ["certbulk", *chain.from_iterable(words)]


def joined(words: Sequence[str]) -> str:
    """Return the words of a command as the shell of this machine takes them."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
