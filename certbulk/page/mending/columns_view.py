"""The step in which columns get their meaning: each header with a sample, and what is missing."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from certbulk.core.addresses import letters_of
from certbulk.core.cleaning import clean
from certbulk.core.columns.field import CREATE
from certbulk.core.columns.fields import FIELDS, PAYLOAD_FIELDS
from certbulk.core.file_formats import format_of
from certbulk.page.mending.meanings import IGNORED, doubts, guessed, own_columns
from certbulk.reading.formats.text.code_pages import ASIAN, CODE_PAGES, ESCAPED, SEVEN_BITS
from certbulk.words.describe import options_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from certbulk.core.columns.field import Field
    from certbulk.page.mending.meanings import Meanings
    from certbulk.reading import Sheet
    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.validating import Report

__all__ = ["ENCODINGS", "columns_view"]

ENCODINGS = ("utf-8", "utf-16", *CODE_PAGES, *ASIAN, *ESCAPED, *SEVEN_BITS)
"""The encodings that a person may choose from; what a file names itself needs no choice."""

_SAMPLES, _MOST_NAMES = 3, 200
_GUESSES = {"encoding_guessed", "encoding_unknown"}
_ABOUT_LETTERS = {*_GUESSES, "damaged_bytes", "letters_lost"}


def columns_view(
    plain: Sheet, report: Report, meanings: Meanings | None, encoding: str, *, recalled: bool
) -> dict[str, Any]:
    """Return what the step shows.

    Args:
        plain: The sheet as it is read without a mapping.
        report: The report on it as it is read now.
        meanings: What was chosen for its columns.
        encoding: The encoding that was chosen; empty for none.
        recalled: Whether it was chosen for an earlier file.
    """
    said = meanings.by_number(plain) if meanings else {}
    unsure = {number: why for number, why in doubts(plain).items() if number not in said}
    now = {column.number: column.field or IGNORED for column in own_columns(plain)} | said
    return {
        "recalled": recalled,
        "columns": [_column(column, plain, now, unsure, said) for column in own_columns(plain)],
        "fields": [field.name for field in FIELDS],
        "missing": _missing(report, meanings, {*now.values()}),
        "encoding": _encoding(plain, report, encoding),
    }


def _column(
    column: SheetColumn,
    plain: Sheet,
    now: Mapping[int | None, str],
    unsure: Mapping[int, str],
    said: Mapping[int | None, str],
) -> dict[str, Any]:
    """Return what the page shows of a column: its meaning, samples, and what else it may mean."""
    number = column.number or 0
    texts = (str(text) for text in column.cells if text is not None and text.strip())
    samples = list(islice(_distinct(texts), _SAMPLES))
    doubt = unsure.get(number, "")
    slip = plain.vocabulary.slip(column.header) if doubt == "unknown" else None
    meant = plain.vocabulary.may_mean(column.header) if doubt == "unknown" else ()
    likely = [match.field for match in (*((slip,) if slip else ()), *meant)]
    free = [name for name in dict.fromkeys(likely) if name not in now.values()]
    return {
        "number": number,
        "letter": letters_of(number),
        "header": clean(column.header, 80),
        "samples": [clean(text, 60) for text in samples],
        "field": now[number],
        "apart": column.field is None and column.how is not None and not said,
        "doubt": doubt,
        "likely": free,
        "guess": guessed(column, plain),
    }


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text


def _missing(report: Report, meanings: Meanings | None, given: set[str]) -> list[dict[str, Any]]:
    """Return the columns that new types need, and those that got one value for every row."""
    constants = dict(meanings.constants) if meanings else {}
    creates = bool((report.actions == CREATE).any())
    there = {c.field for c in report.sheet.columns if c.made and c.number is not None}
    return [
        {
            "name": field.name,
            "options": options_of(field),
            "known": _known(field, report),
            "value": constants.get(field.name, ""),
        }
        for field in PAYLOAD_FIELDS
        if field.name in constants
        or (creates and field.required and field.name not in given | there)
    ]


def _known(field: Field, report: Report) -> list[str]:
    """Return names that may be written for a column that refers to a list."""
    if not field.refers_to:
        return []
    names = [entry.name for entry in report.directory.listing(field.refers_to).entries]
    everything = sorted(report.sheet.vocabulary.everything(field.name))
    return [clean(name, 80) for name in [*names[:_MOST_NAMES], *everything[:1]]]


def _encoding(plain: Sheet, report: Report, encoding: str) -> dict[str, Any] | None:
    """Return the choice of the encoding; None if it does not matter."""
    known = format_of(plain.source)
    codes = {finding.code for finding in report.all_findings}
    if known is None or not known.has_encoding or not (encoding or codes & _ABOUT_LETTERS):
        return None
    guess = next((f.value for f in plain.findings if f.code in _GUESSES), "") or ""
    now = encoding or next((page for page, label in CODE_PAGES.items() if label == guess), "")
    return {
        "now": now,
        "guessed": not encoding,
        "choices": list(ENCODINGS),
    }
