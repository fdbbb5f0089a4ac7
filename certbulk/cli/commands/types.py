"""Commands that show what is live: list, get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from certbulk.cli import options, show
from certbulk.cli.filters import Filters
from certbulk.cli.grouping import changed
from certbulk.cli.output import Output
from certbulk.cli.service import Service
from certbulk.cli.tables import Column, put_table
from certbulk.core.counting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import certbulk as cb
    from certbulk.core.references.directory import Listing
    from certbulk.workbook.writing.output_tables import OutputTable

__all__ = ["get", "list_"]

_MOST_LOCATIONS = 2
_SHOWN = (
    Column("id", right=True),
    Column("title", wraps=True),
    Column("value", right=True),
    Column("locations", wraps=True),
    Column("expires", wraps=True),
    Column("online"),
    Column("issued", right=True),
)


def list_(
    *,
    filters: Filters,
    service: Service,
    output: Output,
    json: options.Json = False,
) -> None:
    """List the certificate types that are live.

    Archived types are left out, and counted. Without options, it prints the most important columns;
    with --format or --output, all of them, as the service has them.

    Examples:
        certbulk list
        certbulk list --location 720441 --not-issued
        certbulk list --title gift --format csv
    """
    target = output.target(json=json)
    with service.client() as client:
        records, archived = filters.wanted(client).of(client.list())
        names = None if target or json else _locations(client)
    if json:
        where = {"service": _service(client), "chain_id": client.chain_id}
        show.as_json({**where, "rows": len(records), "archived": archived, "types": records})
        return
    if target:
        target.put(_table(records))
        return
    put_table(_SHOWN, [_shown(record, names) for record in records])
    left_out = f", {counted(archived, 'archived type')} left out" if archived else ""
    noun = ("type fits", "types fit") if changed(filters) else ("live type", "live types")
    show.line(f"{counted(len(records), *noun)}{left_out}.")


def get(
    type_id: Annotated[int, typer.Argument(metavar="ID", help="The id of the type.", min=1)],
    *,
    service: Service,
    output: Output,
    json: options.Json = False,
) -> None:
    """Show one certificate type, as it is live now.

    Examples:
        certbulk get 288902
        certbulk get 288902 --json
    """
    target = output.target(json=json)
    with service.client() as client:
        record = client.get(type_id)
        names = None if target or json else _locations(client)
    if json:
        show.as_json(record)
    elif target:
        target.put(_table([record]))
    else:
        put_table((Column("column"), Column("value", wraps=True)), _lines(record, names))


def _service(client: cb.Client) -> str:
    from certbulk.settings.urls import service_name  # noqa: PLC0415

    return service_name(client.service)


def _locations(client: cb.Client) -> Listing:
    """Return the names of the chain's locations, as far as the service gives them."""
    from certbulk.api.chain_names import locations_of  # noqa: PLC0415

    return locations_of(client)


def _table(records: Sequence[dict[str, Any]]) -> OutputTable:
    """Return types as a table with the names and the values of the service."""
    from certbulk.making.exporter import COLUMNS  # noqa: PLC0415
    from certbulk.workbook.writing.output_tables import OutputTable  # noqa: PLC0415

    return OutputTable.of("types", records, COLUMNS)


def _shown(record: dict[str, Any], names: Listing | None) -> list[str]:
    """Return the most important values of a type for a person."""
    from certbulk.core.payload import values_of  # noqa: PLC0415
    from certbulk.planning.live import times_issued  # noqa: PLC0415

    values = values_of(record)
    return [
        str(record["id"]),
        _cell("title", values, names),
        _cell("balance", values, names),
        _cell("salon_ids", values, names),
        _expires(values),
        _cell("online_sale_is_enabled", values, names),
        str(times_issued(record)),
    ]


def _expires(values: dict[str, Any]) -> str:
    kind = values.get("expiration_type_id")
    if kind == 1:
        return _cell("expiration_date", values, None)[: len("2031-12-31")]
    if kind == 2:  # noqa: PLR2004 (a period from the sale)
        number, unit = values.get("expiration_timeout"), values.get("expiration_timeout_unit_id")
        named = _cell("expiration_timeout_unit_id", {"expiration_timeout_unit_id": unit}, None)
        if isinstance(number, int) and named.isalpha():
            return f"after {counted(number, named)}"
        return f"after {number} {named}"
    return "never" if kind == 0 else str(kind)


def _cell(name: str, values: dict[str, Any], names: Listing | None) -> str:
    """Return a value as text; of many locations the first, and how many more."""
    from certbulk.core.columns.fields import BY_NAME  # noqa: PLC0415
    from certbulk.core.references.directory import NO_NAMES, Directory  # noqa: PLC0415
    from certbulk.core.references.reference_problems import ids_of  # noqa: PLC0415
    from certbulk.planning.in_words import shown  # noqa: PLC0415

    value = values.get(name)
    if value in (None, "", ()):
        return ""
    if BY_NAME[name].refers_to == "locations":
        listed = [_location(number, names) for number in ids_of(value)]
        more = len(listed) - _MOST_LOCATIONS
        return "; ".join(listed[:_MOST_LOCATIONS]) + (f" and {more} more" if more > 0 else "")
    return shown(name, value, Directory({"locations": names}) if names else NO_NAMES)


def _location(number: object, names: Listing | None) -> str:
    entry = names.named(number) if names else None
    return entry.name if entry else str(number)


def _lines(record: dict[str, Any], names: Listing | None) -> list[list[str]]:
    """Return each value of a type with its name, for a person."""
    from certbulk.core.columns.fields import BY_NAME, FIELDS  # noqa: PLC0415
    from certbulk.core.columns.read_only import read_only_values  # noqa: PLC0415
    from certbulk.core.payload import values_of  # noqa: PLC0415
    from certbulk.core.references.directory import NO_NAMES, Directory  # noqa: PLC0415
    from certbulk.planning.in_words import shown  # noqa: PLC0415

    directory = Directory({"locations": names}) if names else NO_NAMES
    values = {"id": record["id"], **values_of(record)}
    there = [field.name for field in FIELDS if field.name in values]
    lines = [[BY_NAME[name].label, shown(name, values[name], directory)] for name in there]
    flags = {True: "yes", False: "no", None: "(none)"}
    for name, value in read_only_values(record).items():
        if name in record:
            told = flags[value] if value is None or isinstance(value, bool) else str(value)
            lines.append([name, told])
    return lines
