"""Findings that need several rows or cells: duplicates, and titles with another amount."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unicodedata import is_normalized

import numpy as np

from certbulk.core.amounts import amounts_beside
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.code import Severity
from certbulk.core.findings.finding import found, quoted
from certbulk.core.titles import strict
from certbulk.reading.sheet import cell_finding, column_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet

__all__ = ["cross_row_findings", "once_for_all"]

_MOST_ROWS_NAMED = 5
_MANY, _SAMPLE = 20, 400  # pairs of a title and a face value
NEARLY_ALL = 0.9
"""Share of the rows from which a warning is reported once for the sheet, not for each row."""


@dataclass(frozen=True, slots=True)
class _Unique:
    """A column whose values should be unique.

    Attributes:
        field: Its canonical name.
        code: The code of the finding about a repeated value.
        says: The message after the value, with a slot for the rows.
        plain: Values in a form in which equal ones are the same.
    """

    field: str
    code: str
    says: str
    plain: Callable[[Sequence[Any]], Sequence[Any]]


def _plain_titles(titles: Sequence[str]) -> list[str]:
    """Return titles with all spellings that people or services do not tell apart made equal."""
    together = "\n".join(titles)
    plain = "  " not in together and "&" not in together and is_normalized("NFC", together)
    if plain and "".join(titles).isprintable():  # fast for a million titles
        return together.casefold().split("\n")
    return [strict(title).casefold() for title in titles]


_UNIQUE = (
    _Unique(
        "id",
        "duplicate_id",
        "is the id of rows {}. Keep one of these rows.",
        lambda ids: ids,
    ),
    _Unique(
        "title",
        "duplicate_title",
        "is the title of rows {}. If they are the same type, keep one of them.",
        _plain_titles,
    ),
)


def cross_row_findings(
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
    """Yield a finding for every row whose value, in its plain form, another row has too."""
    positions = np.flatnonzero(column.filled & rows)
    if not positions.size:
        return
    plain = unique.plain(column.values)
    codes = column.codes[positions]
    if len({*plain}) < len(plain):
        codes = Column.of(plain).codes[codes]
    several = np.bincount(codes)[codes] > 1
    groups: dict[int, list[int]] = defaultdict(list)
    for position, code in zip(positions[several].tolist(), codes[several].tolist(), strict=True):
        groups[code].append(position)
    for group in groups.values():
        listed = _row_names(sheet, sheet.rows[group[:_MOST_ROWS_NAMED]])
        more = len(group) - _MOST_ROWS_NAMED
        which = f"{listed} and {more} more" if more > 0 else listed
        for position in group:
            message = f"{quoted(str(column[position]))} {unique.says.format(which)}"
            parts = {"rows": listed}
            yield cell_finding(sheet, position, unique.field, unique.code, message, parts=parts)


def _mismatches(
    sheet: Sheet, titles: Column, balances: Column, rows: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Yield a finding for every row whose title names amounts, none of which is the face value.

    See fact:title_amount.
    """
    both = np.flatnonzero(titles.filled & balances.filled & rows)
    pairs = titles.codes[both].astype(np.int64) * len(balances.values) + balances.codes[both]
    distinct, which = np.unique(pairs, return_inverse=True)
    amounts = ["" if balance == CLEAR else str(balance) for balance in balances.values]

    def beside(some: NDArray[np.int64]) -> list[tuple[Decimal, ...]]:
        title, amount = np.divmod(some, len(amounts))
        named = map(titles.values.__getitem__, title.tolist())
        return [*map(amounts_beside, named, map(amounts.__getitem__, amount.tolist()))]

    some = distinct[:: max(len(distinct) // _SAMPLE, 1)]
    if len(some) >= _MANY and sum(map(bool, beside(some))) >= NEARLY_ALL * len(some):
        yield _mostly_numbered(sheet, titles, balances, both)
        return
    others, show = beside(distinct), BY_NAME["balance"].kind.show
    wrong = np.fromiter(map(bool, others), np.bool_, len(others))[which]
    for position, pair in zip(both[wrong].tolist(), which[wrong].tolist(), strict=True):
        named = " and ".join(map(show, others[pair]))
        face_value = quoted(column_name(sheet, "balance"))
        yield cell_finding(
            sheet,
            position,
            "title",
            "title_balance_mismatch",
            f"{quoted(titles[position])} names {named}, but {face_value} is "
            f"{show(balances[position])}. "
            "Check which amount is right.",
            parts={"named": ", ".join(map(show, others[pair])), "amount": show(balances[position])},
        )


def _mostly_numbered(
    sheet: Sheet, titles: Column, balances: Column, both: NDArray[np.int64]
) -> Finding:
    """Return one finding for titles nearly all of which name a number.

    Such numbers are serial numbers, not amounts.
    """
    named = (
        (position, amounts_beside(titles[position], str(balances[position])))
        for position in both.tolist()
        if balances[position] != CLEAR
    )
    first, amounts = next(
        ((position, found) for position, found in named if found), (int(both[0]), ())
    )
    show = BY_NAME["balance"].kind.show
    amount = show(balances[first])
    rows = _row_names(sheet, sheet.rows[both[:_MOST_ROWS_NAMED]])
    return found(
        "title_balance_mismatch",
        f"Nearly all of {len(both):,} titles name a number that is not the face value, such as "
        f"{quoted(titles[first])} with {amount} (rows {rows} and so on). They are probably serial "
        "numbers. Check the face values.",
        field="title",
        value=titles[first],
        parts={
            "named": ", ".join(map(show, amounts)),
            "amount": amount,
            "many": f"{len(both)}",
            "first_rows": rows,
        },
    )


def _row_names(sheet: Sheet, rows: NDArray[np.int64]) -> str:
    return ", ".join(map(sheet.row_name, rows.tolist()))


def once_for_all(
    findings: Iterable[Finding], rows: int, row_name: Callable[[int], str] = str
) -> list[Finding]:
    """Return the findings, each warning that nearly every row has reported only once.

    Args:
        findings: The findings.
        rows: The number of rows.
        row_name: What messages call a row.

    Returns:
        The findings in their order. If nearly all rows have the same warning without a suggestion
        in the same column, only the first is kept, with the number of rows and the first of them.
    """
    listed = list(findings)
    groups: dict[tuple[str, str | None], list[Finding]] = defaultdict(list)
    for finding in listed:
        if finding.severity is Severity.WARNING and finding.row and not finding.suggestion:
            groups[finding.code, finding.field].append(finding)
    least = max(_MANY, NEARLY_ALL * rows)
    many = {key: group for key, group in groups.items() if len(group) >= least}
    if not many:
        return listed
    kept = []
    for finding in listed:
        group = many.get((finding.code, finding.field))
        if group is None or finding.row is None or finding.suggestion:
            kept.append(finding)
        elif finding is group[0]:
            first = ", ".join(row_name(one.row) for one in group[:_MOST_ROWS_NAMED] if one.row)
            message = (
                f"{len(group):,} of {rows:,} rows have this warning (rows {first} and so on). The "
                f"first: {finding.message}"
            )
            parts = {**finding.parts, "many": f"{len(group)}", "first_rows": first}
            kept.append(replace(finding, row=None, cell=None, message=message, parts=parts))
    return kept
