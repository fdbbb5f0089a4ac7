"""Broken cells: errors of the spreadsheet, and formulas without their result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certbulk.core.columns.distinct import positions
from certbulk.core.findings.finding import found, quoted
from certbulk.reading.formats.grid import DIFFERENT, ERROR, NO_RESULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet_column import SheetColumn

__all__ = ["cell_findings", "hazard_of"]

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
_HAZARDS = {
    "error_cell": "{} is an error of the spreadsheet. Repair the formula, or type the value.",
    "formula_without_value": "{} has no result: the file was saved without calculating. "
    "Open it in a spreadsheet program and save it, or type the value.",
    "letters_lost": "{} has letters that were lost earlier; they are shown as \ufffd. Type the "
    "text again, or save the file again from its source.",
    "readers_differ": "Two ways of reading this cell differ ({}). Open the file in a spreadsheet "
    "program and save it as .xlsx, or type the value.",
}


def cell_findings(columns: Sequence[SheetColumn], rows: NDArray[np.int64]) -> list[Finding]:
    """Return findings for error cells and formulas without a value in known columns."""
    findings = []
    for column in columns:
        if column.field is None or not _any_doubtful(column.cells.values):
            continue
        for place in positions(column.cells.where(lambda text: hazard_of(text) is not None)):
            text = column.cells[place]
            code = hazard_of(text) or ""
            shown = text.removeprefix(NO_RESULT).removeprefix(DIFFERENT).removeprefix(ERROR)
            row = int(rows[place])
            findings.append(
                found(
                    code,
                    _HAZARDS[code].format(quoted(shown)),
                    row=row,
                    cell=column.address(row),
                    field=column.field,
                    value=shown,
                )
            )
    return findings


def hazard_of(text: str) -> str | None:
    """Return the code of the finding for the text of a broken cell; None for any other text."""
    if not _doubtful(text):
        return None
    if text.startswith(NO_RESULT):
        return "formula_without_value"
    if text.startswith(DIFFERENT):
        return "readers_differ"
    if _LOST in text:
        return "letters_lost"
    return "error_cell" if _ERROR_TEXT.fullmatch(text) else None


def _doubtful(text: str) -> bool:
    """Whether a text may be a broken cell: a quick check, as hardly any is."""
    return "#" in text or _LOST in text or "Err:" in text or "..." in text or "…" in text


def _any_doubtful(texts: Sequence[str]) -> bool:
    """Whether one of the texts may be a broken cell, said of a million in one go."""
    return _doubtful("\n".join(texts)) and any(map(_doubtful, texts))
