"""The options that say how a file is to be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

import typer

import certbulk as cb
from certbulk.cli.show import has_bars
from certbulk.errors import SettingsError

__all__ = [
    "Encoding",
    "Format",
    "FormatOf",
    "Layout",
    "Reading",
    "Sheet",
    "TimeZone",
    "Vocabulary",
]

Sheet = Annotated[
    str | None,
    typer.Option(
        "--sheet",
        metavar="NAME",
        help="The sheet of a workbook. [default: the one whose headers match best]",
    ),
]
Vocabulary = Annotated[
    Path | None,
    typer.Option(
        "--vocabulary",
        metavar="FILE",
        help="A .toml file with your own words for headers, yes and no, and choices.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="The encoding of a text file, such as cp1250. [default: detected]",
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(
        "--time-zone",
        metavar="ZONE",
        help="The time zone of dates without one, such as Europe/Berlin. "
        "[default: CERTBULK_TIME_ZONE, or that of the chain's locations, or UTC]",
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
        help="table: a row of headers, then rows. booster: the 13 columns without headers that are "
        "pasted into the browser extension.",
    ),
]


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, whatever else `--format` says."""

    sheet: Sheet = None
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="COLUMN=VALUE",
            help="A value for all rows, for a column that the file lacks, such as "
            "salon_ids=720441. May be repeated.",
        ),
    ] = None
    vocabulary: Vocabulary = None
    map_: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="A .toml file that maps a foreign layout to certbulk's columns.",
        ),
    ] = None
    encoding: Encoding = None
    time_zone: TimeZone = None

    @property
    def rows_as(self) -> Format:
        """How the rows of the file are laid out."""
        return Format.TABLE

    def of_a_copy(self) -> Self:
        """Return how the workbook is to be read that is a copy of the file: it has no encoding."""
        return replace(self, encoding=None)

    def of_results(self) -> Self:
        """Return how a results workbook is to be read: it has its own sheet, and all columns."""
        return replace(self.of_a_copy(), sheet=None, set_=None)

    def report_on(self, file: Path) -> cb.Report:
        """Read and validate a file."""
        from certbulk.settings import Settings  # noqa: PLC0415 (each command imports what it needs)

        defaults: dict[str, object] = {}
        for item in self.set_ or ():
            name, sign, value = item.partition("=")
            if not sign:
                raise SettingsError(f'"{item}" must look like --set salon_ids=720441.')
            defaults[name] = value
        zone = Settings.load(time_zone=self.time_zone).chosen_time_zone
        watched = has_bars()
        read = cb.read(
            file,
            self.sheet,
            defaults=defaults,
            vocabulary=self.vocabulary,
            mapping=self.map_,
            format=self.rows_as.value,
            encoding=self.encoding,
            progress=watched,
        )
        return cb.validate(read, time_zone=zone, progress=watched)


@dataclass(frozen=True)
class Layout(Reading):
    """How a file is to be read."""

    format_: FormatOf = Format.TABLE

    @property
    def rows_as(self) -> Format:
        """How the rows of the file are laid out."""
        return self.format_
