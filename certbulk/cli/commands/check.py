"""Commands that only look: validate, rules, columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.layout import Encoding, Format, FormatOf, Sheet, Vocabulary
from certbulk.cli.options import ALL_WELL, WITH_BAD_ROWS
from certbulk.cli.output import TABLE_SUFFIXES, LayoutAndOutput, target_of
from certbulk.cli.service import Service
from certbulk.cli.show import spelled
from certbulk.core.file_formats import either, suffixes
from certbulk.errors import CertbulkError, OutputError, ReadError, SettingsError

if TYPE_CHECKING:
    from certbulk.workbook.writing.output_tables import OutputTable

__all__ = ["columns", "rules", "validate"]


def validate(
    file: options.File,
    *,
    layout: LayoutAndOutput,
    live: options.Live = False,
    service: Service,
    annotate: Annotated[
        Path | None,
        typer.Option(
            "--annotate",
            metavar="OUT.xlsx",
            help="Write a copy of the workbook with faulty cells coloured, and notes on them. For "
            f"formats other than {either(suffixes(kept=True), 'and')}, write a new workbook.",
        ),
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option(
            "--findings",
            metavar="FILE|-",
            help=f"Write the findings as a table: {either(TABLE_SUFFIXES)}, or - for standard "
            "output.",
        ),
    ] = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Check every row of a file, without sending anything.

    It needs no account and no network, unless you have names and ids looked up in the chain
    (--live) or in the sandbox (--sandbox).

    Examples:
        certbulk validate sample_data/with_errors.xlsx
        certbulk validate sample_data/with_errors.xlsx --annotate look_here.xlsx
        certbulk validate sample_data/certificate_types.xlsx --live
    """
    table = target_of(findings, layout.written_as, overwrite=overwrite, json=json)
    report = layout.report_on(file)
    if live or service.sandbox:
        report = service.judged(report)
    copy, refused = _copied(report, annotate, overwrite=overwrite)
    if json:
        show.as_json({**({"annotated": str(copy)} if copy else {}), **report.as_dict()})
    elif table is None or table.path:
        show.report(report)
        if copy:
            way_on = spelled("validate", copy, layout.of_a_copy(), service, live=live)
            show.annotated(report, copy, way_on)
    if table:
        table.put(_findings(report))
        if table.path:
            show.line(f"Findings: {table.path}", err=json)
    if refused:
        raise refused
    raise typer.Exit(ALL_WELL if report.ok else WITH_BAD_ROWS)


def _findings(report: cb.Report) -> OutputTable:
    """Return all findings as a table."""
    from certbulk.core.findings.finding import COLUMNS  # noqa: PLC0415
    from certbulk.workbook.writing.output_tables import OutputTable  # noqa: PLC0415

    records = [finding.as_dict() for finding in report.all_findings]
    return OutputTable.of("findings", records, COLUMNS)


def _copied(
    report: cb.Report, path: Path | None, *, overwrite: bool
) -> tuple[Path | None, CertbulkError | None]:
    """Write an annotated copy if one is asked for, and return its path, or why there is none."""
    try:
        return (cb.annotate(report, path, overwrite=overwrite) if path else None), None
    except (OutputError, ReadError) as error:  # the findings are there all the same
        return None, error


def rules(json: options.Json = False) -> None:
    """List every finding code: what it means, and what it is based on.

    Examples:
        certbulk rules
    """
    from certbulk.core.findings.catalogue import CODES  # noqa: PLC0415

    if json:
        show.as_json(
            {
                code.name: {
                    "scope": str(code.scope),
                    "severity": str(code.severity),
                    "title": code.title,
                    "explanation": code.explanation,
                    "basis": str(code.basis),
                    "repair": str(code.repair),
                    "example": list(code.example),
                }
                for code in CODES.values()
            }
        )
        return
    for code in CODES.values():
        show.lines(
            [
                f"{code.name} ({code.severity}, {code.scope}): {code.title}",
                f"    {code.explanation}",
                f"    Basis: {code.basis}. Repair: {code.repair}.",
                *(f"    Example: {_row(row)}" for row in code.example),
                "",
            ]
        )


def _row(row: dict[str, Any]) -> str:
    shown = (
        f"{name}={value}" if value is not None else f"no {name}" for name, value in row.items()
    )
    return ", ".join(text if len(text) < 60 else text[:59] + "…" for text in shown)  # noqa: PLR2004


def columns(
    map_: Annotated[
        list[Path] | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="Show how the headers of this file were matched, instead of all columns. Repeat "
            "it with a mapping (.toml) to see the match with that mapping.",
        ),
    ] = None,
    *,
    sheet: Sheet = None,
    vocabulary: Vocabulary = None,
    format_: FormatOf = Format.TABLE,
    encoding: Encoding = None,
    json: options.Json = False,
) -> None:
    """List the columns: names, what goes into them, what blanks mean.

    With --map, show how the headers of a file were matched to them.

    Examples:
        certbulk columns
        certbulk columns --map sample_data/certificate_types.xlsx
    """
    if map_:
        _matches(map_, sheet, vocabulary, format_, encoding, json=json)
        return
    if sheet or vocabulary or encoding or format_ is not Format.TABLE:
        raise SettingsError("Say which file is meant: --map FILE.")
    from certbulk.words.describe import described_columns  # noqa: PLC0415
    from certbulk.words.vocabulary_files import shipped  # noqa: PLC0415

    described = described_columns(shipped())
    if json:
        show.as_json({"columns": described})
        return
    for column in described:
        show.lines(
            [
                f"{column['name']} ({column['label']})",
                f"    {column['help']}",
                f"    On a create: {column['create']}. On an update: {column['update']}.",
                *([f"    One of: {', '.join(column['choices'])}."] if column["choices"] else []),
                *(
                    f"        {choice}: {', '.join(words)}."
                    for choice, words in column["choice_words"].items()
                ),
                *([f"    Only used when {column['used_when']}."] if column["used_when"] else []),
                f"    Also called: {', '.join(column['aliases'])}.",
                *(f"    {list_}: {', '.join(words)}." for list_, words in column["words"].items()),
                "",
            ]
        )


def _matches(
    paths: list[Path],
    sheet: str | None,
    vocabulary: Path | None,
    format_: Format,
    encoding: str | None,
    *,
    json: bool,
) -> None:
    """Print how the headers of a file were matched."""
    mappings = [path for path in paths if path.suffix.lower() == ".toml"]
    files = [path for path in paths if path not in mappings]
    if len(files) != 1 or len(mappings) > 1:
        raise SettingsError("Give --map one file of rows, and one mapping (.toml) if need be.")
    read = cb.read(
        files[0],
        sheet,
        vocabulary=vocabulary,
        mapping=mappings[0] if mappings else None,
        format=format_.value,
        encoding=encoding,
    )
    if not json:
        show.matches(read)
        return
    from certbulk.reading.matches import missing_columns  # noqa: PLC0415

    show.as_json(
        {
            "header_row": read.header_row,
            "columns": [match._asdict() for match in read.header_matches],
            "missing": missing_columns(read.columns),
            "ignored_missing": [
                finding.value
                for finding in read.findings
                if finding.code == "ignored_column_missing"
            ],
        }
    )
