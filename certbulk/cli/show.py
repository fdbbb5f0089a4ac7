"""Text for a terminal: what a person should see, one line each, nothing that moves the cursor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import certbulk as cb

__all__ = [
    "annotated",
    "as_json",
    "bindings",
    "counts",
    "drift",
    "fixed",
    "lines",
    "matches",
    "plan",
    "report",
    "run",
]

_MORE = "--json shows them all"


def as_json(value: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print one JSON document, and nothing else, to stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


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


def lines(texts: Iterable[str]) -> None:
    """Print lines; what comes from cells and from the service cannot move the cursor."""
    for text in texts:
        typer.echo(clean(text) if text else "")


def report(checked: cb.Report) -> None:
    """Print what validation found."""
    from certbulk.displays import report as display  # noqa: PLC0415

    lines(display.text(checked, _MORE))


def annotated(checked: cb.Report, copy: Path) -> None:
    """Print where an annotated copy is, and what of the report it leaves out."""
    from certbulk.validating.annotating import left_out  # noqa: PLC0415

    lines(
        [
            f"Annotated copy: {copy}. Repair it, and use it as the file.",
            *filter(None, [left_out(checked)]),
        ]
    )


def fixed(made: cb.Fixed, path: Path, way_on: str) -> None:
    """Print repairs, where the workbook with them is, and the command to go on with."""
    from certbulk.displays import fixed as display  # noqa: PLC0415

    lines(display.text(made, _MORE))
    lines([f"Wrote {path}. Look at it, then: {way_on}"])


def matches(sheet: cb.Sheet) -> None:
    """Print how the headers of a sheet were matched."""
    from certbulk.displays import matches as display  # noqa: PLC0415

    lines(display.text(sheet))


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
    """Print what is which in the other chain."""
    from certbulk.displays import bindings as display  # noqa: PLC0415

    lines(display.text(found, "--table writes them all"))
