"""Texts of broken cells: errors of the spreadsheet, lost letters, formulas without a result."""

from __future__ import annotations

import re

from certbulk.reading.formats.grid import DIFFERENT, ERROR, NO_RESULT, OBJECT

__all__ = ["doubtful", "error_code_of"]

# What spreadsheet programs write in English, and in text files of other languages.
_ERRORS = (
    "#N/A #REF! #DIV/0! #VALUE! #NAME? #NUM! #NULL! #SPILL! #CALC! #GETTING_DATA "
    "#ERROR! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN! #EXTERNAL! #PYTHON! #DATA! #TIMEOUT! "
    "#Н/Д #ССЫЛКА! #ДЕЛ/0! #ЗНАЧ! #ИМЯ? #ЧИСЛО! #ПУСТО! #ПЕРЕНОС! #ВЫЧИС! "  # noqa: RUF001
    "#ОШИБКА! #ПОЛЕ! #ЗАБЛОКИРОВАНО! #ПОДКЛЮЧИТЬСЯ! #ЗАНЯТО! #НЕИЗВЕСТНО! "
    "#NV #BEZUG! #WERT! #ZAHL! #VALEUR! #NOM? #NOMBRE! #NUL! "
    "#¡REF! #¡DIV/0! #¡VALOR! #¿NOMBRE? #¡NUM! #¡NULO! #N/D #RIF! #VALORE! #NOME? #VALOR! #NULO! "
    "#ADR! #ARG! #DZIEL/0! #NAZWA? #LICZBA! #SAYI/0! #DEĞER! #AD? #BAŞV! #YOK"
)
# Number signs alone are shown for a number that is too wide for its column; Google shows a word
# while it loads. What a cell marks as an error is one, whatever its word.
_ERROR_TEXT = re.compile(
    rf"\s*(?:{'|'.join(map(re.escape, _ERRORS.split()))}|Err:\d{{3}}|{re.escape(ERROR)}.*"
    rf"|#{{3,255}}|(?:Loading|Загрузка)(?:\.\.\.|…))\s*"
)
_LOST = "\ufffd"


def error_code_of(text: str) -> str | None:
    """Return the code of the finding for the text of a broken cell; None for any other text."""
    if not doubtful(text):
        return None
    if text.startswith(NO_RESULT):
        return "formula_without_value"
    if text.startswith(DIFFERENT):
        return "readers_differ"
    if text.startswith(OBJECT):
        return "object_in_cell"
    if _LOST in text:
        return "letters_lost"
    return "error_cell" if _ERROR_TEXT.fullmatch(text) else None


def doubtful(text: str) -> bool:
    """Whether a text may be a broken cell: a quick check, as hardly any is."""
    return "#" in text or _LOST in text or "Err:" in text or "..." in text or "…" in text
