"""Ids of the service: one, or a list of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from certbulk.core.kinds.kind import IDS, NUMBER, Kind, Problem, seen, tidy
from certbulk.core.kinds.list_changes import ListChange
from certbulk.core.kinds.list_texts import without_brackets
from certbulk.core.kinds.named_months import mistaken_date
from certbulk.core.kinds.numbers import EXCEL_DIGITS, decimal_of, read_number

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["Id", "Ids", "without_grouping"]

_SEPARATORS = re.compile(r"[\s,;]+")
_QUOTES = "'\"\u2018\u2019\u201c\u201d"
# 720 441, 720,441 and 720.441, as numbers are formatted: what is between them parts ids more
# strongly.
_BY_SPACES = re.compile(
    rf"(?:^|(?<=[,;\r\n]))(?:[^\S\r\n]|[{_QUOTES}])*"
    r"[1-9]\d{0,2}(?:[^\S\r\n]+\d{3})+"
    rf"(?=(?:[^\S\r\n]|[{_QUOTES}])*(?:[,;\r\n]|$))"
)
_BY_COMMAS = re.compile(
    rf"(?:^|(?<=[;\s{_QUOTES}]))[1-9]\d{{0,2}}(?:,\d{{3}})+(?=[{_QUOTES}]*(?:[;\s]|,\s|,?$))"
)
_BY_POINTS = re.compile(
    rf"(?:^|(?<=[,;\s{_QUOTES}]))[1-9]\d{{0,2}}(?:\.\d{{3}})+(?=[{_QUOTES}]*(?:[,;\s]|$))"
)
_WHOLE = re.compile(
    r"(?<=\d)\.0+$"
)  # 720441.0, as programs write a number that could have decimals
_ROUNDED = re.compile(r"(?=\d{12})\d+0{6}")  # as a 1.23457E+11 that was opened and saved again
_SCIENTIFIC = re.compile(r"\d(?:\.(?P<decimals>\d+))?[eE]\+?(?P<exponent>\d{1,2})")
_LONGEST = 100  # characters; a longer text is not an id
_NO_ID = "is not an id. An id is a whole number, such as 720441."
_BRACKETS = str.maketrans("", "", "[]")


def _read_id(text: str) -> int | Problem:  # noqa: PLR0911 (one for each thing that it may be)
    """Return a positive id of at most 15 digits, or the `Problem` with it."""
    text = seen(text).strip(_QUOTES)
    if len(text) > _LONGEST:
        return Problem("not_an_id", _NO_ID)
    text = text if _BY_POINTS.fullmatch(text) else _WHOLE.sub("", text)
    digits = text.lstrip("0")
    if text.isascii() and text.isdecimal() and len(digits) <= EXCEL_DIGITS:
        if _ROUNDED.fullmatch(digits):
            return Problem(
                "number_too_long",
                "ends in zeros, like a long number that a spreadsheet has rounded. "
                "Check it against its source.",
            )
        return int(digits or 0) or Problem("not_an_id", "is not an id: ids start at 1.")
    if _all_digits_written(text):
        digits = str(int(float(text)))
        return Problem("not_an_id", f"is not an id. Write only the digits: {digits}.", digits)
    number = read_number(text.removeprefix("\u2116"))  # the sign for a number
    if isinstance(number, Problem) and number.code == "number_too_long":
        return number
    if isinstance(number, Decimal) and number > 0 and number == number.to_integral_value():
        digits = str(int(number))
        return Problem("not_an_id", f"is not an id. Write only the digits: {digits}.", digits)
    return Problem("not_an_id", mistaken_date(text) or _NO_ID)


def _all_digits_written(text: str) -> bool:
    """Return whether a whole number in scientific notation, such as 7.20441E+05, is all there."""
    match = _SCIENTIFIC.fullmatch(text)
    return match is not None and len(match["decimals"] or "") == int(match["exponent"])


@dataclass(frozen=True, slots=True)
class Id(Kind):
    """One id, a whole number from 1."""

    dtype: ClassVar[str] = NUMBER

    def parse(self, text: str, zone: tzinfo) -> int | Problem:  # noqa: ARG002
        """Return the id, or `not_an_id`."""
        return _read_id(text)

    def show(self, value: int) -> str:
        """Return the digits."""
        return str(value)

    def load(self, raw: Any) -> Any:
        """Accept numeric strings; null, 0 and "0" mean none."""
        return _load_id(raw)


def _as_it_is_written(part: str) -> str:
    """Return how ids are written; with a sign, how one is added to a list or removed from it."""
    word = {"+": "<add>", "-": "<remove>"}.get(part[0])
    if word and part[1:].isdecimal():
        return f"To change the list of a live type, write {word} {part[1:]}."
    return "Separate ids with commas: 720441, 720442."


@dataclass(frozen=True, slots=True)
class Ids(Kind):
    """A list of ids, each once, in the order given; as a tuple. Their order means nothing."""

    dtype: ClassVar[str] = IDS

    def parse(self, text: str, zone: tzinfo) -> tuple[int, ...] | Problem:  # noqa: ARG002
        """Return the ids between commas, semicolons, spaces and line breaks."""
        bare = seen(without_brackets(text).translate(_BRACKETS))
        parts, closed = _parts(_BY_POINTS.sub(_opened, bare)), without_grouping(bare)
        if closed != bare and all(part.isdecimal() for part in parts):
            return Problem(
                "ambiguous_value",
                f"can be read as the {_listed(_parts(closed))} or as the {_listed(parts)}. "
                "Write it as one of these.",
            )
        ids: dict[int, None] = {}
        for part in parts:
            value = _read_id(part)
            if isinstance(value, Problem):
                if value.code == "number_too_long":
                    return value
                says = mistaken_date(part) or f"is not an id. {_as_it_is_written(part)}"
                return Problem(
                    "not_an_id_list",
                    f'contains "{part}", which {says}',
                    _repaired(parts) if closed == bare else None,
                )
            ids[value] = None
        if not ids:
            return Problem("not_an_id_list", "contains no id. Write ids such as 720441, 720442.")
        return tuple(ids)

    def show(self, value: tuple[int, ...] | ListChange) -> str:
        """Return the ids with commas; of a change, with what happens to them."""
        return str(value) if isinstance(value, ListChange) else ", ".join(map(str, value))

    def load(self, raw: Any) -> Any:
        """Accept numeric strings in the list; null means none."""
        if raw is None:
            return ()
        return tuple(map(_load_id, raw)) if isinstance(raw, list | tuple) else raw

    def dump(self, value: Any) -> Any:
        """Return a list."""
        return list(value) if isinstance(value, tuple) else value

    def same(self, one: Any, other: Any) -> bool:
        """Compare as sets: the service gives no order."""
        lists = isinstance(one, tuple) and isinstance(other, tuple)
        if lists and all(isinstance(number, int) for number in (*one, *other)):
            return set(one) == set(other)
        return bool(one == other)


def without_grouping(text: str) -> str:
    """Return a list of ids in which digits may be grouped, as in `720 441; 720 442`, without that.

    If no part of it is such a number, that is the text itself.
    """
    text = _BY_POINTS.sub(_closed, text)
    spaces_first = _BY_COMMAS.sub(_closed, _BY_SPACES.sub(_closed, text))
    commas_first = _BY_SPACES.sub(_closed, _BY_COMMAS.sub(_closed, text))
    return min(spaces_first, commas_first, key=lambda closed: len(_parts(closed)))


def _closed(grouped: re.Match[str]) -> str:
    return re.sub(rf"[\s,.{_QUOTES}]", "", grouped[0])


def _opened(grouped: re.Match[str]) -> str:
    return _WHOLE.sub("", grouped[0]).replace(".", ",")


def _parts(text: str) -> list[str]:
    """Return the texts between all marks that can part ids."""
    parts = (tidy(part).strip(_QUOTES) for part in _SEPARATORS.split(text))
    return [part for part in parts if part]


def _listed(parts: list[str]) -> str:
    return f"{'id' if len(parts) == 1 else 'ids'} {', '.join(parts)}"


def _repaired(parts: list[str]) -> str | None:
    """Return the list with every part an id, or None if one has no obvious repair."""
    repaired = []
    for part in parts:
        value = _read_id(part)
        one = (value.suggestion or _split(part)) if isinstance(value, Problem) else part
        if not one:
            return None
        repaired.append(one)
    return ", ".join(repaired)


def _split(part: str) -> str | None:
    """Return two ids for a list that a spreadsheet has made a number with decimals.

    The ids of a chain are mostly of one length: a shorter one behind the point may have lost zeros.
    """
    ids = part.split(".")
    plain = len(ids) > 1 and all(re.fullmatch(r"[1-9]\d{0,14}", number) for number in ids)
    return ", ".join(ids) if plain and len({*map(len, ids)}) == 1 else None


def _load_id(raw: Any) -> Any:
    value = decimal_of(raw)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value) or None
    return raw
