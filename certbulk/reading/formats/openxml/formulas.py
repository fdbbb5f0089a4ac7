"""Formulas that were saved without their result, which readers take for blank cells.

On an update a blank means "keep the live value", so such a cell must never be taken for blank.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from certbulk.core.addresses import number_of
from certbulk.errors import ReadError
from certbulk.reading.formats.grid import NO_RESULT, ErrorCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["formulas_without_result"]

_PREFIXED = re.compile(rb"<\w+:f[\s/>]")
# A cell with a formula and no value, or the 0 of a writer that did not calculate.
_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?P<attributes>[^>]*)>\s*"
    rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(?P<formula>[^<]*)</(?:\w+:)?f>)\s*"
    rb"(?P<value><(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*(?P<zero>0?)\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ADDRESS = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']")
_TRUTH = re.compile(rb"\bt=[\"']b[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")


def formulas_without_result(
    piece: bytes, formulas: Iterable[int], *, uncalculated: bool
) -> Iterator[ErrorCell]:
    """Yield the formulas that have no result in a piece of a sheet's XML, made of whole cells.

    Args:
        piece: The XML.
        formulas: Where formulas without a prefix begin in it.
        uncalculated: Whether a result of 0 is that of a writer that did not calculate.

    Raises:
        ReadError: Such a formula has no address.
    """
    prefixed = _PREFIXED.finditer(piece) if b":f" in piece else ()
    for formula in (*formulas, *(match.start() for match in prefixed)):
        # Only the tag of its cell comes before a formula.
        match = _CELL.match(piece, piece.rfind(b"<", 0, formula))
        if not match or (match["zero"] and not uncalculated):
            continue
        if match["zero"] and _TRUTH.search(match["attributes"]):
            continue  # the result is false
        if match["value"] and not match["zero"] and _TEXT_RESULT.search(match["attributes"]):
            continue  # the result is the empty text: an intended blank
        address = _ADDRESS.search(match["attributes"])
        if not address:
            raise ReadError(
                "The workbook has formulas without results in cells without addresses. "
                "Open it in a spreadsheet program, and save it."
            )
        yield ErrorCell(
            int(address[2]),
            number_of(address[1].decode()),
            NO_RESULT + "=" + unescape((match["formula"] or b"").decode("utf-8", "replace")),
        )
