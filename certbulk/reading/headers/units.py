"""Units of time in the header of a column of lengths: "Period (months)"."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds.kind import tidy
from certbulk.reading.sheet_column import SheetColumn
from certbulk.words.header_notes import LENGTH, UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["unit_findings", "units_in_headers"]


def units_in_headers(
    columns: Sequence[SheetColumn], vocabulary: Vocabulary
) -> Iterator[SheetColumn]:
    """Yield a column of units if a header has one and no other column does.

    Every row with a length has the unit.
    """
    lengths = _lengths(columns)
    if lengths is None or any(column.field == UNIT for column in columns):
        return
    if unit := _unit_in(lengths, vocabulary):
        nothing = vocabulary.phrases("nothing.words")

        def unit_of(text: str) -> str | None:
            return CLEAR if tidy(text).lower() == CLEAR else None if text in nothing else unit

        cells = lengths.cells.map(unit_of)
        yield SheetColumn(UNIT, lengths.number, UNIT, cells, How.UNIT, made=True)


def unit_findings(
    columns: Sequence[SheetColumn], row: int, vocabulary: Vocabulary, *, addresses: bool = True
) -> Iterator[Finding]:
    """Yield `duplicate_column` if a header has a unit and a column of units has another."""
    lengths = _lengths(columns)
    others = next((c for c in columns if c.field == UNIT and c.how is not How.UNIT), None)
    unit = _unit_in(lengths, vocabulary) if lengths else ""
    if lengths is None or others is None or not unit:
        return
    kind = vocabulary.kinds[UNIT]
    same = {text for text in others.cells.values if kind.parse(text, UTC) == kind.parse(unit, UTC)}
    if any(
        length and other not in same
        for length, other in zip(lengths.cells, others.cells, strict=True)
    ):
        there = addresses and others.number and not others.made
        where = f" ({others.address(row)})" if there else ""
        yield found(
            "duplicate_column",
            f"{quoted(lengths.header)} has lengths in the unit {unit}, but "
            f"{quoted(others.header)}{where} does not have that unit in every row. Rename the "
            f"first to {BY_NAME[LENGTH].label}, or delete the second.",
            row=row,
            cell=lengths.address(row),
            field=UNIT,
            value=lengths.header,
            parts={"other": others.header},
        )


def _lengths(columns: Sequence[SheetColumn]) -> SheetColumn | None:
    """Return the column of lengths, if its own header says that it is one."""
    own = (c for c in columns if c.field == LENGTH and not c.made and c.how is not How.MAPPED)
    return next(own, None)


def _unit_in(column: SheetColumn, vocabulary: Vocabulary) -> str:
    match = vocabulary.match(column.header)
    return match.unit if match and match.field == LENGTH else ""
