"""What is wrong with the headers of a sheet: unknown ones, two for one column, no rows below."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.read_only import has_no_name
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds.kind import normal_header
from certbulk.core.results.result_columns import is_result
from certbulk.reading.headers.units import unit_findings
from certbulk.words.header_notes import note_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from certbulk.core.columns.headers import Match
    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["header_findings"]


def header_findings(
    columns: list[SheetColumn],
    row: int,
    rows: int,
    vocabulary: Vocabulary,
    *,
    addresses: bool = True,
) -> list[Finding]:
    """Return findings about the headers in row `row`, which have as many rows below as `rows`.

    Messages have `addresses` of cells, unless the source has none.
    """
    findings = []
    first: dict[str, SheetColumn] = {}
    for column in columns:
        cell = column.address(row)
        if column.made:
            continue
        if column.field is None:
            findings += [] if column.how else _unknown(column, cell, row, vocabulary)
        elif column.field in first:
            other = first[column.field]
            where = f" ({other.address(row)})" if addresses else ""
            findings.append(
                found(
                    "duplicate_column",
                    f"{quoted(column.header)} and {quoted(other.header)}{where} both mean "
                    f"{BY_NAME[column.field].label}. Delete one of them.",
                    row=row,
                    cell=cell,
                    field=column.field,
                    value=column.header,
                    parts={"other": other.header},
                )
            )
        else:
            first[column.field] = column
    findings = _free(findings, first.keys())
    findings += unit_findings(columns, row, vocabulary, addresses=addresses)
    if not rows:
        header = f"its header in row {row}" if row else "a header"
        empty = f"The sheet has no rows below {header}" if addresses else "The frame has no rows"
        findings.append(found("no_rows", f"{empty}. Add some."))
    return findings


def _free(findings: list[Finding], taken: Collection[str]) -> list[Finding]:
    """Return the findings without suggestions that would give one column two headers."""
    often = Counter(finding.suggestion for finding in findings)
    return [
        replace(finding, suggestion=None)
        if finding.suggestion in taken or often[finding.suggestion] > 1
        else finding
        for finding in findings
    ]


def _unknown(
    column: SheetColumn, cell: str | None, row: int, vocabulary: Vocabulary
) -> list[Finding]:
    if is_result(column.header):
        return []
    if has_no_name(column.header):
        unless = ", unless it is an index that pandas wrote" if column.number == 1 else ""
        message = "The column has values but no header, so it is not sent. Give it a header"
        value = column.header or None
        return [found("unknown_column", f"{message}{unless}.", row=row, cell=cell, value=value)]
    if named := note_of(column.header, vocabulary):
        return [_with_a_note(column, cell, row, *named)]
    meant = " or ".join(map(_in_words, vocabulary.may_mean(column.header)))
    hint = f" Did you mean {meant}?" if meant else ""
    return [
        found(
            "unknown_column",
            f"{quoted(column.header)} is not a known column, so it is not sent.{hint}",
            row=row,
            cell=cell,
            value=column.header,
            suggestion=slip.field if (slip := vocabulary.slip(column.header)) else None,
        )
    ]


def _with_a_note(
    column: SheetColumn, cell: str | None, row: int, match: Match, note: str
) -> Finding:
    """Return a finding without a suggestion: the note may change what the header means."""
    return found(
        "unknown_column",
        f"{quoted(column.header)} is not a known column, so it is not sent: {quoted(note)} in it "
        f"may make it another column than {_in_words(match)}. If it does not, rename it to "
        f"{BY_NAME[match.field].label}.",
        row=row,
        cell=cell,
        value=column.header,
    )


def _in_words(match: Match) -> str:
    """Return a column by its label, after the word for it that is near, if that is another."""
    label = BY_NAME[match.field].label
    known = normal_header(match.written) in {normal_header(match.field), normal_header(label)}
    return label if known else f"{match.written} ({label})"
