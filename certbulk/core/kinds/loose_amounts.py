"""Amounts that a text which is not a number most likely means: 5 thousand, 1000=, 1OOO."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from certbulk.core.kinds.currencies import is_currency, without_currency
from certbulk.core.kinds.units import NO_PHRASES, Phrases, undecorated

__all__ = ["AmountWords", "loose_amount", "several_numbers"]

# Pounds, rubles or rupees and their hundredth, as bookkeepers part them: 1000=50, 1000-00, 1000/-.
_NO_HUNDREDTHS = re.compile(r"(?<=\d)\s*(?:[-=\u2013]00|/[-=\u2013])$")
_HUNDREDTHS = re.compile(r"(?<=\d)=(?=\d\d$)")
_FIGURES = str.maketrans("OoОоlI", "000011")  # noqa: RUF001 (letters that look like them)
_WITH_LETTERS = re.compile(r"[1-9lI][\d\s.,OoОоlI]*")  # noqa: RUF001
_NUMBER_AND_WORDS = re.compile(r"(?P<number>\d[\d\s.,'\u2019]*?)\s*(?P<words>[^\d\s.,'\u2019].*)")
_LAST_WORD = re.compile(r"(?<![^\s.])([^\s.]*+\.?)\Z")
_NUMBER = re.compile(r"\d+(?:(?:[^\S\r\n\t]|[.,'\u2019])\d+)*")
_LONGEST = 200  # characters; a longer text is not an amount
_FACTOR_OF = re.compile(r"\d{1,6}(?:[.,]\d{1,2})?")  # 1,500 thousand may be a million and a half


@dataclass(frozen=True, slots=True)
class AmountWords:
    """Words behind an amount: for a thousand of it, for a million, and for a currency."""

    thousand: Phrases = NO_PHRASES
    million: Phrases = NO_PHRASES
    currency: Phrases = NO_PHRASES


def loose_amount(text: str, words: AmountWords) -> str | None:
    """Return the amount that a text most likely means, to be read again; None for no such one."""
    bare = undecorated(text, "*=")
    if len(bare) > _LONGEST:
        return None
    bare = without_currency(bare)
    bare = undecorated(_NO_HUNDREDTHS.sub("", bare), "*=")
    bare = _HUNDREDTHS.sub(".", bare)
    if _WITH_LETTERS.fullmatch(bare) and any(map(str.isdecimal, bare)):
        bare = bare.translate(_FIGURES)
    if match := _NUMBER_AND_WORDS.fullmatch(bare):
        return _with_words(match["number"], match["words"], words)
    return bare if bare != text and any(map(str.isdecimal, bare)) else None


def _with_words(number: str, behind: str, words: AmountWords) -> str | None:
    """Return a number with the factor that the words behind it stand for."""
    rest = _without_currency(behind, words)
    if not rest:
        return undecorated(number)
    factor = 1000 if rest in words.thousand else 1_000_000 if rest in words.million else None
    if factor is None or not _FACTOR_OF.fullmatch(number):
        return None
    return f"{Decimal(number.replace(',', '.')) * factor:f}"


def _without_currency(text: str, words: AmountWords) -> str:
    """Return words without the currency that is the last of them."""
    if text in words.thousand or text in words.million:
        return text
    shorter = words.currency.cut_behind(text)
    if shorter is not None:
        return shorter.strip()
    last = _LAST_WORD.search(text)
    return text[: last.start()].strip() if last and is_currency(last[1]) else text


def several_numbers(text: str) -> bool:
    """Return whether a text contains two numbers or more: 1000-2000, from 1000 to 2000."""
    return not text.startswith("=") and len(_NUMBER.findall(text)) > 1
