"""The command that makes repairs: fix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.layout import Layout
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.service import Service
from certbulk.cli.show import spelled
from certbulk.core.file_formats import either, suffixes

__all__ = ["fix"]


def fix(
    file: options.File,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT.xlsx",
            help="The workbook to write. For formats other than "
            f"{either(suffixes(kept=True), 'and')}, it is a new one. "
            "[default: a free name beside the file]",
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="CODE",
            help="Also make the less certain repairs of this code (see certbulk rules). "
            "May be repeated.",
        ),
    ] = None,
    dates: Annotated[
        Literal["day-first", "month-first"] | None,
        typer.Option(
            "--dates",
            help="With --accept ambiguous_value: how 03/04/2027 is read.",
        ),
    ] = None,
    decimal: Annotated[
        Literal["comma", "point"] | None,
        typer.Option(
            "--decimal",
            help="With --accept ambiguous_value: the decimal sign.",
        ),
    ] = None,
    layout: Layout,
    live: options.Live = False,
    service: Service,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Write a copy of a file with repairs, and list each of them.

    Certain repairs are made. Less certain ones are made only if you accept them.

    Examples:
        certbulk fix sample_data/with_errors.xlsx
        certbulk fix sample_data/with_errors.xlsx -o fixed.xlsx --accept not_a_choice
    """
    from certbulk.repairing.target_workbook import check_copy, extension_of_copy  # noqa: PLC0415
    from certbulk.workbook import path_beside  # noqa: PLC0415

    report = layout.report_on(file)
    ending = extension_of_copy(report.sheet)
    target = output or path_beside(file, "fixed", extension=ending, overwrite=overwrite)
    check_copy(report.sheet, target, overwrite=overwrite)
    if live or service.sandbox:
        report = service.judged(report)
    fixed = cb.fix(report, accept or (), dates=dates, decimal=decimal)
    path = fixed.to_excel(target, overwrite=overwrite)
    if json:
        show.as_json({"output": str(path), **fixed.report.counts, **fixed.as_dict()})
    else:
        way_on = spelled("validate", path, layout.of_a_copy(), service, live=live)
        show.fixed(fixed, path, way_on)
    raise typer.Exit(ALL_WELL if fixed.report.ok else WITH_BAD_ROWS)
