"""Text for a terminal: what a person should see, one line each, nothing that moves the cursor."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from certbulk.core.cleaning import clean, escaped_controls
from certbulk.core.file_formats import either, suffixes
from certbulk.core.findings.catalogue import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import certbulk as cb

__all__ = [
    "annotated",
    "as_json",
    "bindings",
    "counts",
    "drift",
    "fixed",
    "line",
    "lines",
    "matches",
    "plan",
    "report",
    "run",
    "spelled",
    "then",
]

_MORE = "--json shows them all"
_LOOK_UP = "Names are looked up in the service with --live."
_LONGEST_COMMAND = 10_000
_UNKEPT = (
    " Formatting and other sheets are kept of " + either(suffixes(kept=True), "and") + " only."
)


def as_json(value: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print one JSON document, and nothing else, to stdout."""
    typer.echo(escaped_controls(json.dumps(value, ensure_ascii=False, indent=2)))


def counts(checked: cb.Report) -> dict[str, int]:
    """Return how many rows and findings of which sort a report has."""
    bad = int(checked.refused.sum())
    return {
        "rows": len(checked),
        "valid": len(checked) - bad,
        "invalid": bad,
        "errors": len(checked.errors),
        "warnings": len(checked.warnings),
    }


def lines(texts: Iterable[str], *, err: bool = False) -> None:
    """Print lines; what comes from cells and from the service cannot move the cursor."""
    for text in texts:
        typer.echo(clean(text) if text else "", err=err)


def line(text: str, *, err: bool = False) -> None:
    """Print one line, whole however long it is: a file's name with a line feed makes no second."""
    typer.echo(clean(text, _LONGEST_COMMAND), err=err)


def report(checked: cb.Report) -> None:
    """Print what validation found."""
    from certbulk.displays import report as display  # noqa: PLC0415
    from certbulk.validating.places import has_names_without_list  # noqa: PLC0415

    lines(display.text(checked, _MORE))
    ways = dict.fromkeys(CODES[finding.code].terminal for finding in checked.all_findings)
    words = checked.sheet.vocabulary
    look_up = has_names_without_list(checked.errors, checked.directory, words)
    lines(filter(None, [*ways, _LOOK_UP if look_up else ""]))


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


def plan(made: cb.Plan) -> None:
    """Print a plan: where it goes, how many of what, what changes, and what will not be sent."""
    from certbulk.displays import plan as display  # noqa: PLC0415

    lines(display.text(made, _MORE))


def run(done: cb.Run) -> None:
    """Print how a run ended: the counts, and the rows that need a look."""
    from certbulk.displays import run as display  # noqa: PLC0415

    lines(display.text(done, "the results workbook has them all"))


def drift(found: cb.Drift) -> None:
    """Print what is live and not as it was meant."""
    from certbulk.displays import drift as display  # noqa: PLC0415

    lines(display.text(found, _MORE))


def bindings(found: cb.Bindings) -> None:
    """Print which ids match in the other chain."""
    from certbulk.displays import bindings as display  # noqa: PLC0415

    lines(display.text(found, "--table writes them all"))


def spelled(
    command: str, what: str | Path, **options: str | float | bool | Path | Sequence[str] | None
) -> str:
    """Return a command of certbulk on a file or a run, quoted if the shell needs it.

    Args:
        command: The command's name.
        what: The file, or the run's number.
        **options: The options by their names, with _ for -. None, false and none of several are
            left out; True is an option without a value.
    """
    named = str(what)
    words = ["certbulk", command, f"./{named}" if named.startswith("-") else named]
    for name, value in options.items():
        flag = f"--{name.strip('_').replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif isinstance(value, str | float | int | Path):
            words += [flag, str(value)] if value is not False else []
        else:
            words += [word for each in value or () for word in (flag, each)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
