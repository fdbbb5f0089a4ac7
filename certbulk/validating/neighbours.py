"""Findings about rows that stand in one another's way, and about titles that promise too much."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from certbulk.core.amounts import amounts_beside
from certbulk.core.columns import Column
from certbulk.core.field import CLEAR
from certbulk.core.findings import found, one_line, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from certbulk.core.findings import Finding
    from certbulk.reading import Sheet

__all__ = ["neighbour_findings"]

_MOST_ROWS_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Unique:
    """A column whose values should stand once: which finding if not, and when two are the same."""

    field: str
    code: str
    says: str
    plain: Callable[[Sequence[Any]], Sequence[Any]]


def _plain_titles(titles: Sequence[str]) -> list[str]:
    """Return titles without what makes no difference to people: capitals and white space."""
    together = "\n".join(titles)
    if "".join(titles).isprintable() and "  " not in together:  # a million in no time
        return together.casefold().split("\n")
    return [one_line(title.casefold()) for title in titles]


_UNIQUE = (
    _Unique(
        "id",
        "duplicate_id",
        "is the id of rows {}: which should win? Keep one of them.",
        lambda ids: ids,
    ),
    _Unique(
        "title",
        "duplicate_title",
        "is the title of rows {}: are they one type or several?",
        _plain_titles,
    ),
)


def neighbour_findings(
    sheet: Sheet, columns: Mapping[str, Column], rows: NDArray[np.bool_]
) -> list[Finding]:
    """Return `duplicate_id`, `duplicate_title` and `title_balance_mismatch` among these `rows`."""
    findings: list[Finding] = []
    for unique in _UNIQUE:
        if unique.field in columns:
            findings += _repeated(sheet, columns[unique.field], rows, unique)
    if "title" in columns and "balance" in columns:
        findings += _mismatches(sheet, columns["title"], columns["balance"], rows)
    return findings


def _repeated(
    sheet: Sheet, column: Column, rows: NDArray[np.bool_], unique: _Unique
) -> Iterator[Finding]:
    """Yield a finding for every row whose value, made plain, another row has too."""
    places = np.flatnonzero(column.filled & rows)
    if not places.size:
        return
    plain = unique.plain(column.values)
    codes = column.codes[places]
    if len({*plain}) < len(plain):
        codes = Column.of(plain).codes[codes]
    several = np.bincount(codes)[codes] > 1
    groups: dict[int, list[int]] = defaultdict(list)
    for place, code in zip(places[several].tolist(), codes[several].tolist(), strict=True):
        groups[code].append(place)
    for group in groups.values():
        listed = ", ".join(str(sheet.rows[place]) for place in group[:_MOST_ROWS_NAMED])
        if len(group) > _MOST_ROWS_NAMED:
            listed += f" and {len(group) - _MOST_ROWS_NAMED} more"
        for place in group:
            message = f"{quoted(str(column[place]))} {unique.says.format(listed)}"
            yield _finding(sheet, place, unique.field, unique.code, message)


def _mismatches(
    sheet: Sheet, titles: Column, balances: Column, rows: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Yield a finding for every row whose title names amounts and none is the face value."""
    both = np.flatnonzero(titles.filled & balances.filled & rows)
    pairs = titles.codes[both].astype(np.int64) * len(balances.values) + balances.codes[both]
    distinct, which = np.unique(pairs, return_inverse=True)
    amounts = ["" if balance == CLEAR else str(balance) for balance in balances.values]
    others = [
        amounts_beside(titles.values[pair // len(amounts)], amount)
        if (amount := amounts[pair % len(amounts)])
        else ()
        for pair in distinct.tolist()
    ]
    wrong = np.fromiter(map(bool, others), np.bool_, len(others))[which]
    for place, pair in zip(both[wrong].tolist(), which[wrong].tolist(), strict=True):
        named = " and ".join(f"{amount:,f}".replace(",", " ") for amount in others[pair])
        yield _finding(
            sheet,
            place,
            "title",
            "title_balance_mismatch",
            f"{quoted(titles[place])} names {named}, but the face value is "
            f"{f'{balances[place]:,f}'.replace(',', ' ')}. Check which one is meant.",
        )


def _finding(sheet: Sheet, place: int, field: str, code: str, message: str) -> Finding:
    row = int(sheet.rows[place])
    column = sheet.column(field)
    return found(
        code,
        message,
        row=row,
        cell=sheet.address(field, row),
        field=field,
        value=column.cells[place] if column else None,
    )
