"""Cells of the rows that people paste into the browser extension for bulk creation.

Its thirteen columns have two that hold several things each: the restriction, such as
`товары+услуги(501,502)`, and the term: `нет`, `дата-31.12.2031`, `срок-6м`. Here they are taken
apart into the table's columns. What the extension takes letter by letter is read by a vocabulary.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import tidy

if TYPE_CHECKING:
    from certbulk.core.kinds import Kind
    from certbulk.core.vocabulary import Vocabulary

__all__ = [
    "COLUMNS",
    "IMAGE",
    "PARTS",
    "RESTRICTION",
    "TERM",
    "parts_of_restriction",
    "parts_of_term",
]

IMAGE, PARTS, RESTRICTION, TERM = "Online image", "One or many", "Restriction", "Term"

COLUMNS: dict[str, str | None] = {
    "Title": "title",
    PARTS: "is_multi",
    "Face value": "balance",
    RESTRICTION: None,
    TERM: None,
    "Sale without code": "is_allow_empty_code",
    "Balance edit": "balance_edit_type_id",
    "Online sale": "online_sale_is_enabled",
    "Online title": "online_sale_title",
    "Online price": "online_sale_price",
    "Online description": "online_sale_description",
    IMAGE: None,
    "Location ids": "salon_ids",
}
"""The thirteen columns in their order, by names of ours, and the columns of the table they are."""

_NEVER, _FIXED_DATE, _PERIOD = "0", "1", "2"
_IDS = re.compile(r"(?P<words>[^()\d]*)(?:\((?P<ids>[^()]*)\)|(?P<bare>\d[\d\s,;]*))?")
_ITEMS = {  # the kinds of items that are named, and whether services are listed
    (frozenset({0}), False): "0",
    (frozenset({1}), False): "1",
    (frozenset({2}), False): "2",
    (frozenset({1, 2}), False): "0",
    (frozenset({1}), True): "3",
    (frozenset({3}), True): "3",
    (frozenset({0}), True): "4",
    (frozenset({1, 2}), True): "4",
    (frozenset({2, 3}), False): "4",
    (frozenset({2, 3}), True): "4",
    (frozenset({4}), True): "4",
}
_SEPARATED = re.compile(r"[\d\s,;]+")
_DATE = re.compile(r"\d+([./-])\d+\1\d+")
_LENGTH = re.compile(r"(?P<count>\d+)\s*(?P<unit>[^\d\s].*)?")
_BETWEEN = re.compile(r"[:\s\u2013\u2014-]+")


def parts_of_restriction(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the texts for item_type_id and service_ids that a restriction stands for.

    One that makes no sense becomes the kind of items as it is, to be found wrong there.
    """
    match = _IDS.fullmatch(tidy(text))
    if not match:
        return {"item_type_id": text}
    ids = match["ids"] or match["bare"] or ""
    kind = vocabulary.kinds["item_type_id"]
    named = [kind.parse(word, UTC) for word in match["words"].rstrip(" :").split("+")]
    if any(isinstance(number, Problem) for number in named):
        return {"item_type_id": text}
    listed = {"service_ids": _listed(tidy(ids))} if tidy(ids) else {}
    number = _ITEMS.get((frozenset(named), bool(listed)), str(named[0]))
    return {"item_type_id": number, **listed}


def _listed(services: str) -> str:
    """Return ids so that 501,502 is no number; names, and spaces between digits, as they are."""
    ids = _SEPARATED.fullmatch(services)
    return "; ".join(re.split(r"\s*[,;][\s,;]*", services.strip(",; "))) if ids else services


def parts_of_term(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the texts for the columns of expiration that a term stands for.

    One that makes no sense becomes the way to expire as it is, to be found wrong there.
    """
    bare = tidy(text)
    kind = vocabulary.kinds["expiration_type_id"]
    whole = kind.parse(bare, UTC)
    if _DATE.fullmatch(bare):
        return {"expiration_type_id": _FIXED_DATE, "expiration_date": bare}
    if (length := _LENGTH.fullmatch(bare)) and length["unit"]:
        return _period(length)
    if not isinstance(whole, Problem):  # a date or length is missing where it is not 0
        return {"expiration_type_id": str(whole)}
    for between in reversed([*_BETWEEN.finditer(bare)]):
        way = kind.parse(bare[: between.start()], UTC)
        if not isinstance(way, Problem):
            return _with_rest(str(way), bare[between.end() :], kind)
    return {"expiration_type_id": text}


def _with_rest(way: str, rest: str, kind: Kind) -> dict[str, str]:
    """Return the texts for a way to expire and what stands behind it."""
    if way == _FIXED_DATE:
        return {"expiration_type_id": way, "expiration_date": rest}
    if way == _PERIOD and str(kind.parse(rest, UTC)) == _NEVER:  # a period without an end
        return {"expiration_type_id": _NEVER}
    length = _LENGTH.fullmatch(rest)
    return _period(length) if length else {"expiration_type_id": way, "expiration_timeout": rest}


def _period(length: re.Match[str]) -> dict[str, str]:
    parts = {"expiration_type_id": _PERIOD, "expiration_timeout": length["count"]}
    return parts | ({"expiration_timeout_unit_id": length["unit"]} if length["unit"] else {})
