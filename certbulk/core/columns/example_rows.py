"""Rows that show how a row is filled in: the templates' examples, and one with mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.fields import ACTION, BY_NAME, ID
from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import plain_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

__all__ = ["BAD_ROW", "EXAMPLE", "EXAMPLES", "is_example", "is_unchanged"]

EXAMPLE = "example"
"""The text in the action column of an example: a word for skip."""

Texts = dict[str, str]

_USUAL: Texts = {
    "action": EXAMPLE,
    "is_multi": "yes",
    "item_type_id": "All services and products",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "Cannot be edited",
    "salon_ids": "all locations",
    "online_sale_is_enabled": "no",
}

EXAMPLES: tuple[Texts, ...] = (
    {
        **_USUAL,
        "title": "Gift Certificate 1000",
        "balance": "1000",
        "expiration_type_id": "Period from the sale",
        "expiration_timeout": "6",
        "expiration_timeout_unit_id": "month",
    },
    {
        **_USUAL,
        "title": "New Year 80",
        "balance": "80",
        "is_multi": "no",
        "expiration_type_id": "Fixed date",
        "expiration_date": "2031-12-31",
        "online_sale_is_enabled": "yes",
        "online_sale_title": "A gift for the new year",
        "online_sale_description": "For one visit, at any of our places.",
        "online_sale_price": "75",
    },
    {
        **_USUAL,
        "title": "Massage for two 120",
        "balance": "120",
        "item_type_id": "Specific services",
        "service_ids": "Classic massage; Hot stone massage",
        "expiration_type_id": "Never",
    },
)
"""The rows of a template; unchanged, they are left out."""

BAD_ROW: Texts = {
    "title": "Gift Certificate 150 000",
    "balance": "1,000",
    "is_multi": "maybe",
    "item_type_id": "All services and products",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "Cannot be edited",
    "salon_ids": "",
    "expiration_type_id": "Period from the sale",
    "expiration_timeout": "6 months",
    "expiration_timeout_unit_id": "mnth",
    "online_sale_is_enabled": "yes",
    "online_sale_price": "",
}
"""A row with mistakes that people make."""


def is_example(action: str) -> bool:
    """Return whether the text of an action cell marks a row as an example."""
    return plain_words(action) == EXAMPLE


def is_unchanged(row: Mapping[str, str], zone: tzinfo) -> bool:
    """Return whether a row's texts, by canonical name, still are those of one of the examples.

    Columns that the row does not have make no difference.
    """
    return any(
        all(
            _same(name, text, example.get(name, ""), zone)
            for name, text in row.items()
            if name != ACTION.name
        )
        for example in EXAMPLES
    ) and not row.get(ID.name)


def _same(name: str, text: str, example: str, zone: tzinfo) -> bool:
    """Return whether two texts of a column mean the same; spreadsheets rewrite 2031-12-31."""
    if plain_words(text) == plain_words(example):
        return True
    kind = BY_NAME[name].kind
    values = kind.parse(text, zone), kind.parse(example, zone)
    return not any(isinstance(value, Problem) for value in values) and values[0] == values[1]
