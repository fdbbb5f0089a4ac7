"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import certbulk as cb
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BaseUrl",
    "Chain",
    "File",
    "Format",
    "FormatOf",
    "Json",
    "Live",
    "Map",
    "MostFailures",
    "Overwrite",
    "PerMinute",
    "PerSecond",
    "Practice",
    "Results",
    "Set",
    "Settle",
    "SettlePause",
    "Sheet",
    "TimeZone",
    "Vocabulary",
    "Wait",
    "Yes",
    "client_for",
    "client_of",
    "given",
    "looked_up",
    "report_on",
    "said_of_file",
]

File = Annotated[Path, typer.Argument(help="The workbook, .csv or .parquet file.")]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="The sheet, where the workbook has several.")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="COLUMN=VALUE",
        help="A value for all rows in a column that the sheet does not have. May be repeated.",
    ),
]
Vocabulary = Annotated[
    Path | None,
    typer.Option(
        "--vocabulary",
        metavar="FILE",
        help="A .toml file with more words for headers, yes and no, and choices.",
    ),
]
Map = Annotated[
    Path | None,
    typer.Option(
        "--map",
        metavar="FILE",
        help="A .toml file that says how a foreign layout becomes certbulk's columns.",
    ),
]


class Format(StrEnum):
    """How the rows of a file are laid out."""

    TABLE = "table"
    BOOSTER = "booster"


FormatOf = Annotated[
    Format,
    typer.Option(
        "--format",
        help="booster: the 13 columns that are pasted into the browser extension.",
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(
        "--time-zone", help="The zone of dates without one, such as Europe/Berlin. [default: UTC]"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]
Practice = Annotated[
    bool, typer.Option("--sandbox", help="Use the practice server; its state is kept.")
]
Chain = Annotated[int | None, typer.Option("--chain-id", help="The chain. [CERTBULK_CHAIN_ID]")]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="The service's address. [CERTBULK_BASE_URL]")
]
PerSecond = Annotated[
    float | None,
    typer.Option("--per-second", help="Requests a second. [default: 4; CERTBULK_PER_SECOND]"),
]
PerMinute = Annotated[
    int | None,
    typer.Option("--per-minute", help="Requests a minute. [default: 180; CERTBULK_PER_MINUTE]"),
]
Results = Annotated[
    Path | None,
    typer.Option("--results", help="The results workbook. [default: beside the file]"),
]
Wait = Annotated[
    bool, typer.Option("--wait", help="Wait while another run sends to the same chain.")
]
Settle = Annotated[
    bool, typer.Option("--settle/--no-settle", help="Look up rows whose answer was lost.")
]
SettlePause = Annotated[
    float | None,
    typer.Option("--settle-pause", min=0, help="Seconds before each such look. [default: 30]"),
]
MostFailures = Annotated[
    int | None,
    typer.Option(
        "--most-failures", min=1, help="Failures in a row that stop the run. [default: 10]"
    ),
]
Live = Annotated[
    bool,
    typer.Option("--live", help="Look names up in the chain, and check that ids are there."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Send without asking.")]


def given(**options: object) -> dict[str, Any]:
    """Return the options that were given; the others stay what they are by themselves."""
    return {name: value for name, value in options.items() if value is not None}


def said_of_file(
    sheet: str | None,
    supplied: list[str] | None,
    vocabulary: Path | None,
    mapping: Path | None,
    format_: Format,
    time_zone: str | None,
) -> dict[str, Any]:
    """Return the options about a file that were given, for the next command on a copy of it."""
    return given(
        sheet=sheet,
        set=supplied,
        vocabulary=vocabulary,
        map=mapping,
        format=None if format_ is Format.TABLE else format_.value,
        time_zone=time_zone,
    )


def report_on(
    file: Path,
    sheet: str | None,
    supplied: list[str] | None,
    time_zone: str | None,
    *,
    vocabulary: Path | None,
    mapping: Path | None,
    format_: Format,
) -> cb.Report:
    """Read and validate a file as the options say."""
    from certbulk.settings import Settings  # noqa: PLC0415 (each command imports what it needs)

    defaults: dict[str, object] = {}
    for item in supplied or ():
        name, sign, value = item.partition("=")
        if not sign:
            raise SettingsError(f'"{item}" must look like --set salon_ids=720441.')
        defaults[name] = value
    zone = Settings.load(time_zone=time_zone).time_zone
    watched = sys.stderr.isatty()
    read = cb.read(
        file,
        sheet,
        defaults=defaults,
        vocabulary=vocabulary,
        mapping=mapping,
        format=format_.value,
        progress=watched,
    )
    return cb.validate(read, time_zone=zone, progress=watched)


def looked_up(
    report: cb.Report, *, sandbox: bool, chain_id: int | None, base_url: str | None
) -> cb.Report:
    """Return the report with names looked up and ids checked in the chain."""
    from certbulk.validating import revalidated  # noqa: PLC0415

    with client_for(sandbox=sandbox, chain_id=chain_id, base_url=base_url) as client:
        return revalidated(report, cb.directory(client, report.sheet))


@contextmanager
def client_for(
    *,
    sandbox: bool,
    chain_id: int | None,
    base_url: str | None,
    per_second: float | None = None,
    per_minute: int | None = None,
) -> Iterator[cb.Client]:
    """Give a client for the service, or for a practice server that remembers its last run."""
    from certbulk.settings import Settings  # noqa: PLC0415

    pace: dict[str, Any] = {"per_second": per_second, "per_minute": per_minute}
    if not sandbox:
        with cb.Client.from_env(chain_id=chain_id, base_url=base_url, **pace) as client:
            yield client
        return
    from certbulk.practice import kept_sandbox  # noqa: PLC0415

    settings = Settings.load(**pace)
    practice = kept_sandbox(settings)
    with practice:
        yield practice.client(
            chain_id=chain_id or practice.chain_id,
            per_second=settings.per_second,
            per_minute=settings.per_minute,
        )


@contextmanager
def client_of(
    plan: cb.Plan,
    *,
    chain_id: int | None,
    base_url: str | None,
    per_second: float | None,
    per_minute: int | None,
) -> Iterator[cb.Client]:
    """Give a client to go on with a plan: for its chain, and for the practice server again."""
    with client_for(
        sandbox=plan.base_url.startswith("sandbox:"),
        chain_id=chain_id or plan.chain_id,
        base_url=base_url,
        per_second=per_second,
        per_minute=per_minute,
    ) as client:
        yield client
