"""What a spreadsheet program does while a person types: drop-downs, checks and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation

from certbulk.core.columns.example_rows import EXAMPLE
from certbulk.core.columns.field import CLEAR, SKIP, UPDATE
from certbulk.core.columns.fields import ACTION, BY_NAME, FIELDS, ID
from certbulk.core.kinds import Count, Id, Money, Text
from certbulk.making.styles import EXAMPLE_FONT, NEEDED_FILL, UNUSED_FILL, UNUSED_FONT
from certbulk.words.describe import options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from certbulk.core.columns.field import Field
    from certbulk.making.pick_lists import Choices

__all__ = ["add_colours", "check_of"]

_LONGEST_ERROR = 225  # characters, the most that Excel allows


def check_of(  # noqa: PLR0911 (one per kind)
    field: Field, choices: Choices, lists: Mapping[str, str]
) -> DataValidation:
    """Return the check of a column; `lists` are the ranges of names, by the list's name.

    The program only warns if an update may clear the cell (it then takes `<clear>` too) and for
    choices (certbulk understands more words than the drop-down shows). One cell may have several
    names, so their drop-down refuses nothing.
    """
    if field.refers_to:
        names = lists[field.refers_to]
        return DataValidation(type="list", formula1=names, allow_blank=True)
    if options := options_of(field):
        message = f"Use one of: {', '.join(options)}; or another word from the sheet choices."
        return _check(field, message, type="list", formula1=choices.drop_down(field.name))
    kind: Any = field.kind
    match kind:
        case Money():
            return _between(field, "a number such as 1000 or 99.50", "decimal", 0, kind.most)
        case Count():
            return _between(field, "a whole number such as 6", "whole", 1, kind.most)
        case Id():
            return _between(field, "an id, a whole number", "whole", 1, 10**15 - 1)
        case Text():
            what = f"at most {kind.longest} characters"
            return _between(field, what, "textLength", 0, kind.longest)
    message = "Use a date in the future, such as 2031-12-31."
    return _check(field, message, type="date", operator="greaterThan", formula1="TODAY()")


def _between(field: Field, what: str, kind: str, least: int, most: object) -> DataValidation:
    limits = {"formula1": str(least), "formula2": str(most)}
    return _check(field, f"Use {what}.", type=kind, operator="between", **limits)


def _check(field: Field, message: str, **condition: Any) -> DataValidation:
    hint = f" On an update also {CLEAR}." if field.clearable else ""
    return DataValidation(
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning" if field.clearable or options_of(field) else "stop",
        errorTitle=field.label[:32],
        error=f"{message}{hint}"[:_LONGEST_ERROR],
        **condition,
    )


def add_colours(
    page: Worksheet, letters: Mapping[str, str], last_row: int, choices: Choices
) -> None:
    """Colour unused cells grey and missing ones red; `letters` are the columns by field name."""

    def cell(name: str) -> str:
        return f"${letters[name]}2"

    def add(first: str, last: str, formula: str, **style: object) -> None:
        rule = FormulaRule(formula=[formula], **style)  # type: ignore[no-untyped-call]
        page.conditional_formatting.add(f"{first}2:{last}{last_row}", rule)

    first, *_, last = letters.values()
    row = f"${first}2:${last}2"
    example = f'TRIM({cell(ACTION.name)})="{EXAMPLE}"'
    others = choices.matching(ACTION.name, (SKIP, UPDATE), cell(ACTION.name))
    is_new = f'COUNTA({row})>0,TRIM({cell(ID.name)})="",{_filled(cell(ACTION.name), others)}=0'
    for field in FIELDS:
        letter = letters[field.name]
        blank = f'TRIM({cell(field.name)})=""'
        if field.used_when:
            other = cell(field.used_when.field)
            unused = choices.matching(field.used_when.field, field.used_when.otherwise, other)
            formula = f"{_filled(other, unused)}>0"
            if BY_NAME[field.used_when.field].default in field.used_when.otherwise:
                formula = f'OR({formula},AND({is_new},TRIM({other})=""))'
            add(letter, letter, formula, fill=UNUSED_FILL, font=UNUSED_FONT)
        if needed := _needed(field, choices, letters):
            add(letter, letter, f"AND({is_new},{blank},{needed})", fill=NEEDED_FILL)
    add(first, last, example, font=EXAMPLE_FONT)


def _needed(field: Field, choices: Choices, letters: Mapping[str, str]) -> str:
    """Return the formula that is true if a new type needs this field; blank for never."""
    if field.required:
        return "TRUE"
    if field.used_when and field.needed_when_used:
        other = f"${letters[field.used_when.field]}2"
        used = choices.matching(field.used_when.field, field.used_when.values, other)
        return f"{_filled(other, used)}>0"
    return ""


def _filled(cell: str, counted: str) -> str:
    """Return `counted`, or 0 if the cell is blank: it would match the blanks among the choices."""
    return f'IF(TRIM({cell})="",0,{counted})'
