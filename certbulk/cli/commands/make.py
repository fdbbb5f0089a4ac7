"""Commands that write workbooks to fill in: export, template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.filters import Filters
from certbulk.cli.layout import Layout, TimeZone
from certbulk.cli.output import WriteAs, target_of
from certbulk.cli.service import Service
from certbulk.cli.show import spelled
from certbulk.core.counting import counted
from certbulk.core.file_formats import TYPES, written_format
from certbulk.errors import SettingsError

__all__ = ["export", "template"]


def export(
    output: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUT.xlsx|-",
            help="The file to write: the workbook, or a table in .csv, .json or .parquet. "
            "- is standard output.",
            show_default=False,
        ),
    ] = None,
    *,
    filters: Filters,
    time_zone: TimeZone = None,
    service: Service,
    format_: WriteAs = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Write what is live as a workbook to edit and apply, or as a table.

    Archived types are left out, and counted. The last columns, such as released_total, are only
    shown: nothing is read from them.

    Examples:
        certbulk export live.xlsx
        certbulk export live.xlsx --sandbox --overwrite
        certbulk export --format csv --location 720441
    """
    from certbulk.making.exporter import COLUMNS, live_types  # noqa: PLC0415
    from certbulk.settings import Settings  # noqa: PLC0415
    from certbulk.settings import time_zone as zone_called  # noqa: PLC0415
    from certbulk.workbook.writing.output_tables import OutputTable  # noqa: PLC0415

    target = target_of(output, format_, overwrite=overwrite, json=json)
    if target is None:
        raise SettingsError("Say where the export goes: a file, or - for standard output.")
    chosen = Settings.load(time_zone=time_zone).chosen_time_zone
    zone = zone_called(chosen) if chosen else None
    with service.client() as client:
        made = live_types(client, filters.wanted(client))
    target.put(
        OutputTable.of(TYPES, made.records, COLUMNS),
        lambda path: made.to_excel(path, zone=zone, overwrite=True),
    )
    if target.path is None:
        return
    if json:
        counts = {"types": len(made.rows), "archived": made.archived}
        show.as_json({"output": str(target.path), **counts})
        return
    left_out = (
        f" {counted(made.archived, 'archived type is', 'archived types are')} left out."
        if made.archived
        else ""
    )
    way_on = spelled("apply", target.path, Layout(time_zone=time_zone), service)
    wrote = f"Wrote {target.path}, {counted(len(made.rows), 'type')}.{left_out}"
    if written_format(target.path.suffix) and target.written.name != "json":
        show.then(f"{wrote} Edit it, then", way_on)
    else:
        show.line(wrote)


def template(
    output: options.Workbook,
    *,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help="Include the chain's locations, services and categories to pick from."
        ),
    ] = False,
    service: Service,
    overwrite: options.Overwrite = False,
) -> None:
    """Write a workbook to fill in, with notes, checks and drop-downs.

    Its example rows are skipped when it is read, as long as they are unchanged.

    Examples:
        certbulk template new_types.xlsx
        certbulk template with_our_places.xlsx --live
    """
    from certbulk.workbook import check_target  # noqa: PLC0415 (what each command needs)

    check_target(output, overwrite=overwrite)
    names = None
    if live or service.sandbox:
        with service.client() as client:
            names = cb.directory(client)
    path = cb.template(output, directory=names, overwrite=overwrite)
    way_on = spelled("apply", path, service)
    show.then(f"Wrote {path}. Fill it in, then", way_on)
