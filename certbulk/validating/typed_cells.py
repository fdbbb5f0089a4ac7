"""Cells of frames and records: what stands for unset, and results of calculations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.counting import counted
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds.kind import IDS, MOMENT, NUMBER, tidy
from certbulk.core.kinds.list_texts import is_empty_list
from certbulk.core.kinds.numbers import RoundedAmount
from certbulk.reading.sheet import column_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certbulk.core.columns.distinct import Column
    from certbulk.core.columns.field import Field
    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet

__all__ = ["is_unset", "rounding_findings"]

_UNSET = {
    NUMBER: re.compile(r"0(?:\.0+)?"),
    MOMENT: re.compile(r"0(?:\.0+)?|1970-01-01(?:[T ]00:00:00(?:\.0+)?(?:Z|\+00:?00)?)?"),
}
_NOISE = 1e-6  # less than this is what binary fractions leave behind, such as 0.0999999999999943


def is_unset(field: Field, text: str) -> bool:
    """Whether the text of a cell empties a field that can be emptied.

    That is `<clear>`, and what stands for it in records of the service and in typed frames: 0 for
    a unit, a length or a category, an empty list, and 0 or the first moment of 1970 for a date.
    """
    if "<" in text:
        return tidy(text).lower() == CLEAR
    if field.kind.dtype == IDS:
        return field.clearable and is_empty_list(text)
    known = _UNSET.get(field.kind.dtype)
    return known is not None and field.clearable and known.fullmatch(tidy(text)) is not None


def rounding_findings(sheet: Sheet, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """Yield a warning for each column with amounts that were rounded to the cent."""
    for field in PAYLOAD_FIELDS:
        column = columns.get(field.name)
        if column is None or RoundedAmount not in map(type, column.values):
            continue
        rounded = np.flatnonzero(column.where(_is_rounded))
        if not len(rounded):
            continue
        first = column[rounded[0]]
        yield found(
            "amounts_rounded",
            f"{quoted(column_name(sheet, field.name))} has {counted(len(rounded), 'amount')} with "
            "more than two decimals, as calculations give them. They are rounded to the cent, such "
            f"as {first.exact:f} to {field.kind.show(first)}.",
            field=field.name,
            value=f"{first.exact:f}",
        )


def _is_rounded(value: object) -> bool:
    return isinstance(value, RoundedAmount) and abs(value.exact - value) >= _NOISE
