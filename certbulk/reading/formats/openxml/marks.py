"""Find the tags and attributes of a piece of XML with numpy.

A regular expression over every cell takes longer than reading the cells. Here every byte is
compared only with `<` and `=`; everything else is looked up at the positions of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PADDING", "Marks"]

PADDING = b" " * 16
"""The end of every piece, so that bytes follow its last tag."""

_SPACE = ord(" ")  # all other white space of XML is less
_TEN = 10  # a byte less than "0" minus "0" is more


class Marks:
    """The tags and attributes of a piece of XML that ends with `PADDING`.

    A tag is identified by its number among all tags of the piece, including closing tags.

    Attributes:
        octets: The piece, byte by byte.
        tags: The position of each tag, ascending.
        first: The byte after the `<` of each tag.
        second: The byte after that.
        formulas: The numbers of the tags that begin a formula.
        has_gaps: Whether there is white space beside an equals sign, of an attribute or in a text.
    """

    def __init__(self, piece: bytes) -> None:
        self.octets = octets = np.frombuffer(piece, np.uint8)
        self.tags = np.flatnonzero(octets == ord("<"))
        self.first = octets[1:].take(self.tags)
        self.second = octets[2:].take(self.tags)
        letters = np.flatnonzero(self.first == ord("f"))
        self.formulas = letters[_ends_name(self.second.take(letters))]
        # Two bytes before each equals sign: where an attribute of one letter has its space.
        self._names = np.flatnonzero(octets[2:] == ord("="))
        self._spaces, self._letters = octets.take(self._names), octets[1:].take(self._names)
        quotes = octets[3:].take(self._names)
        self._short = (self._spaces <= _SPACE) & ((quotes == ord('"')) | (quotes == ord("'")))
        self.has_gaps = bool((self._letters <= _SPACE).any() or (quotes <= _SPACE).any())

    def begin_with(self, letter: str, tags: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return a mask of the tags whose names begin with a letter."""
        return np.asarray(self.first.take(tags, mode="clip") == ord(letter))

    def are_values(self, tags: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return a mask of the tags that are `<v>`."""
        closed = self.second.take(tags, mode="clip") == ord(">")
        return np.asarray(self.begin_with("v", tags) & closed)

    def behind(self, tags: NDArray[np.int64], distance: int) -> NDArray[np.uint8]:
        """Return the byte at a distance from the `<` of each of these tags."""
        return self.octets[distance:].take(self.tags.take(tags, mode="clip"))

    def attributes(self, letter: str) -> NDArray[np.int64]:
        """Return the positions of the values of attributes with a one-letter name."""
        return np.asarray(self._names[self._short & (self._letters == ord(letter))] + 4)

    def called(self, name: str) -> NDArray[np.bool_]:
        """Return a mask of the tags that begin an element with a name of one letter."""
        return np.asarray((self.first == ord(name)) & _ends_name(self.second))

    def eight(self, at: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Return the eight bytes at each of these positions, the first one as the lowest."""
        every = np.ndarray(len(self.octets) - 7, "<u8", self.octets, strides=(1,))
        return np.asarray(every[at])  # `take` would make all of them at first

    def has_attribute(self, ending: str) -> bool:
        """Whether the name of any attribute ends with these two letters."""
        ends = (self._spaces == ord(ending[0])) & (self._letters == ord(ending[1]))
        return bool(ends.any())

    def numbers(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers at these positions, of up to five digits."""
        number = np.zeros(len(at), np.int64)
        inside = np.ones(len(at), np.bool_)
        for position in range(5):
            digit = self.octets[position:].take(at) - np.uint8(ord("0"))
            inside &= digit < _TEN
            number = np.where(inside, number * 10 + digit, number)
        return number

    def next_tags(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of the first tag after each position."""
        return np.searchsorted(self.tags, at)

    def results(self, tags: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of the tag after the formula that may begin with each tag."""
        formula = self.begin_with("f", tags)
        return tags + formula + (formula & self.begin_with("/", tags + 1))


def _ends_name(octets: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray((octets <= _SPACE) | (octets == ord(">")) | (octets == ord("/")))
