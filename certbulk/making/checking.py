"""Checks that the spreadsheet program makes while a person types: drop-downs, numbers, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.worksheet.datavalidation import DataValidation

from certbulk.core.columns.field import CLEAR
from certbulk.core.kinds import Count, Id, Money, Text
from certbulk.words.describe import options_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.columns.field import Field
    from certbulk.making.choices_page import Choices

__all__ = ["check_of"]

_LONGEST_ERROR = 225


def check_of(  # noqa: PLR0911 (one for each kind)
    field: Field, choices: Choices, lists: Mapping[str, str]
) -> DataValidation:
    """Return the check of a column; `lists` are the ranges of names, by the list's name.

    A cell that may be emptied on an update takes `<clear>` as well, and a choice more words than
    its drop-down has, so there the program only warns. Names may stand together
    in one cell: their drop-down helps and refuses nothing.
    """
    if field.refers_to:
        names = lists[field.refers_to]
        return DataValidation(type="list", formula1=names, allow_blank=True)
    if options := options_of(field):
        says = f"Use one of: {', '.join(options)}; or another word on the sheet choices."
        return _check(field, says, type="list", formula1=choices.drop_down(field.name))
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
    says = "Use a date in the future, such as 2031-12-31."
    return _check(field, says, type="date", operator="greaterThan", formula1="TODAY()")


def _between(field: Field, what: str, kind: str, least: int, most: object) -> DataValidation:
    limits = {"formula1": str(least), "formula2": str(most)}
    return _check(field, f"Use {what}.", type=kind, operator="between", **limits)


def _check(field: Field, says: str, **condition: Any) -> DataValidation:
    hint = f" On an update also {CLEAR}." if field.clearable else ""
    return DataValidation(
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning" if field.clearable or options_of(field) else "stop",
        errorTitle=field.label[:32],
        error=f"{says}{hint}"[:_LONGEST_ERROR],
        **condition,
    )
