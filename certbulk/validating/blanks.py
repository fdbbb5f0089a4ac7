"""Placeholders: a dash, n/a, нет; and `<clear>` in a column that cannot be emptied."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.field import CLEAR, UPDATE
from certbulk.core.columns.fields import ACTION, BY_NAME, ID
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Flag
from certbulk.reading.sheet import column_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.columns.field import Field
    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["instead_of_clearing", "with_blanks"]

_NO_VALUE = {
    *("not_a_number", "not_an_integer", "not_a_date", "not_an_id", "not_an_id_list"),
    "not_a_choice",
    *("unknown_location", "unknown_service", "unknown_category"),
}
_WAY = BY_NAME["expiration_type_id"]
_NEVER = 0
_NEVER_HERE = (
    f"means that the type never expires. Write {_WAY.kind.show(_NEVER)} in the column {{}}, and "
    "leave this cell blank."
)
_NEW = "is a placeholder. Leave the cell blank for a new type, or write the id of a live type."
_ON_CREATE = "is a placeholder. If there is no value, leave the cell blank."
_ON_UPDATE = (
    f"is a placeholder. Leave the cell blank to keep the live value, or write {CLEAR} to empty it."
)


def with_blanks(
    findings: list[Finding],
    sheet: Sheet,
    columns: Mapping[str, Column],
    actions: NDArray[np.int8],
) -> list[Finding]:
    """Return the findings; those about placeholders suggest a blank cell if it can be blank.

    On an update nothing is suggested: a dash may mean a blank, which keeps the live value, or
    `<clear>`, which empties it.
    """

    def changed(finding: Finding) -> Finding:
        if finding.code not in _NO_VALUE or not _is_nothing(finding, sheet.vocabulary):
            return finding
        source = sheet.column(finding.field or "")
        if source is None or source.made:  # made from a longer text
            return finding
        if finding.field == ID.name:
            return _saying(finding, _NEW, None)
        position = int(np.searchsorted(sheet.rows, finding.row or 0))
        if not _is_word_for_nothing(finding, sheet.vocabulary) and not _never(columns, position):
            return _saying(finding, _NEVER_HERE.format(quoted(column_name(sheet, _WAY.name))), None)
        if actions[position] == UPDATE:
            return _saying(finding, _ON_UPDATE, None)
        return _saying(finding, _ON_CREATE, None if _needed(finding, columns, position) else "")

    return [changed(finding) for finding in findings]


def instead_of_clearing(field: Field, *, updates: bool) -> tuple[str, str | None]:
    """Return advice for `<clear>` in a column that cannot be emptied, and the suggested text."""
    if field is ID:  # without one, the row would be created
        return "Write the id of a live type, or leave the cell blank for a new type.", None
    if field is ACTION:
        return "Leave the cell blank, or write create, update or skip.", ""
    if updates:
        return "Write a value, or leave the cell blank to keep the live value.", ""
    if field.required:
        return "Write a value.", None
    return "Write a value, or leave the cell blank for the default.", ""


def _is_nothing(finding: Finding, vocabulary: Vocabulary) -> bool:
    field = BY_NAME[finding.field or ""]
    if field.required or isinstance(field.kind, Flag):  # a dash means no
        return False
    if _is_word_for_nothing(finding, vocabulary):
        return True
    kind = vocabulary.kinds[_WAY.name]  # "never" instead of a date or length
    never = field.used_when is not None and field.used_when.field == _WAY.name
    text = finding.value or ""
    return never and not text.isdecimal() and kind.parse(text, UTC) == _NEVER


def _is_word_for_nothing(finding: Finding, vocabulary: Vocabulary) -> bool:
    return (finding.value or "") in vocabulary.phrases("nothing.words")


def _never(columns: Mapping[str, Column], position: int) -> bool:
    """Whether the row says in the column for it that its type never expires."""
    return _WAY.name in columns and columns[_WAY.name][position] == _NEVER


def _needed(finding: Finding, columns: Mapping[str, Column], position: int) -> bool:
    """Whether the row needs a value here, so that a blank would be wrong as well."""
    field = BY_NAME[finding.field or ""]
    when = field.used_when
    if when is None or not field.needed_when_used:
        return False
    return when.field in columns and columns[when.field][position] in when.values


def _saying(finding: Finding, says: str, suggestion: str | None) -> Finding:
    message = f"{quoted(finding.value or '')} {says}"
    return replace(finding, message=message, suggestion=suggestion)
