"""Cells that colour themselves while a person types: what is not used, and what is still needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.formatting.rule import FormulaRule

from certbulk.core.columns.example_rows import EXAMPLE
from certbulk.core.columns.field import SKIP, UPDATE
from certbulk.core.columns.fields import ACTION, BY_NAME, FIELDS, ID
from certbulk.making.styles import EXAMPLE_FONT, NEEDED_FILL, UNUSED_FILL, UNUSED_FONT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from certbulk.core.columns.field import Field
    from certbulk.making.choices_page import Choices

__all__ = ["colour"]


def colour(page: Worksheet, letters: Mapping[str, str], last_row: int, choices: Choices) -> None:
    """Add the rules to the sheet whose columns stand at `letters`, by canonical name."""

    def cell(name: str) -> str:
        return f"${letters[name]}2"

    def add(first: str, last: str, formula: str, **look: object) -> None:
        rule = FormulaRule(formula=[formula], **look)  # type: ignore[no-untyped-call]
        page.conditional_formatting.add(f"{first}2:{last}{last_row}", rule)

    first, *_, last = letters.values()
    row = f"${first}2:${last}2"
    example = f'TRIM({cell(ACTION.name)})="{EXAMPLE}"'
    others = choices.meant(ACTION.name, (SKIP, UPDATE), cell(ACTION.name))
    is_new = f'COUNTA({row})>0,TRIM({cell(ID.name)})="",{_filled(cell(ACTION.name), others)}=0'
    for field in FIELDS:
        letter = letters[field.name]
        blank = f'TRIM({cell(field.name)})=""'
        if field.used_when:
            other = cell(field.used_when.field)
            unused = choices.meant(field.used_when.field, field.used_when.otherwise, other)
            formula = f"{_filled(other, unused)}>0"
            if BY_NAME[field.used_when.field].default in field.used_when.otherwise:
                formula = f'OR({formula},AND({is_new},TRIM({other})=""))'
            add(letter, letter, formula, fill=UNUSED_FILL, font=UNUSED_FONT)
        if needed := _needed(field, choices, letters):
            add(letter, letter, f"AND({is_new},{blank},{needed})", fill=NEEDED_FILL)
    add(first, last, example, font=EXAMPLE_FONT)


def _needed(field: Field, choices: Choices, letters: Mapping[str, str]) -> str:
    """Return the formula that is true where a new type needs this field; blank for never."""
    if field.required:
        return "TRUE"
    if field.used_when and field.needed_when_used:
        other = f"${letters[field.used_when.field]}2"
        used = choices.meant(field.used_when.field, field.used_when.values, other)
        return f"{_filled(other, used)}>0"
    return ""


def _filled(cell: str, counted: str) -> str:
    """Return what is counted, or 0 where the cell is blank: blanks in the choices are no words."""
    return f'IF(TRIM({cell})="",0,{counted})'
