"""Names and ids of locations and services: how they are read, and whether they match."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Ids, ListChange, Problem
from certbulk.core.references.reference_parts import has_words
from certbulk.core.references.reference_problems import UNKNOWN, shown_references
from certbulk.core.references.references import REFERRING, References
from certbulk.reading.sheet import cell_finding, column_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.columns.field import Field
    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.reading import Sheet
    from certbulk.words.vocabulary import Vocabulary

__all__ = [
    "LIST_OF_NEW",
    "has_names_without_list",
    "list_changes_of_new",
    "parser_of",
    "reference_findings",
]

LIST_OF_NEW = (
    "changes a list, but a new type has none yet. Write the whole list, or the id of a live type."
)

_MOST_NAMED = 3
_NO_IDS = {"not_an_id", "not_an_id_list"}


def parser_of(
    field: Field,
    directory: Directory,
    vocabulary: Vocabulary,
    zone: tzinfo,
    column: str | None = None,
) -> Callable[[str], Any]:
    """Return the function that reads a column's texts: with names, if it refers to a list.

    Messages call it `column`, else by its label.
    """
    if field.refers_to:
        listing, everything = directory.listing(field.refers_to), vocabulary.everything(field.name)
        read = References(field, listing, everything, zone).read
        between = _between_names(vocabulary) if isinstance(field.kind, Ids) else None
        return partial(_parted, read=read, between=between) if between else read
    kind = vocabulary.kinds[field.name].called(column or field.label)
    return partial(kind.parse, zone=zone)


def _between_names(vocabulary: Vocabulary) -> re.Pattern[str]:
    """Return a pattern for a word or sign between names, such as "and" or "/"."""
    words = "|".join(map(re.escape, vocabulary.phrases("names.and").words))
    return re.compile(rf"(?:(?<!\s)\s*|(?<=\s))[/&+|]\s*|(?<!\s)\s+(?:{words})\s+", re.IGNORECASE)


def _parted(text: str, read: Callable[[str], Any], between: re.Pattern[str]) -> Any:
    """Return the value of a text that may join several names, such as "Downtown and Harbour".

    Such a text may be one name, so the list of names is only suggested, if all of them are known.
    """
    value = read(text)
    if not isinstance(value, Problem) or value.code not in UNKNOWN.values() or value.suggestion:
        return value
    joined = "; ".join(between.split(text))
    if joined == text or isinstance(read(joined), Problem):
        return value
    message = f"{value.message.partition(' Did you mean')[0]} Did you mean {joined}?"
    return replace(value, message=message, suggestion=joined)


def has_names_without_list(
    errors: Iterable[Finding], directory: Directory, vocabulary: Vocabulary
) -> bool:
    """Whether a cell has a name but no list to look it up in was given or requested."""
    nothing = vocabulary.phrases("nothing.words")
    for finding in errors:
        list_name = BY_NAME[finding.field].refers_to if finding.field else None
        if finding.code not in _NO_IDS or list_name is None:
            continue
        listing, text = directory.listing(list_name), finding.value or ""
        asked = bool(listing) or listing.complete or bool(listing.trouble)
        if not asked and has_words(text) and text not in nothing:
            return True
    return False


def list_changes_of_new(
    columns: Mapping[str, Column], creates: NDArray[np.bool_]
) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return the columns, each with a mask of the new types whose cell changes a list."""
    found_in = []
    for field in REFERRING:
        if column := columns.get(field.name):
            new = column.where(lambda value: isinstance(value, ListChange)) & creates
            found_in += [(field.name, new)] if new.any() else []
    return found_in


def reference_findings(
    sheet: Sheet,
    directory: Directory,
    columns: Mapping[str, Column],
    rows: NDArray[np.bool_],
) -> Iterator[Finding]:
    """Yield `list_unavailable`, and `service_not_at_location` among these `rows`."""
    for field in REFERRING:
        if field.name not in columns:
            continue
        if trouble := directory.listing(field.refers_to).trouble:
            message = (
                f"The service refused to list its {field.refers_to} ({trouble}), so the ids in "
                f"{quoted(column_name(sheet, field.name))} are sent unchecked. Check them, or ask "
                "for the right to see the list."
            )
            yield found("list_unavailable", message, field=field.name)
    if directory.offers and {"service_ids", "salon_ids"} <= columns.keys():
        yield from _not_offered(
            sheet, directory, columns["service_ids"], columns["salon_ids"], rows
        )


def _not_offered(
    sheet: Sheet,
    directory: Directory,
    services: Column,
    locations: Column,
    rows: NDArray[np.bool_],
) -> Iterator[Finding]:
    """Yield a finding for every row with a service that one of its locations does not offer."""
    positions = np.flatnonzero(services.filled & locations.filled & rows)
    pairs = np.stack([services.codes[positions], locations.codes[positions]], axis=1)
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    said = [_why_not(services.values[s], locations.values[p], directory) for s, p in distinct]
    for position, pair in zip(positions.tolist(), which.reshape(-1).tolist(), strict=True):
        if missing := said[pair]:
            named = [" at ".join(both) for both in missing[:_MOST_NAMED]]
            more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
            message = (
                f"These services are not offered there: {', '.join(named)}{more}. Check services "
                "and locations."
            )
            yield cell_finding(
                sheet,
                position,
                "service_ids",
                "service_not_at_location",
                message,
                parts={"pairs": "; ".join(" — ".join(both) for both in missing)},
            )


def _wanted(value: Any) -> tuple[int, ...]:
    """Return the ids that a type has because of a cell: of a change, those that it adds."""
    return value.added if isinstance(value, ListChange) else value


def _why_not(services: Any, locations: Any, directory: Directory) -> list[tuple[str, str]]:
    """Return which of these services are not offered, each with the location, in words."""
    if CLEAR in (services, locations):
        return []
    return [
        (
            shown_references(service, directory.services),
            shown_references(location, directory.locations),
        )
        for location in _wanted(locations)
        for service in _wanted(services)
        if location in directory.offers and service not in directory.offers[location]
    ]
