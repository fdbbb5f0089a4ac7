"""Whether a piece of a large sheet has a spelling that the fast reader knows.

The usual spellings are listed; everything else that XML allows is left to the careful reader.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from certbulk.reading.formats.openxml.cell import ERRORS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from certbulk.reading.formats.openxml.marks import Marks

__all__ = ["begins_unusually", "is_unusual", "lacks_results", "may_reach_far"]

_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding=[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
_NO_ADDRESS = re.compile(rb"<(?:c|row)\b(?![^>]*\sr=[\"'])[^>]*>")
_DIMENSION = re.compile(rb"<dimension\b[^>]*>")
_USUAL_DIMENSION = re.compile(
    rb"\sref=[\"'][A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?[\"']"
)
_INSTRUCTION = re.compile(rb"<\?(?!xml\s)")
_VALUE_WITH_ATTRIBUTE = re.compile(rb"<v\s+[^/>]")
_PREFIXED = re.compile(rb"<\w+:(?:row|c|v|is|f)\b")
_END_OF_CELLS = b"</sheetData"


# The first letters of elements in and around cells, without a prefix.
_LETTERS = np.isin(np.arange(256), [*b"/rcvfitpbusew"])
# The first two characters of the kinds of cells and formulas (shared, array, dataTable, normal).
# After a kind of one letter, the second is the quotation mark. A date (d) is left out.
_KINDS = np.zeros(1 << 16, np.bool_)
_KINDS[[a << 8 | b for a in b"bens" for b in b"\"'"]] = True
_KINDS[[a << 8 | b for a, b in (b"in", b"st", b"sh", b"ar", b"da", b"no")]] = True
_ERRORS = frozenset(error.encode() for error in ERRORS)


def begins_unusually(piece: bytes) -> bool:
    """Whether the beginning of a sheet has another encoding or odd addresses."""
    dimension = _DIMENSION.search(piece)
    return bool(
        piece.startswith((b"\xff\xfe", b"\xfe\xff"))
        or _ENCODING.match(piece)
        or _NO_ADDRESS.search(piece)
        or (dimension and not _USUAL_DIMENSION.search(dimension[0]))
    )


def is_unusual(piece: bytes, marks: Marks) -> bool:
    """Whether a piece has a spelling that the fast reader may not know."""
    if not _LETTERS[marks.first].all() and _has_odd_tags(piece, marks):
        return True
    spaced = (marks.first == ord("v")) & (marks.second <= ord(" "))
    if spaced.any() and _VALUE_WITH_ATTRIBUTE.search(piece):
        return True
    return _has_more_behind(marks) or _has_odd_kinds(piece, marks)


def _has_odd_tags(piece: bytes, marks: Marks) -> bool:
    """Whether a piece has comments, instructions, or cells with prefixed names."""
    return bool(
        (marks.first == ord("!")).any()
        or _INSTRUCTION.search(piece)
        or _PREFIXED.search(piece.partition(_END_OF_CELLS)[0])
    )


def _has_more_behind(marks: Marks) -> bool:
    """Whether a cell does not end behind its value: a formula, or another value, comes after it."""
    values = np.flatnonzero((marks.first == ord("/")) & (marks.second == ord("v")))
    ends = marks.begin_with("/", values + 1) & (
        marks.second.take(values + 1, mode="clip") == ord("c")
    )
    return not ends.all()


def _has_odd_kinds(piece: bytes, marks: Marks) -> bool:
    """Whether a cell is of an unknown kind, or has a value that does not fit its kind."""
    kinds = marks.attributes("t")
    first, second = marks.octets.take(kinds), marks.octets[1:].take(kinds)
    if not _KINDS[first.astype(np.uint16) << 8 | second].all():
        return True
    inline = kinds[(first == ord("i")) & (second == ord("n"))]
    if inline.size and marks.begin_with("v", marks.next_tags(inline)).any():
        return True
    for kind, are_usual in (("b", _are_truths), ("e", _are_errors)):
        cells = kinds[first == ord(kind)]
        if not cells.size:
            continue
        tags = marks.results(marks.next_tags(cells))
        tags = tags[~(marks.begin_with("c", tags) | marks.begin_with("/", tags))]  # not blank
        if not (marks.are_values(tags).all() and are_usual(piece, marks, tags)):
            return True
    return False


def _are_truths(_: bytes, marks: Marks, values: NDArray[np.int64]) -> bool:
    """Whether all of these values are 0 or 1."""
    truth = marks.behind(values, 3) - np.uint8(ord("0")) <= 1
    return bool((truth & (marks.behind(values, 4) == ord("<"))).all())


def _are_errors(piece: bytes, marks: Marks, values: NDArray[np.int64]) -> bool:
    """Whether all of these values are errors that the fast reader knows."""
    begin, end = marks.tags.take(values) + 3, marks.tags.take(values + 1, mode="clip")
    return {*map(piece.__getitem__, map(slice, begin, end))} <= _ERRORS


def lacks_results(marks: Marks, *, uncalculated: bool) -> bool:
    """Whether a piece may have a formula without a result.

    Args:
        marks: The piece's marks.
        uncalculated: Whether a result of 0 means that it was not calculated.
    """
    if not marks.formulas.size:
        return False
    values = marks.results(marks.formulas)
    result = marks.behind(values, 3)
    there = marks.are_values(values) & (result > ord(" ")) & (result != ord("<"))
    if uncalculated:
        there &= result != ord("0")
    return not there.all()


def may_reach_far(marks: Marks) -> bool:
    """Whether an address may be beyond column AZ, or have a row of seven digits."""
    begin, letter = marks.attributes("r"), ord("A")
    one, two = (marks.octets[position:].take(begin) >= letter for position in (0, 1))
    if two.any():
        double = begin[two]
        others = marks.octets.take(double) != letter
        if (others | (marks.octets[2:].take(double) >= letter)).any():
            return True
    seventh = marks.octets[6:].take(begin + one + two) - np.uint8(ord("0"))
    return bool((seventh < 10).any())  # noqa: PLR2004 (a byte less than "0" becomes more)
