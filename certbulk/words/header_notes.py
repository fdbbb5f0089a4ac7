"""Headers with something around their name: "1. Title (required)", "Face value, USD", "Unit:".

What changes nothing is ignored, and reported: a number, a mark, a word such as required, a
currency, the choices, another name of the same column. A unit of time is kept: it makes the column
below it one of lengths in that unit. With anything else in it, a header means no column.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How, Match
from certbulk.core.kinds import Choice, Count, Flag, Id, Instant, Kind, Money, Problem, Text
from certbulk.core.kinds.currencies import is_currency
from certbulk.core.kinds.units import undecorated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certbulk.core.columns.headers import Lookup

__all__ = ["LENGTH", "LONGEST_HEADER", "UNIT", "decorated", "has_signs", "note_of", "without_signs"]

LENGTH, UNIT = "expiration_timeout", "expiration_timeout_unit_id"

_MOST_NOTES = 3
LONGEST_HEADER = 120  # characters; a longer text is not a header
_NUMBERED = re.compile(r"\(?\d{1,2}\s*[.)]\s*(?=\D)")
_ENDS = (
    re.compile(r"\A(?P<name>[^()\[\]]++)[(\[](?P<note>[^()\[\]]++)[)\]]"),
    re.compile(r"\A(?P<name>.+?)(?<!\s)[^\S\r\n]*+[\r\n](?P<note>.+)", re.DOTALL),
    re.compile(r"\A(?P<name>.+?)(?<!\s)\s*+[,;:/|](?P<note>[^,;:/|]++)"),
    re.compile(r"\A(?P<name>.+?)(?<!\s)\s++[-\u2013\u2014]\s++(?P<note>.+)"),
    re.compile(r"\A(?P<name>.+)(?<!\s)\s++(?P<note>(?:[Вв]|[Ii]n)\s++\S++)"),
    re.compile(r"\A(?P<name>.+)(?<!\s)\s++(?P<note>\S++)"),
    re.compile(r"\A(?P<name>.+\w)(?P<note>[^\w\s])"),
)
_WITH_SIGNS = 4
"""How many of them begin a note with a sign, as behind a comma; the others begin it with a word."""
_BETWEEN_CHOICES = re.compile(r"[/|,;]|(?<!\s)\s++(?:или|or)\s+")
_IDS = frozenset({"id", "ids", "ид"})
_SIGNS = re.compile(r"[()\[\],:;|/\u2013\u2014-]+")
_NOTES: dict[str, tuple[type[Kind], ...]] = {
    "words": (Kind,),
    "dates": (Instant,),
    "numbers": (Money, Count, Id),
    "texts": (Text,),
}
"""The words of a vocabulary for notes, and the kinds of columns whose headers may have them."""
_BEHIND_SIGNS = frozenset({"numbers", "texts"})
"""Those that without a sign before them make a name of their own: "Certificate text"."""
_OF_TERMS = frozenset({LENGTH, "expiration_type_id"})


class _Parts(NamedTuple):
    """The name of a header, what follows it, and whether a sign parts them."""

    name: str
    note: str
    signed: bool


def decorated(header: str, vocabulary: Lookup) -> Match | None:
    """Return what a header means that has something around its name; None for nothing."""
    return _meant(header, vocabulary, _MOST_NOTES) if len(header) <= LONGEST_HEADER else None


def _meant(header: str, vocabulary: Lookup, notes: int) -> Match | None:
    """Return what a header means; at most `notes` notes follow its name."""
    if match := vocabulary.plain_match(header):
        return match
    bare = _bare(header)
    match = vocabulary.plain_match(bare) or vocabulary.plain_match(_SIGNS.sub(" ", bare))
    match = match or _without_note(bare, vocabulary, notes)
    return _without(match, *header.split(bare, 1)) if match and bare in header else match


def _without_note(bare: str, vocabulary: Lookup, notes: int) -> Match | None:
    """Return what is meant by a header that has a note behind its name."""
    for name, note, signed in _parted(bare) if notes else ():
        if unit := _unit(note, vocabulary):
            if name in vocabulary.phrases("lengths.headers"):
                return Match(LENGTH, How.WORD, name, unit=unit)
            match = _meant(name, vocabulary, notes - 1)
            if match and match.field in _OF_TERMS and not match.unit:
                return match._replace(field=LENGTH, unit=unit)
        if not _may_say_nothing(note, vocabulary):
            continue
        match = _meant(name, vocabulary, notes - 1)
        if match and _says_nothing(note, match, vocabulary, signed=signed):
            return _without(match, "", bare.removeprefix(name))
    return None


def note_of(header: str, vocabulary: Lookup) -> tuple[Match, str] | None:
    """Return the column that a header names, and the note behind the name that is not known.

    Words alone are a note if they speak of thousands.
    """
    if len(header) > LONGEST_HEADER:
        return None
    bare = _bare(header)
    words = bare.split()
    factors = [vocabulary.phrases(f"amounts.{factor}") for factor in ("thousand", "million")]
    parted = [
        *_parted(bare, _ENDS[:_WITH_SIGNS]),
        *(
            _Parts(" ".join(words[:position]), " ".join(words[position:]), signed=False)
            for position in range(1, len(words))
            if any(word in factor for word in words[position:] for factor in factors)
        ),
    ]
    for name, note, _ in parted:
        if match := vocabulary.match(name):
            return match, note
    return None


def has_signs(header: str) -> bool:
    """Return whether a header has signs in it that `without_signs` leaves out."""
    return _SIGNS.search(header) is not None


def without_signs(header: str) -> str:
    """Return a header without the number before it, the marks behind it, and signs in it."""
    return _SIGNS.sub(" ", _bare(header))


def _bare(header: str) -> str:
    """Return a header without the number before it and the marks behind it."""
    return undecorated(_NUMBERED.sub("", header.strip(), count=1), "*?")


def _parted(bare: str, ends: Iterable[re.Pattern[str]] = _ENDS) -> Iterator[_Parts]:
    """Yield the ways to part a header into its name and a note behind it."""
    for position, end in enumerate(ends):
        if match := end.fullmatch(bare):
            yield _Parts(match["name"].strip(), match["note"].strip(), position < _WITH_SIGNS)


def _unit(note: str, vocabulary: Lookup) -> str:
    """Return the label of the unit of time that a note is; blank if it is not one."""
    kind = vocabulary.kinds[UNIT]
    unit = None if note.isdecimal() else kind.parse(note, UTC)
    return "" if unit is None or isinstance(unit, Problem) else kind.show(unit)


def _may_say_nothing(note: str, vocabulary: Lookup) -> bool:
    """Return whether there is a column whose header means the same without this note."""
    bare = undecorated(note, "*")
    return (
        not bare
        or any(bare in vocabulary.phrases(f"header_notes.{key}") for key in _NOTES)
        or is_currency(bare)
        or bare in vocabulary.phrases("amounts.currency")
        or bare.casefold() in _IDS
        or vocabulary.plain_match(bare) is not None
        or len(_BETWEEN_CHOICES.split(bare)) > 1
    )


def _says_nothing(note: str, match: Match, vocabulary: Lookup, *, signed: bool) -> bool:
    """Return whether a header means the same without this note."""
    field, kind = BY_NAME[match.field], vocabulary.kinds[match.field]
    bare = undecorated(note, "*")
    own = [
        key
        for key, kinds in _NOTES.items()
        if isinstance(kind, kinds) and (signed or key not in _BEHIND_SIGNS)
    ]
    if field.refers_to and "numbers" in own:  # how many there are of them, most likely
        own.remove("numbers")
    if not bare or any(bare in vocabulary.phrases(f"header_notes.{key}") for key in own):
        return True
    if isinstance(kind, Money) and (
        is_currency(bare) or bare in vocabulary.phrases("amounts.currency")
    ):
        return True
    if field.refers_to and bare.casefold() in _IDS:
        return True
    other = vocabulary.plain_match(bare)
    if other is not None:
        return other.field == match.field
    choices = _BETWEEN_CHOICES.split(bare)
    return (
        isinstance(kind, Choice | Flag)
        and len(choices) > 1
        and not any(isinstance(kind.parse(choice, UTC), Problem) for choice in choices)
    )


def _without(match: Match, before: str, behind: str) -> Match:
    left_out = " ".join(f"{before} {match.left_out} {behind}".split()).rstrip(" .:;,*?")
    return match._replace(left_out=left_out)
