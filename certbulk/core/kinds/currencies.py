"""Currencies as people and spreadsheets write them beside an amount."""

from __future__ import annotations

import re
import unicodedata

from certbulk.core.kinds.kind import tidy

__all__ = ["is_currency", "without_currency"]

_CODES = (
    "AED AMD AUD AZN BGN BRL BYN CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GEL HKD HUF IDR ILS INR "
    "ISK JPY KES KGS KRW KZT MAD MDL MXN MYR NGN NOK NZD PEN PHP PLN QAR RON RSD RUB RUR SAR SEK "
    "SGD THB TJS TMT TRY UAH USD UZS VND ZAR"
)
_WORDS = (
    "euros? dollars? руб рубль рубля рублей р тенге тг грн гривен лари драм манат сом сум лей лв "  # noqa: RUF001
    "евро долл долларов zł kč kr ft lei din"
)
_DOLLARS = r"(?:us|r|a|c|nz|hk|s|mx)\$"
_WORD = rf"(?:{'|'.join((_CODES + ' ' + _WORDS).split())}|{_DOLLARS})\.?"
_BEFORE = re.compile(rf"{_WORD}\s*(?=[\d+\-.,])", re.IGNORECASE)
_BEHIND = re.compile(rf"(?<=[\d.,\-])\s*{_WORD}$", re.IGNORECASE)
_ALONE = re.compile(_WORD, re.IGNORECASE)


def is_currency(text: str) -> bool:
    """Return whether a text is the sign, the code or a word of a currency."""
    sign = len(text) == 1 and unicodedata.category(text) == "Sc"
    return sign or _ALONE.fullmatch(text) is not None


def without_currency(text: str) -> str:
    """Return `text` without currency signs and words at its ends, and without the dash for none.

    The amount is in the chain's currency, whichever is written beside it.
    """
    if text.isdecimal():
        return text
    ends = "".join(c for c in {text[:1], text[-1:]} if c and unicodedata.category(c) == "Sc")
    if ends:
        text = tidy(text.strip(ends))
    if text[:1].isalpha():
        text = _BEFORE.sub("", text, count=1)
    if text[-1:].isalpha() or text[-1:] in {".", "$"}:
        text = _BEHIND.sub("", text, count=1)
    return text[:-2] if text.endswith((".-", ",-", ".–", ",–", ".—", ",—")) else text  # noqa: RUF001
