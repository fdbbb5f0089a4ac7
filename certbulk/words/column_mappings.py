"""Mappings: how the columns of a foreign layout become columns of the table.

A mapping is data, such as a TOML file holds:

    ignore = ["Comment"]          # headers that are passed over

    [rename]                      # column = "the sheet's header", or its letter
    balance = "Amount"
    price = {column = "C"}

    [constant]                    # column = the value of every row
    is_multi = "yes"

    [template]                    # column = a text made of the sheet's columns
    title = "{Brand} {Amount}"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from certbulk.core.addresses import letters_of, number_of
from certbulk.core.columns.headers import How, Match
from certbulk.core.kinds.kind import normal_header
from certbulk.words.vocabulary import Vocabulary
from certbulk.words.word_lists import column_called, table_of

__all__ = ["ColumnMap", "Guide", "Piece", "by_letter", "column_map_of"]

_LETTERS = re.compile(r"[A-Za-z]{1,3}")

_PIECE = re.compile(r"(?P<text>(?:[^{}]|\{\{|\}\})+)|\{(?P<header>[^{}]+)\}")
_TABLES = ("rename", "constant", "template")


def by_letter(number: int) -> dict[str, str]:
    """Return what a mapping calls a column by its letter, from its number, 1 for A."""
    return {"column": letters_of(number)}


class Piece(NamedTuple):
    """A part of a template: the cell below a header, or a text that stays as it is."""

    header: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A mapping; columns by their canonical names, headers as its author wrote them.

    In the place of each header, there may be the number of its column, from 1 for A.

    Attributes:
        name: What people call it: the name of its file.
        rename: The header or the number that stands for a column.
        constant: The value that a column has in every row.
        template: The pieces that the cells of a column are made of.
        ignore: Headers and numbers of columns that are passed over.
    """

    name: str
    rename: Mapping[str, str | int]
    constant: Mapping[str, Any]
    template: Mapping[str, tuple[Piece, ...]]
    ignore: tuple[str | int, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns that it gives."""
        return (*self.rename, *self.template, *self.constant)

    def gives(self, header: str) -> tuple[str, ...]:
        """Return the columns that it makes of the values below `header`."""
        normal = normal_header(header)
        renamed = [
            field
            for field, other in self.rename.items()
            if isinstance(other, str) and normal_header(other) == normal
        ]
        filled = [
            field
            for field, pieces in self.template.items()
            if any(piece.header and normal_header(piece.header) == normal for piece in pieces)
        ]
        return (*renamed, *filled)

    def template_text(self, field: str) -> str:
        """Return the template of a column as its author wrote it; blank for none."""
        return "".join(
            f"{{{piece.header}}}"
            if piece.header
            else piece.text.replace("{", "{{").replace("}", "}}")
            for piece in self.template.get(field, ())
        )

    def ignores(self, header: str, number: int | None) -> bool:
        """Return whether a column with this header and number is passed over."""
        normal = normal_header(header)
        return number in self.ignore or any(
            isinstance(other, str) and normal_header(other) == normal for other in self.ignore
        )


@dataclass(frozen=True)
class Guide(Vocabulary):
    """A vocabulary, and a mapping whose headers go before it."""

    column_map: ColumnMap | None = None

    def may_begin(self, start: str) -> bool:
        """Return False for the beginning of texts that mean nothing; a mapping has any headers."""
        return self.column_map is not None or Vocabulary.may_begin(self, start)

    def may_match(self, text: str) -> bool:
        """Return False for a text that `match` finds nothing for."""
        return Vocabulary.may_match(self, text) or bool(
            self.column_map and self.column_map.gives(text)
        )

    def match(self, header: str) -> Match | None:
        """Return what a header means; one that goes into a column with others means that one."""
        if self.column_map and (fields := self.column_map.gives(header)):
            return Match(fields[0], How.MAPPED, header, self.column_map.name)
        return Vocabulary.match(self, header)


def column_map_of(
    document: Mapping[str, Any], name: str, known: Vocabulary | None = None
) -> ColumnMap:
    """Return the mapping that a document such as that of a TOML file is.

    Columns can be called by their names, their labels, and the words of a vocabulary.

    Raises:
        ValueError: It has another shape, names a column that is not there, or one twice.
    """
    for key in document:
        if key not in {*_TABLES, "ignore"}:
            raise ValueError(
                f"[{key}] is not part of a mapping. Use ignore, [rename], [constant] or [template]."
            )
    tables = {table: _by_column(document, table, known) for table in _TABLES}
    given: dict[str, str] = {}
    for table, columns in tables.items():
        for field in columns:
            if field in given:
                raise ValueError(f"{field} is in both [{given[field]}] and [{table}]. Keep one.")
            given[field] = table
    for field, value in tables["constant"].items():
        _check_constant(field, value)
    return ColumnMap(
        name,
        {field: _source(given, f"rename.{field}") for field, given in tables["rename"].items()},
        tables["constant"],
        {field: _pieces(field, text) for field, text in tables["template"].items()},
        _ignored(document.get("ignore", [])),
    )


def _by_column(document: Mapping[str, Any], table: str, known: Vocabulary | None) -> dict[str, Any]:
    """Return a table with canonical names as keys."""
    columns: dict[str, Any] = {}
    for key, value in table_of(document, table).items():
        field = column_called(key, known)
        if field in columns:
            raise ValueError(f"{field} is in [{table}] twice. Keep one.")
        columns[field] = value
    return columns


def _source(value: Any, where: str) -> str | int:
    """Return what stands for a column of the sheet: its header, or its number."""
    number = _number(value)
    if number is None and not (isinstance(value, str) and value.strip()):
        raise ValueError(f'{where} must be a header, such as "Amount", or {{column = "C"}}.')
    return value if number is None else number


def _number(value: Any) -> int | None:
    """Return the number of a column that is given by its letter; None for anything else."""
    letters = value.get("column") if isinstance(value, Mapping) and len(value) == 1 else None
    return number_of(letters) if isinstance(letters, str) and _LETTERS.fullmatch(letters) else None


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'{where} must be a text, such as "Amount".')
    return value


def _check_constant(field: str, value: Any) -> None:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(v, str | int | float | date) for v in values):
        raise ValueError(f"constant.{field} must be a text, a number, a date, or a list of them.")


def _ignored(given: Any) -> tuple[str | int, ...]:
    several = given if isinstance(given, list) else [given]
    return tuple(_source(one, "Each entry in the list under ignore") for one in several)


def _pieces(field: str, template: Any) -> tuple[Piece, ...]:
    text = _text(template, f"template.{field}")
    pieces: list[Piece] = []
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise ValueError(
                f'template.{field}: "{text}" has an unmatched brace. '
                "Write a header in braces: {Amount}. Write a brace itself twice: {{."
            )
        header = match["header"]
        literal = (match["text"] or "").replace("{{", "{").replace("}}", "}")
        pieces.append(Piece(header.strip() if header else None, literal))
        position = match.end()
    if not any(piece.header for piece in pieces):
        raise ValueError(
            f'template.{field}: "{text}" has no header in braces. Move a text that is the '
            "same in every row to [constant]."
        )
    return tuple(pieces)
