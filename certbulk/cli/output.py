"""Where tables go: into a file, or to standard output, in one of the formats that are written."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from certbulk.cli import options
from certbulk.cli.layout import Format, Reading
from certbulk.cli.terminal import put_bytes
from certbulk.core.file_formats import WRITTEN_FORMATS, WrittenFormat, either, written_format
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from certbulk.workbook.writing.output_tables import OutputTable

__all__ = [
    "STDOUT",
    "TABLE_SUFFIXES",
    "LayoutAndOutput",
    "Output",
    "Target",
    "WriteAs",
    "target_of",
]

_NAMES = [written.name for written in WRITTEN_FORMATS]
TABLE_SUFFIXES = [written.suffix for written in WRITTEN_FORMATS]
STDOUT = Path("-")

# Literal, as a type has to be: the table of formats has the same names.
WriteAs = Annotated[
    Literal["csv", "json", "parquet", "xlsx"] | None,
    typer.Option(
        "--format",
        help="The format of the table. [default: by the file's name, csv on standard output]",
    ),
]


@dataclass(frozen=True)
class Output:
    """A table that may be written instead of text."""

    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|-",
            help=f"Write a table: {either(TABLE_SUFFIXES)}, or - for standard output.",
        ),
    ] = None
    format_: WriteAs = None
    overwrite: options.Overwrite = False

    def target(self, *, json: bool = False) -> Target | None:
        """Return where the table goes; None if none is asked for.

        Raises:
            SettingsError: The options contradict each other.
            OutputError: Nothing can be written there.
        """
        return target_of(self.output, self.format_, overwrite=self.overwrite, json=json)


class AnyFormat(StrEnum):
    """How the rows of a file are laid out, or the format of what is written."""

    TABLE = "table"
    BOOSTER = "booster"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True)
class LayoutAndOutput(Reading):
    """How a file is to be read, and the format of what is written."""

    format_: Annotated[
        list[AnyFormat] | None,
        typer.Option(
            "--format",
            help="How the rows of FILE are laid out: a table with headers (the default), or "
            "booster, the 13 columns without headers that are pasted into the browser extension. "
            f"And the format of what is written: {either(_NAMES)}. May be repeated.",
        ),
    ] = None

    @property
    def rows_as(self) -> Format:
        """How the rows of the file are laid out."""
        return Format.BOOSTER if AnyFormat.BOOSTER in (self.format_ or ()) else Format.TABLE

    @property
    def written_as(self) -> str | None:
        """The format of what is written.

        Raises:
            SettingsError: There are two.
        """
        found = [name for name in self.format_ or () if name in _NAMES]
        if len(set(found)) > 1:
            raise SettingsError(f"--format names two formats to write: {' and '.join(found)}.")
        return str(found[0]) if found else None

    def of_a_copy(self) -> Self:
        """Return how a workbook is to be read that is a copy of the file."""
        rows = [name for name in self.format_ or () if name not in _NAMES]
        return replace(super().of_a_copy(), format_=rows or None)


class Target(NamedTuple):
    """Where a table goes, and its format.

    Attributes:
        path: The file; None for standard output.
        written: The format.
        overwrite: Whether to replace an existing file.
    """

    path: Path | None
    written: WrittenFormat
    overwrite: bool = False

    def put(self, table: OutputTable, workbook: Callable[[Path], Path] | None = None) -> None:
        """Write a table.

        Args:
            table: The table.
            workbook: Writes the same as a workbook with more in it; used for .xlsx.

        Raises:
            OutputError: It cannot be written.
        """
        from certbulk.workbook import write_whole  # noqa: PLC0415 (only who writes waits for it)
        from certbulk.workbook.writing.output_tables import table_bytes  # noqa: PLC0415

        if workbook and self.written.suffix == ".xlsx":
            data = _bytes_of(workbook)
        else:
            data = table_bytes(table, self.written)
        if self.path is not None:
            write_whole(self.path, lambda path: _fill(path, data), overwrite=self.overwrite)
        elif self.written.is_text and _is_terminal():
            typer.echo(data.decode(), nl=False)  # without what could move the cursor
        else:
            put_bytes(data)

    @property
    def named(self) -> str:
        """The target in words."""
        return "standard output" if self.path is None else str(self.path)


def target_of(
    given: Path | None, written_as: str | None, *, overwrite: bool = False, json: bool = False
) -> Target | None:
    """Return where a table goes, by the options; None if none is asked for.

    Raises:
        SettingsError: The options contradict each other.
        OutputError: Nothing can be written there.
    """
    if given is None and written_as is None:
        return None
    if given is None or given == STDOUT:
        return _stdout(written_as or "csv", json=json)
    by_name = written_format(given.suffix)
    chosen = written_format(written_as) if written_as else by_name
    if chosen is None:
        raise SettingsError(
            f"{given} has none of the file extensions {either(TABLE_SUFFIXES)}. Add one, or give "
            f"--format."
        )
    if by_name and by_name is not chosen:
        raise SettingsError(f"{given} and --format {chosen.name} name two formats. Change one.")
    if chosen.suffix == ".xlsx" and by_name is None:
        raise SettingsError(f"{given} must end in .xlsx.")
    from certbulk.workbook import check_writable  # noqa: PLC0415

    check_writable(given, overwrite=overwrite)
    return Target(given, chosen, overwrite)


def _stdout(written_as: str, *, json: bool) -> Target:
    written = next(one for one in WRITTEN_FORMATS if one.name == written_as)
    if json:
        raise SettingsError(
            "Standard output can have one document only: leave --json out, or write the table "
            "into a file."
        )
    if not written.is_text and _is_terminal():
        raise SettingsError(
            f"A terminal cannot show {written.name}. Write it into a file, or choose --format csv.",
            terminal=f"For example: --output FILE{written.suffix}",
        )
    return Target(None, written)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _bytes_of(workbook: Callable[[Path], Path]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="certbulk-") as folder:
        return workbook(Path(folder, "table.xlsx")).read_bytes()


def _fill(path: Path, data: bytes) -> None:
    path.write_bytes(data)
