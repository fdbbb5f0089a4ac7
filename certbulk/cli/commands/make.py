"""Commands that write workbooks to fill in: export, template."""

from __future__ import annotations

from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.grouping import changed
from certbulk.cli.layout import TimeZone
from certbulk.cli.service import Service
from certbulk.cli.show import spelled
from certbulk.core.counting import counted

__all__ = ["export", "template"]


def export(
    output: options.Workbook,
    *,
    time_zone: TimeZone = None,
    service: Service,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Write what is live as a workbook to edit and apply.

    Archived types are left out, and counted.

    Examples:
        certbulk export live.xlsx
        certbulk export live.xlsx --sandbox --overwrite
    """
    from certbulk.making.exporter import exported  # noqa: PLC0415 (what each command needs)
    from certbulk.settings import Settings  # noqa: PLC0415
    from certbulk.workbook import check_target  # noqa: PLC0415

    check_target(output, overwrite=overwrite)
    zone = Settings.load(time_zone=time_zone).time_zone
    with service.client() as client:
        made = exported(output, client, time_zone=zone, overwrite=overwrite)
    if json:
        show.as_json({"output": str(made.path), "types": made.types, "archived": made.archived})
        return
    left_out = (
        f" {counted(made.archived, 'archived type is', 'archived types are')} left out."
        if made.archived
        else ""
    )
    way_on = spelled("apply", made.path, time_zone=time_zone, **changed(service))
    show.then(f"Wrote {made.path}, {counted(made.types, 'type')}.{left_out} Edit it, then", way_on)


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
    way_on = spelled("apply", path, **changed(service))
    show.then(f"Wrote {path}. Fill it in, then", way_on)
