"""Text for a terminal: what a person should see, one line each, nothing that moves the cursor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import certbulk as cb

__all__ = ["as_json", "findings", "lines", "plan", "report", "run"]

MOST_SHOWN = 20


def as_json(value: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print one JSON document, and nothing else, to stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def lines(texts: Iterable[str]) -> None:
    """Print lines; what comes from cells and from the service cannot move the cursor."""
    for text in texts:
        typer.echo(clean(text) if text else "")


def table(rows: Sequence[Sequence[object]]) -> list[str]:
    """Return rows as lines with aligned columns; the last column is not padded."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in texts
    ]


def findings(found: Sequence[cb.Finding]) -> None:
    """Print findings, the first ones of many."""
    lines(f"  {f.severity} {f.code}  {f}" for f in found[:MOST_SHOWN])
    if len(found) > MOST_SHOWN:
        typer.echo(f"  … and {len(found) - MOST_SHOWN} more; --json shows them all.")


def report(checked: cb.Report) -> None:
    """Print what validation found."""
    lines([repr(checked)])
    findings(checked.all_findings)


def plan(made: cb.Plan) -> None:
    """Print a plan: where it goes, how many of what, what changes, and what will not be sent."""
    from certbulk.planning.plan import changes_in_words  # noqa: PLC0415

    sheet = made.report.sheet
    place = f"{sheet.source}, sheet {sheet.name}" if sheet.name else sheet.source
    lines([f"Plan for {place}: {len(made.decisions)} rows, chain {made.chain_id}, {made.base_url}"])
    lines(table([[action, count] for action, count in made.counts.items()]))
    pace = f"{made.per_second:g} a second and {made.per_minute} a minute"
    lines([f"{made.requests} requests, about {made.seconds:.0f} s at {pace}."])
    lines([f"Dates without a time zone are taken in {made.report.time_zone}."])
    _decisions(made, "update", "Updates", changes_in_words)
    _decisions(made, "delete", "Deletions", lambda decision: f"id {decision.id}")
    for action, heading in (("blocked", "Blocked"), ("invalid", "Invalid")):
        _decisions(made, action, heading, lambda decision: f"{decision.code}: {decision.message}")
    if made.report.warnings:
        typer.echo("Warnings:")
        findings(made.report.warnings)


def _decisions(
    made: cb.Plan, action: str, heading: str, say: Callable[[cb.RowDecision], str]
) -> None:
    """Print the rows with this action, the first ones of many."""
    rows = [decision for decision in made.decisions if decision.action == action]
    if rows:
        typer.echo(f"{heading}:")
    lines(f"  row {row.row}  {row.title}  {say(row)}" for row in rows[:MOST_SHOWN])
    if len(rows) > MOST_SHOWN:
        typer.echo(f"  … and {len(rows) - MOST_SHOWN} more; --json shows them all.")


def run(done: cb.Run) -> None:
    """Print how a run ended: the counts, and the rows that need a look."""
    lines([f"Run {done.id} {done.state}" + (f": {done.reason}" if done.reason else "")])
    lines(table([[status, count] for status, count in done.counts.items() if count]))
    bad = [
        o for o in done.outcomes if o.status in ("failed", "unknown") or o.code == "stored_differs"
    ]
    if bad:
        typer.echo("Look at:")
        lines(f"  row {o.row}  {o.status}  {o.code}: {o.message}" for o in bad[:MOST_SHOWN])
        if len(bad) > MOST_SHOWN:
            typer.echo(f"  … and {len(bad) - MOST_SHOWN} more in the results workbook.")
