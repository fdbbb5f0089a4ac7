"""Cells of the rows that people paste into the browser extension for bulk creation.

Its thirteen columns (fact:extension_columns) have two that hold several things each: the
restriction, such as `товары+услуги(501,502)`, and the term: `нет`, `дата-31.12.2031`, `срок-6м`.
Here they are taken apart into the table's columns. A vocabulary reads the words in other spellings
as well, which the extension itself does not take.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import plain_words, tidy

if TYPE_CHECKING:
    from certbulk.words.vocabulary import Vocabulary

__all__ = [
    "COLUMNS",
    "IMAGE",
    "PARTS",
    "RESTRICTION",
    "TERM",
    "parts_of_restriction",
    "parts_of_term",
    "refusal",
]

IMAGE, PARTS, RESTRICTION, TERM = "Online image", "One or many", "Restriction", "Term"
_EDIT = "Balance edit"

COLUMNS: dict[str, str | None] = {
    "Title": "title",
    PARTS: "is_multi",
    "Face value": "balance",
    RESTRICTION: None,
    TERM: None,
    "Sale without code": "is_allow_empty_code",
    _EDIT: "balance_edit_type_id",
    "Online sale": "online_sale_is_enabled",
    "Online title": "online_sale_title",
    "Online price": "online_sale_price",
    "Online description": "online_sale_description",
    IMAGE: None,
    "Location ids": "salon_ids",
}
"""The thirteen columns in their order, by names of ours, and the columns of the table they are."""

_NEVER, _FIXED_DATE, _PERIOD = "0", "1", "2"
_IDS = re.compile(
    r"(?P<words>[^()\[\]\d]*)"
    r"(?:[(\[](?P<ids>[^()\[\]]*)[)\]]\s*(?P<more>\+[^()\[\]\d]*)?|(?P<bare>\d[\d\s,;]*))?"
)
_BETWEEN_ITEMS = re.compile(r"[+,;/]")
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
_LONGEST = 200  # characters of words; the extension takes none that is longer
_SEPARATED = re.compile(r"[\d\s,;]+")
_DATE = re.compile(r"\d+([./-])\d+\1\d+")
_LENGTH = re.compile(r"(?P<count>\d+)\s*(?P<unit>[^\W\d_]+\.?)?")
_TELLING = 4  # letters of a word
_BETWEEN = re.compile(r"[:=_\s\u2013\u2014-]+|(?<=[^\W\d_])(?=\d)")
_PARTS_WORDS = {"yes": "много", "no": "один"}
_EXPECTED = {
    PARTS: "is neither one nor many. Write один (one) or много (many).",
    RESTRICTION: "is not a restriction. Write товары+услуги, услуги or товары; with services "
    "услуги(501,502) or товары+услуги(501,502).",
    TERM: "is not a term. Write нет (never), дата-31.12.2031 (a fixed date) or срок-6м (a period; "
    "д are days, н weeks, м months, г years).",
    _EDIT: "is not one of the choices for Face value at sale. Write нет, гдепродан or везде.",
}
"""The words of the finding about a cell that is not in the extension's words."""


class Refusal(NamedTuple):
    """Why a cell is not in the words of the format: for the finding about it."""

    field: str
    code: str
    message: str
    suggestion: str | None = None


def refusal(name: str, text: str, vocabulary: Vocabulary) -> Refusal | None:
    """Return why a cell of the column called `name` cannot be read; None if it can.

    The numbers that the service has for choices are not words of this format: a 1 for one visit
    would be read as yes, which is many.
    """
    if name not in _EXPECTED:
        return None
    if name == PARTS:
        return _parts_refusal(text, vocabulary)
    field = {_EDIT: "balance_edit_type_id", TERM: "expiration_type_id"}.get(name, "item_type_id")
    read = {TERM: parts_of_term, RESTRICTION: parts_of_restriction}.get(name)
    meant = read(text, vocabulary)[field] if read else text
    wrong = isinstance(vocabulary.kinds[field].parse(meant, UTC), Problem)
    bad = tidy(text).isdecimal() or wrong
    return Refusal(field, "not_a_choice", _EXPECTED[name]) if bad else None


def _parts_refusal(text: str, vocabulary: Vocabulary) -> Refusal | None:
    """Return why a text is neither one nor many: yes and no are not, nor is a tick."""
    parts = vocabulary.kinds["is_multi"].parse(text, UTC)
    general = vocabulary.kinds["is_allow_empty_code"].parse(text, UTC)
    yes_or_no = not isinstance(general, Problem) or general.suggestion is not None
    if not yes_or_no and not isinstance(parts, Problem):
        return None
    meant = None if yes_or_no else _PARTS_WORDS.get(parts.suggestion)
    return Refusal("is_multi", "not_a_flag", _EXPECTED[PARTS], meant)


def parts_of_restriction(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the texts for item_type_id and service_ids that a restriction stands for.

    One that makes no sense becomes the kind of items as it is, to be found wrong there.
    """
    match = _IDS.fullmatch(tidy(text))
    if not match or len(match["words"] + (match["more"] or "")) > _LONGEST:
        return {"item_type_id": text}
    ids = match["ids"] or match["bare"] or ""
    kind = vocabulary.kinds["item_type_id"]
    words = match["words"].rstrip(" :") + (match["more"] or "")
    named = [kind.parse(word.strip(), UTC) for word in _BETWEEN_ITEMS.split(words)]
    if any(isinstance(number, Problem) for number in named):
        return {"item_type_id": text}
    listed = {"service_ids": _listed(tidy(ids))} if tidy(ids) else {}
    some = match["ids"] is not None or bool(listed)  # empty brackets are filled in, not left out
    number = _ITEMS.get((frozenset(named), some), str(named[0]))
    return {"item_type_id": number, **listed}


def _listed(services: str) -> str:
    """Return ids so that 501,502 is not a number; names, and spaces between digits, unchanged."""
    ids = _SEPARATED.fullmatch(services)
    parts = (part.strip() for part in re.split("[,;]", services))
    return "; ".join(filter(None, parts)) if ids else services


def parts_of_term(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the texts for the columns of expiration that a term stands for.

    One that makes no sense becomes the way to expire as it is, to be found wrong there.
    """
    bare = tidy(text)
    if len(bare) > _LONGEST:
        return {"expiration_type_id": text}
    kind = vocabulary.kinds["expiration_type_id"]
    whole = kind.parse(bare, UTC)
    if _is_date(bare, vocabulary):
        return {"expiration_type_id": _FIXED_DATE, "expiration_date": bare}
    if period := _period(bare, vocabulary, bare=True):
        return period
    if not isinstance(whole, Problem):  # unless it is 0, a date or length is missing
        return {"expiration_type_id": str(whole)}
    for between in reversed([*_BETWEEN.finditer(bare)]):
        way = kind.parse(bare[: between.start()], UTC)
        if not isinstance(way, Problem) and bare[between.end() :]:
            return _with_rest(str(way), bare[between.end() :], vocabulary) or {
                "expiration_type_id": text
            }
    return {"expiration_type_id": text}


def _is_date(text: str, vocabulary: Vocabulary) -> bool:
    """Whether the text is a date, including likely and ambiguous ones."""
    if _DATE.fullmatch(text):
        return True
    moment = vocabulary.kinds["expiration_date"].parse(text, UTC)
    likely = isinstance(moment, Problem) and (moment.suggestion or moment.readings)
    return not text.isdecimal() and (not isinstance(moment, Problem) or bool(likely))


def _with_rest(way: str, rest: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the texts for a way to expire and what follows it; none for nonsense."""
    if way == _FIXED_DATE:
        again = vocabulary.kinds["expiration_type_id"].parse(rest, UTC)  # 1 = never
        if not isinstance(again, Problem) or _speaks_of_a_period(rest, vocabulary):
            return {}  # neither is this, nor are "fixed periods" a fixed date
        return {"expiration_type_id": way, "expiration_date": rest}
    if way != _PERIOD:  # never, and yet something
        return {}
    if str(vocabulary.kinds["expiration_type_id"].parse(rest, UTC)) == _NEVER:
        return {"expiration_type_id": _NEVER}  # a period without an end
    return _period(rest, vocabulary, bare=False)


def _speaks_of_a_period(text: str, vocabulary: Vocabulary) -> bool:
    """Return whether a text has a word that only occurs in words for a period."""
    kind = vocabulary.kinds["expiration_type_id"]
    options = {str(option.number): option for option in getattr(kind, "options", ())}
    of_period, of_date = (
        {word for name in options[number].names() for word in plain_words(name).split()}
        for number in (_PERIOD, _FIXED_DATE)
    )
    telling = tuple(word for word in of_period - of_date if len(word) >= _TELLING)
    return any(word.startswith(telling) for word in plain_words(text).split())


def _period(text: str, vocabulary: Vocabulary, *, bare: bool) -> dict[str, str]:
    """Return the texts for a length and its unit; none if it is not one.

    A bare one needs its unit: a number alone is not a term.
    """
    said = vocabulary.phrases("lengths.within").cut_before(text) or text
    said = vocabulary.phrases("lengths.from_sale").cut_behind(said) or said
    length = _LENGTH.fullmatch(said)
    count, unit = (
        vocabulary.spans.get(plain_words(said)) or (length and length.groups()) or ("", None)
    )
    if not count or (bare and not unit):
        return {}
    parts = {"expiration_type_id": _PERIOD, "expiration_timeout": count}
    return parts | ({"expiration_timeout_unit_id": unit} if unit else {})
