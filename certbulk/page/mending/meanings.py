"""What the columns of a foreign layout mean: as a person says, and as the reader takes it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from certbulk.core.addresses import letters_of
from certbulk.core.columns.field import CREATE
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How
from certbulk.core.kinds.kind import normal_header
from certbulk.core.results.result_columns import is_result
from certbulk.errors import ReadError
from certbulk.page.texts.text import Text
from certbulk.reading.headers.guides import wrong_for_every_row
from certbulk.reading.matches import missing_columns
from certbulk.words.column_mappings import by_letter
from certbulk.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certbulk.reading import Sheet
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.validating import Report

__all__ = ["IGNORED", "Meanings", "doubts", "guessed", "headers_of", "is_unsure", "own_columns"]

IGNORED = ""
"""What a column means that is left alone."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """What a person says that the columns of a layout mean.

    Attributes:
        fields: What was chosen for columns: the header, which one of those with this header it is,
            from 1, and the canonical name; IGNORED for one that is left alone.
        constants: The value of every row for columns that the sheet does not have.
    """

    fields: tuple[tuple[str, int, str], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Return them from lists as JSON has them."""
        return cls(
            tuple((str(header), int(nth), str(field)) for header, nth, field in kept["fields"]),
            tuple((str(field), str(text)) for field, text in kept["constants"]),
        )

    @classmethod
    def said(cls, sheet: Sheet, fields: Mapping[int, str], constants: Mapping[str, str]) -> Self:
        """Return what a person says of a sheet that was read as it is.

        Args:
            sheet: The sheet.
            fields: The column's canonical name, or IGNORED, by the number of each own column.
            constants: The value of every row, by canonical name; a blank one says nothing.

        Raises:
            ReadError: Two columns would be the same one, or cannot be told apart.
        """
        own = own_columns(sheet)
        _check_once(own, fields)
        meant = {column.number: fields.get(column.number or 0, natural(column)) for column in own}
        # Of a column that nobody knows, the choice is that it is left alone.
        said = [
            (*called, field)
            for called, column in _called(own).items()
            if (field := meant[column.number]) in {IGNORED, *BY_NAME} and field != column.field
        ]
        given = {*meant.values()}
        values = (
            (name, text.strip())
            for name, text in constants.items()
            if name in BY_NAME and name not in given and text.strip()
        )
        return cls(tuple(said), tuple(values))

    def by_number(self, sheet: Sheet) -> dict[int | None, str]:
        """Return what was chosen for the columns of a sheet, by their numbers."""
        columns = _called(own_columns(sheet))
        listed = ((columns.get((header, nth)), field) for header, nth, field in self.fields)
        return {column.number: field for column, field in listed if column is not None}

    def mapping(self, sheet: Sheet) -> dict[str, Any]:
        """Return the mapping that says the same to the reader.

        Args:
            sheet: The sheet as it is read without one.

        Raises:
            ReadError: The sheet has another layout, or a column cannot have the value that every
                row is to get.
        """
        columns = _called(own_columns(sheet))
        if lost := [header for header, nth, _ in self.fields if (header, nth) not in columns]:
            raise ReadError(Text("columns.trouble.no_column", header=lost[0]))
        said = self.by_number(sheet)
        renamed = {
            field: _source(columns[header, nth], sheet)
            for header, nth, field in self.fields
            if field
        }
        constants = {field: text for field, text in self.constants if field not in renamed}
        for field, text in constants.items():
            if wrong_for_every_row(field, text, sheet.vocabulary):
                label = Text(f"field.{field}")
                raise ReadError(Text("columns.trouble.no_value", field=label, value=text[:60]))
        # What is given in another way is not taken from the column that has its name.
        given = {*renamed, *constants}
        ignored = [
            _source(column, sheet)
            for column in columns.values()
            if (meant := said.get(column.number)) == IGNORED
            or (meant is None and column.field in given)
        ]
        return {"rename": renamed, "constant": constants, "ignore": ignored}


def natural(column: SheetColumn) -> str | None:
    """Return what a column means by itself: None if it is made into others."""
    return column.field or (IGNORED if column.how is None else None)


def own_columns(sheet: Sheet) -> list[SheetColumn]:
    """Return the columns of the file that may mean something; some may have no header."""
    return [
        column
        for column in sheet.columns
        if not column.made
        and column.number is not None
        and column.how is not How.READ_ONLY
        and not is_result(column.header)
    ]


def _called(own: Iterable[SheetColumn]) -> dict[tuple[str, int], SheetColumn]:
    """Return columns by their header and which one of those with this header each is, from 1."""
    often: Counter[str] = Counter()
    called = {}
    for column in own:
        header = normal_header(column.header)
        often[header] += 1
        called[header, often[header]] = column
    return called


def _source(column: SheetColumn, sheet: Sheet) -> str | dict[str, str]:
    """Return what a mapping calls a column: its header, or its letter if that is not enough."""
    header = normal_header(column.header)
    alike = [c for c in sheet.columns if not c.made and normal_header(c.header) == header]
    return column.header if header and len(alike) == 1 else by_letter(column.number or 0)


def headers_of(sheet: Sheet) -> tuple[str, ...]:
    """Return the set of headers that a layout is known by, in the form in which they are alike.

    Without that of the ids: a results workbook has it, and the file that was sent may not.
    """
    own = (column for column in own_columns(sheet) if column.field != "id")
    return tuple(sorted(normal_header(column.header) for column in own))


def guessed(column: SheetColumn, sheet: Sheet) -> bool:
    """Whether part of a header was passed over to understand the rest."""
    if column.field is None or column.how in {How.MAPPED, How.IGNORED}:
        return False
    match = Vocabulary.match(sheet.vocabulary, column.header)
    return match is not None and bool(match.left_out)


def doubts(sheet: Sheet) -> dict[int, str]:
    """Return the columns that a person should look at, by number, each with why.

    That is `unknown`, `twice` or `guess`.
    """
    own = own_columns(sheet)
    often = Counter(column.field for column in own if column.field)
    found = {}
    for column in own:
        if column.field is None and column.how is None:
            if column.cells.filled.any():
                found[column.number or 0] = "unknown"
        elif column.field and often[column.field] > 1:
            found[column.number or 0] = "twice"
        elif guessed(column, sheet):
            found[column.number or 0] = "guess"
    return found


def is_unsure(report: Report) -> bool:
    """Whether a person should look at the columns before anything else."""
    sheet = report.sheet
    codes = {finding.code for finding in report.all_findings}
    if not len(sheet) or "pasted_rows" in codes:
        return False
    lacks = bool((report.actions == CREATE).any()) and bool(missing_columns(sheet.columns))
    return lacks or bool(doubts(sheet))


def _check_once(own: Iterable[SheetColumn], fields: Mapping[int, str]) -> None:
    first: dict[str, str] = {}
    for column in own:
        field = fields.get(column.number or 0, column.field or IGNORED)
        if field and field in first:
            raise ReadError(
                Text(
                    "columns.trouble.twice",
                    one=first[field],
                    other=_name(column),
                    field=Text(f"field.{field}"),
                )
            )
        if field:
            first[field] = _name(column)


def _name(column: SheetColumn) -> str:
    return column.header.strip() or letters_of(column.number or 0)
