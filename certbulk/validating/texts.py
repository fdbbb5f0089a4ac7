"""Titles and texts that are most likely not meant as they stand: a dash, an apostrophe before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.columns.distinct import positions
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet, SheetColumn

__all__ = ["text_findings"]

_NOTHING = (
    "most likely stands for nothing, and is sent as the text that it is. Leave the cell blank "
    "where nothing is meant."
)
_APOSTROPHE = (
    "begins with an apostrophe, and is sent with it. Most likely it is the mark with which "
    "spreadsheet programs keep a cell as text: take it out if so."
)
_FORMULA = (
    "is a formula, and is sent as the text that it is: customers would read it. Copy its result "
    "into the cell, as values only."
)
_FORMULA_TEXT = re.compile(
    r"\s*=\s*[+@-]?(?:[^\W\d][\w.]{0,60}\(.*|\$?[A-Z]{1,3}\$?\d{1,7}(?:\s*[-+*/&^:,;].*)?"
    r"|[\"(\d].*[-+*/&].*)",
    re.DOTALL,
)
_MARKED = re.compile(r"\A'(?=\w)(?!.*\w'(?!\w))", re.DOTALL)  # and not a 'word' in quotation marks


def text_findings(
    sheet: Sheet, columns: Mapping[str, Column], rows: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Yield what texts among these `rows` most likely are: nothing, formulas, marked ones."""
    words = sheet.vocabulary.phrases("nothing.words")
    longest = max(map(len, words.words), default=0)
    for name, column in columns.items():
        source = sheet.column(name)
        if source is None or not isinstance(BY_NAME[name].kind, Text):
            continue
        nothing = {text for text in column.values if len(text) <= longest and text in words}
        for place in positions(column.where(nothing.__contains__) & rows) if nothing else ():
            message = f"{quoted(column[place])} {_NOTHING}"
            yield found("nothing_as_text", message, **_at(sheet, source, place))
        for place in positions(_formulas(column) & rows):
            message = f"{quoted(column[place])} {_FORMULA}"
            yield found("formula_as_text", message, **_at(sheet, source, place))
        for place in positions(_marked(column) & rows):
            message = f"{quoted(column[place])} {_APOSTROPHE}"
            bare = None if source.made else column[place][1:]
            where = _at(sheet, source, place)
            yield found("apostrophe_before_text", message, suggestion=bare, **where)


def _at(sheet: Sheet, source: SheetColumn, place: int) -> dict[str, Any]:
    """Return where a finding stands, and the text there."""
    row = int(sheet.rows[place])
    cell, text = source.address(row), source.cells[place]
    return {"row": row, "cell": cell, "field": source.field, "value": text}


def _formulas(column: Column) -> NDArray[np.bool_]:
    """Return a mask of the texts that are formulas; mostly there is none."""
    if "=" not in "".join(column.values):
        return np.zeros(len(column), dtype=np.bool_)
    return column.where(lambda text: _FORMULA_TEXT.fullmatch(text) is not None)


def _marked(column: Column) -> NDArray[np.bool_]:
    """Return a mask of the texts before which a program's mark stands; mostly there is none."""
    if "'" not in "".join(column.values):  # said of a million titles in no time
        return np.zeros(len(column), dtype=np.bool_)
    return column.where(lambda text: _MARKED.match(text) is not None)
