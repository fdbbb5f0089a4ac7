"""Titles and texts that are probably a mistake: a dash, a formula, mojibake, an apostrophe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.distinct import positions
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Text
from certbulk.core.mojibake import mojibake_in
from certbulk.reading.sheet import cell_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet

__all__ = ["text_findings"]

_NOTHING = (
    "looks like a placeholder, but is sent as it is. If there is no text, leave the cell blank."
)
_APOSTROPHE = (
    "begins with an apostrophe, which is sent too. If it is only the mark with which spreadsheet "
    "programs keep a cell as text, delete it."
)
_FORMULA = (
    "is the text of a formula, which customers would see. Replace it with the result of the "
    "formula (paste as values)."
)
_FORMULA_TEXT = re.compile(
    r"\s*=\s*[+@-]?(?:[^\W\d][\w.]{0,60}\(.*|\$?[A-Z]{1,3}\$?\d{1,7}(?:\s*[-+*/&^:,;].*)?"
    r"|[\"(\d].*[-+*/&].*)",
    re.DOTALL,
)
_MARKED = re.compile(r"\A'(?=\w)(?!.*\w'(?!\w))", re.DOTALL)  # but not a 'word' in quotation marks


def text_findings(
    sheet: Sheet, columns: Mapping[str, Column], rows: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Yield a warning for each placeholder, formula, apostrophe or mojibake in these `rows`."""
    words = sheet.vocabulary.phrases("nothing.words")
    longest = max(map(len, words.words), default=0)
    for name, column in columns.items():
        if sheet.column(name) is None or not isinstance(BY_NAME[name].kind, Text):
            continue
        nothing = {text for text in column.values if len(text) <= longest and text in words}
        for position in positions(column.where(nothing.__contains__) & rows) if nothing else ():
            message = f"{quoted(column[position])} {_NOTHING}"
            yield cell_finding(sheet, position, name, "nothing_as_text", message)
        for position in positions(_formulas(column) & rows):
            message = f"{quoted(column[position])} {_FORMULA}"
            yield cell_finding(sheet, position, name, "formula_as_text", message)
        for position in positions(_marked(column) & rows):
            message = f"{quoted(column[position])} {_APOSTROPHE}"
            bare = column[position][1:]
            yield cell_finding(
                sheet, position, name, "apostrophe_before_text", message, suggestion=bare
            )
        yield from _mojibake(sheet, name, column, rows)


def _mojibake(
    sheet: Sheet, name: str, column: Column, rows: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Yield a warning for each text that was read in another encoding before it was saved."""
    found = mojibake_in(text for text in column.values if isinstance(text, str))
    for position in positions(column.where(found.__contains__) & rows) if found else ():
        text = column[position]
        meant, encoding, is_read = found[text]
        how = f"in UTF-8 that was read as {encoding}" if is_read else f"in {encoding}"
        message = (
            f"{quoted(text)} looks like text {how}: {quoted(meant)}. Customers would see it as it "
            "is. Save the file again from its source, or type the text."
        )
        parts = {"meant": meant, "encoding": encoding}
        yield cell_finding(
            sheet, position, name, "mojibake", message, suggestion=meant, parts=parts
        )


def _formulas(column: Column) -> NDArray[np.bool_]:
    """Return a mask of the texts that are formulas."""
    if "=" not in "".join(column.values):  # fast for a million titles
        return np.zeros(len(column), dtype=np.bool_)
    return column.where(lambda text: _FORMULA_TEXT.fullmatch(text) is not None)


def _marked(column: Column) -> NDArray[np.bool_]:
    """Return a mask of the texts that begin with a spreadsheet program's mark for text."""
    if "'" not in "".join(column.values):  # fast for a million titles
        return np.zeros(len(column), dtype=np.bool_)
    return column.where(lambda text: _MARKED.match(text) is not None)
