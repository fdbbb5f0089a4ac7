"""Vocabularies: which words mean which column, and which value in it.

Several lists of words, the later before the earlier, make a `Vocabulary`. It knows what a header
means, and gives every column a kind that understands the words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME, FIELDS, PAYLOAD_FIELDS
from certbulk.core.columns.headers import How, Match, canonical
from certbulk.core.kinds import Choice, Flag, Instant, Kind, Money
from certbulk.core.kinds.instants import DateWords
from certbulk.core.kinds.kind import normal_header, plain_words
from certbulk.core.kinds.loose_amounts import AmountWords
from certbulk.core.kinds.units import Phrases
from certbulk.core.references.directory import LISTS, plain_name
from certbulk.core.suggestions import nearest_word, slips_of
from certbulk.words.header_notes import LONGEST_HEADER, decorated, has_signs, without_signs
from certbulk.words.word_lists import LIST_COLUMNS, PHRASES, span_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from certbulk.words.word_lists import Words

__all__ = ["START", "Vocabulary"]

_FIRST_WORD = re.compile(r"([\W\d_]*)([^\W\d_]*)")
START = 6
"""This number of characters shows of most texts that no known header begins with them."""
_PLAIN_WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+")  # noqa: RUF001 (Cyrillic is meant)
_LETTERS = re.compile(r"[^\W\d_]*")


@dataclass(frozen=True)
class Vocabulary:
    """What words mean. If two lists differ, the later one counts; the table is before all.

    Attributes:
        languages: The lists that come with certbulk.
        added: Those that somebody added.
    """

    languages: tuple[Words, ...]
    added: tuple[Words, ...] = ()

    def with_lists(self, added: Iterable[Words]) -> Vocabulary:
        """Return the vocabulary with lists added; without any it is this one."""
        more = tuple(added)
        return replace(self, added=(*self.added, *more)) if more else self

    @property
    def lists(self) -> tuple[Words, ...]:
        """All lists, the later before the earlier."""
        return (*self.languages, *self.added)

    def match(self, header: str) -> Match | None:
        """Return what a header means, also with something around its name, or None."""
        return self.plain_match(header) or decorated(header, self)

    def may_match(self, text: str) -> bool:
        """Return False for a text that `match` finds nothing for, in a tenth of its time.

        What means something begins with a name that is known. Of a million notes under a header
        that is not known, hardly one does.
        """
        if not self.may_begin(text[:START]):
            return False
        text = text if text.isascii() else unicodedata.normalize("NFC", text)
        lead, word = "", ""
        if match := _FIRST_WORD.match(text):
            lead, word = match.groups()
        if word.casefold().replace("ё", "е") not in self._beginnings:
            return False
        if len(text) > LONGEST_HEADER:
            return self.plain_match(text) is not None
        return self._begins_with_name(normal_header(text)) or (
            (bool(lead) or has_signs(text))
            and self._begins_with_name(normal_header(without_signs(text)))
        )

    def may_begin(self, start: str) -> bool:
        """Return False for the first `START` characters of texts that mean nothing.

        That is told of words in Latin and Cyrillic letters only.
        """
        word = _PLAIN_WORD.match(start)
        if word is None or not start[word.end() :].isascii():  # an accent may follow on its own
            return True
        cut = word.end() == START  # the word may go on, with an accent of its last letter
        return word[0][: -1 if cut else None].casefold().replace("ё", "е") in self._beginnings

    def _begins_with_name(self, normal: str) -> bool:
        return any(normal[:length] in self._names for length in self._lengths)

    @cached_property
    def _names(self) -> frozenset[str]:
        """The known headers without signs, and words that are one with a unit behind them."""
        lengths = self.phrases("lengths.headers").words
        return frozenset(normal_header(without_signs(name)) for name in (*self._headers, *lengths))

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """All that a word may be with which a known header begins, and nothing."""
        letters = [_LETTERS.findall(name)[0] for name in self._names]
        return frozenset(word[:end] for word in letters for end in range(len(word) + 1))

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({*map(len, self._names)}))

    def plain_match(self, header: str) -> Match | None:
        """Return what a header means that is a name as it stands, or None."""
        return self._headers.get(normal_header(header))

    def nearest(self, header: str) -> Match | None:
        """Return what the known header means that is most like `header`, or None."""
        near = nearest_word(normal_header(header), self._turned_like(header))
        return self._headers[near] if near else None

    def slip(self, header: str) -> Match | None:
        """Return what the known header means that `header` is with a slip; None for none or two."""
        slips = slips_of(normal_header(header), self._turned_like(header))
        fields = {self._headers[near].field for near in slips}
        return self._headers[slips[0]] if len(fields) == 1 else None

    def _turned_like(self, header: str) -> list[str]:
        """Return the known headers, made normal, with the same words that turn a meaning round.

        Few letters are between online and offline: what is most like a header may be its opposite.
        """
        turning = self.phrases("opposites.words").within(header)
        return [normal for normal, words in self._turning.items() if words == turning]

    @cached_property
    def _turning(self) -> Mapping[str, frozenset[str]]:
        words = self.phrases("opposites.words")
        return {normal: words.within(match.written) for normal, match in self._headers.items()}

    def may_mean(self, header: str) -> tuple[Match, ...]:
        """Return what a header may mean: what its first or last word does, or what is like it."""
        meant = tuple(
            Match(field.name, How.LABEL, field.label)
            for field in PAYLOAD_FIELDS
            if _begins_or_ends(header, self.phrases(f"doubtful_headers.{field.name}"))
        )
        near = () if meant else (self.nearest(header),)
        return meant or tuple(match for match in near if match)

    @cached_property
    def _headers(self) -> dict[str, Match]:
        known: dict[str, Match] = {}
        for words in self.lists:
            for field, several in words.headers.items():
                for word in several:
                    known[normal_header(word)] = Match(field, How.WORD, word, words.name)
        return {**known, **canonical()}

    def everything(self, name: str) -> frozenset[str]:
        """Return the plain words for all that the list may have that the column refers to."""
        return frozenset(
            plain_words(word) for words in self.lists for word in words.everything.get(name, ())
        )

    @cached_property
    def lists_of_ids(self) -> Mapping[str, str]:
        """What a word means in a workbook's own lists: the name of a list, or of its column.

        The words are in the form of `plain_name`.
        """
        meant = {plain_name(key): key for key in (*LISTS, *LIST_COLUMNS)}
        for words in self.lists:
            meant |= {plain_name(w): key for key, several in words.lists.items() for w in several}
        return meant

    def phrases(self, name: str) -> Phrases:
        """Return the words that the lists have in a table for a key, such as `dates.until`."""
        return self._phrases[name]

    @cached_property
    def _phrases(self) -> Mapping[str, Phrases]:
        names = [f"{table}.{key}" for table, keys in PHRASES.items() for key in keys]
        return {
            name: Phrases.of(word for words in self.lists for word in words.phrases.get(name, ()))
            for name in names
        }

    @cached_property
    def spans(self) -> Mapping[str, tuple[str, str]]:
        """What a plain word for a length with its unit means: ("6", "month") for half a year."""
        return {
            plain_words(word): span
            for words in self.lists
            for key, several in words.spans.items()
            if (span := span_of(key))
            for word in several
        }

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of every column, by its canonical name, with the words for its values."""
        return {field.name: self._kind(field.name) for field in FIELDS}

    def _kind(self, name: str) -> Kind:
        kind = BY_NAME[name].kind
        meant: dict[str, tuple[str, Any]] = {}  # by the plain word: as it is written, and its value
        for words in self.lists:
            for value, several in words.values.get(name, {}).items():
                meant |= {plain_words(word): (word, value) for word in several}

        def words_for(value: Any) -> tuple[str, ...]:
            return tuple(word for word, other in meant.values() if other == value)

        if isinstance(kind, Flag):
            likely = (self.phrases(f"likely_flags.{word}").words for word in ("yes", "no"))
            yes, no = words_for(True), words_for(False)  # noqa: FBT003
            return replace(kind, yes=yes, no=no, likely=tuple(likely))
        if isinstance(kind, Money):
            return replace(kind, words=AmountWords(*self._all_phrases("amounts")))
        if isinstance(kind, Instant):
            return replace(kind, words=DateWords(*self._all_phrases("dates")))
        if isinstance(kind, Choice):
            options = (replace(o, words=words_for(o.number)) for o in kind.options)
            return replace(kind, options=tuple(options))
        return kind

    def _all_phrases(self, table: str) -> Iterator[Phrases]:
        return (self.phrases(f"{table}.{key}") for key in PHRASES[table])


def _begins_or_ends(text: str, words: Phrases) -> bool:
    return words.cut_before(text) is not None or words.cut_behind(text) is not None
