"""Commands that compare what is live with something: drift."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.layout import Layout
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.service import SameService, Service, require_sandbox
from certbulk.errors import NoSuchRunError

__all__ = ["drift"]

_MANY = 1_000_000  # runs: all that there are


def drift(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|FILE",
            help="A run's number, or a file. [default: the newest run of the chain]",
        ),
    ] = None,
    *,
    layout: Layout,
    service: Service,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Compare what is live with a run or a file.

    It lists types that are gone, archived, changed (meant → live) or new, and rows that could not
    be compared. Nothing is sent. The exit code is 1 if a type differs or could not be compared.

    Examples:
        certbulk drift
        certbulk drift sample_data/certificate_types.xlsx --sandbox
    """
    is_file = what is not None and (Path(what).exists() or bool(Path(what).suffix))
    if what is not None and is_file:
        report = layout.report_on(Path(what))
        with service.client() as client:
            found = cb.drift(report, client)
    else:
        run = cb.attach(what or _newest_run(service))
        if service.sandbox:
            require_sandbox(run)
        with SameService(service.chain_id, service.base_url).client(run.plan) as client:
            found = cb.drift(run, client)
        report = run.plan.report
    if json:
        show.as_json(found.as_dict())
    else:
        show.drift(found, report, wide=wide)
    raise typer.Exit(ALL_WELL if found.ok else WITH_BAD_ROWS)


def _newest_run(service: Service) -> str:
    """Return the newest run that sent a sheet to the configured chain; an undo does not count."""
    from certbulk.applying.history import recent_runs, run_summaries, service_name  # noqa: PLC0415

    if service.target() is None and not run_summaries(limit=1):
        raise NoSuchRunError("There are no runs yet. Name a file to compare with what is live.")
    address, chain_id = service.target_of_runs()
    for summary in recent_runs(address, chain_id, most=_MANY):
        number = str(summary["run"])
        if summary["kind"] == "apply":
            return number
    raise NoSuchRunError(
        f"There are no runs yet of chain {chain_id} at {service_name(address)}. Name a run, or a "
        "file to compare with what is live.",
        terminal="The runs of all chains: certbulk runs",
    )
