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

__all__ = ["begins_unusually", "is_unusual", "lacks_results", "last_in_order", "may_reach_far"]

_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding=[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
_NO_ADDRESS = re.compile(rb"<(?:c|row)\b(?![^>]*\sr=[\"'])[^>]*>")
_DIMENSION = re.compile(rb"<dimension\b[^>]*>")
_USUAL_DIMENSION = re.compile(
    rb"\sref=[\"'][A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?[\"']"
)
_INSTRUCTION = re.compile(rb"<\?(?!xml\s)")
_VALUE_WITH_ATTRIBUTE = re.compile(rb"<v\s+[^/>]")
_PREFIXED = re.compile(rb"<\w+:(?:row|c|v|is|f)\b")
_SEVERAL_CELLS = re.compile(rb"<f\b[^>]*\sref=[\"'][^\"':]*:")
_END_OF_CELLS = b"</sheetData"


# The first letters of elements in and around cells, without a prefix.
_LETTERS = np.isin(np.arange(256), [*b"/rcvfitpbusew"])
# The first two characters of the kinds of cells and formulas (shared, array, dataTable, normal).
# After a kind of one letter, the second is the quotation mark. A date (d) is left out.
_NO_DIGIT = np.uint64(0xF8)  # of the byte behind a number, either quotation mark, but no digit
_A, _ALPHABET, _MOST_DIGITS = ord("A"), 26, 7  # of addresses
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


def last_in_order(marks: Marks, before: int) -> int | None:
    """Return the number of the last row; None if cells are not each behind the one before.

    Of two cells of one address, or two values of one cell, the fast reader takes either.

    Args:
        marks: The marks of a piece, of whole rows.
        before: The number of the last row before it.
    """
    are_cells = marks.called("c")
    if _has_several_values(marks, are_cells):
        return None
    cells = np.flatnonzero(are_cells)
    if not cells.size:
        return before
    addresses = marks.attributes("r")
    addresses = addresses[addresses < marks.tags[min(cells[-1] + 1, len(marks.tags) - 1)]]
    of_cells = marks.octets.take(addresses) >= _A
    heads = np.flatnonzero(~of_cells)  # of rows
    rows = addresses[heads]
    counts = np.diff(heads, append=len(addresses)) - 1
    numbers, masks = _row_numbers(marks, rows)
    ascending = rows.size and numbers[0] > before and (np.diff(numbers) > 0).all()
    if not ascending or heads[0] or int(counts.sum()) != len(cells):
        return None
    columns, digits = _columns(marks, addresses[of_cells])
    begins = (np.cumsum(counts) - counts)[counts > 0]  # of the rows with cells
    mask = np.repeat(masks, counts) if (masks[0] != masks).any() else masks[:1]
    words = marks.eight(digits) & mask
    if (words[begins] != marks.eight(rows)[counts > 0] & masks[counts > 0]).any():
        return None
    alike, grows = words[1:] == words[:-1], columns[1:] > columns[:-1]
    good = alike & grows
    good[begins[1:] - 1] = True  # from one row to the next
    return int(numbers[-1]) if good.all() and columns.all() else None


def _has_several_values(marks: Marks, are_cells: NDArray[np.bool_]) -> bool:
    """Whether a value begins behind anything but the tag of its cell, or a formula."""
    first, second = marks.first, marks.second
    are_values = marks.called("v") | ((first == ord("i")) & (second == ord("s")))
    before = are_cells | (first == ord("f")) | ((first == ord("/")) & (second == ord("f")))
    return bool((are_values[1:] & ~before[:-1]).any())


def _row_numbers(
    marks: Marks, at: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the numbers at these positions, and masks of their digits and what ends them."""
    number, length = np.zeros(len(at), np.int64), np.zeros(len(at), np.uint64)
    inside = np.ones(len(at), np.bool_)
    for position in range(_MOST_DIGITS):
        digit = marks.octets[position:].take(at) - np.uint8(ord("0"))
        inside &= digit < 10  # noqa: PLR2004 (a byte less than "0" becomes more)
        number = np.where(inside, number * 10 + digit, number)
        length += inside
    bits = np.uint64(8) * length
    return number, (np.uint64(1) << bits) - np.uint64(1) | _NO_DIGIT << bits


def _columns(marks: Marks, at: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the numbers of columns at these positions, 0 for odd letters, and what is behind."""
    column = np.zeros(len(at), np.int32)
    for _ in range(3):
        letter = marks.octets.take(at) - np.uint8(_A)
        inside = letter < _ALPHABET
        if not inside.any():
            break
        column = np.where(inside, column * _ALPHABET + letter + 1, column)
        at = at + inside
    return column, at


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
    arrays = kinds[((first == ord("a")) | (first == ord("d"))) & (second != ord('"'))]
    if any(_SEVERAL_CELLS.match(piece, piece.rfind(b"<", 0, at)) for at in arrays.tolist()):
        return True
    inline = kinds[(first == ord("i")) & (second == ord("n"))]
    if inline.size and marks.begin_with("v", marks.next_tags(inline)).any():
        return True
    for kind, are_usual in (("b", _are_truths), ("e", _are_errors)):
        cells = kinds[first == ord(kind)]
        if not cells.size:
            continue
        tags = marks.results(marks.next_tags(cells))
        if kind == "b":  # a blank one may have a kind, too; one of an error is an error
            tags = tags[~(marks.begin_with("c", tags) | marks.begin_with("/", tags))]
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
