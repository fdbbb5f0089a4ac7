"""The command that makes repairs: fix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certbulk.cli import options, show
from certbulk.cli.exits import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.spelled import spelled

__all__ = ["fix"]


def fix(
    file: options.File,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FIXED",
            help="The workbook to write; of other files than .xlsx and .xlsm it is a new one. "
            "[default: beside the file]",
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="CODE",
            help="Repair these findings too, which is less certain. May be repeated.",
        ),
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option(
            "--dates",
            metavar="ORDER",
            help="With --accept ambiguous_value: 03/04/2027 is day-first or month-first.",
        ),
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option(
            "--decimal",
            metavar="SIGN",
            help="With --accept ambiguous_value: decimals stand behind a comma or a point.",
        ),
    ] = None,
    sheet: options.Sheet = None,
    set_: options.Set = None,
    vocabulary: options.Vocabulary = None,
    map_: options.Map = None,
    format_: options.FormatOf = options.Format.TABLE,
    time_zone: options.TimeZone = None,
    live: options.Live = False,
    sandbox: options.Practice = False,
    chain_id: options.Chain = None,
    base_url: options.BaseUrl = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Write a copy in which what is certainly meant otherwise is repaired, and list each change.

    Example: certbulk fix sample_data/with_errors.xlsx --accept not_a_choice
    """
    from certbulk.workbook import beside  # noqa: PLC0415

    report = options.report_on(
        file, sheet, set_, time_zone, vocabulary=vocabulary, mapping=map_, format_=format_
    )
    if live or sandbox:
        report = options.looked_up(report, sandbox=sandbox, chain_id=chain_id, base_url=base_url)
    fixed = report.fix(accept or (), dates=dates, decimal=decimal)
    ending = ".xlsm" if file.suffix.lower() == ".xlsm" else ".xlsx"
    target = output or beside(file, "fixed", ending=ending, overwrite=overwrite)
    path = fixed.to_excel(target, overwrite=overwrite)
    if json:
        show.as_json({"output": str(path), **show.counts(fixed.report), **fixed.as_dict()})
    else:
        way_on = spelled(
            "validate",
            path,
            **options.said_of_file(sheet, set_, vocabulary, map_, format_, time_zone),
            live=live,
            sandbox=sandbox,
            chain_id=chain_id,
            base_url=base_url,
        )
        show.fixed(fixed, path, way_on)
    raise typer.Exit(ALL_WELL if fixed.report.ok else WITH_BAD_ROWS)
