"""Columns and values in words, as the person's own sheet has them: the form of all that is shown.

Columns are called by their headers. Amounts are digits with a point, and two decimals if they have
any; dates are 2027-12-31; locations and services are called by name. Nothing depends on a locale,
and certbulk reads every value back as the same value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME, PAYLOAD_FIELDS
from certbulk.core.file_formats import CHANGE
from certbulk.core.findings.finding import one_line
from certbulk.core.kinds import Flag, Ids, Instant
from certbulk.core.references.directory import NO_NAMES
from certbulk.core.references.reference_problems import ids_of
from certbulk.reading.sheet import short_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from certbulk.core.kinds import Kind
    from certbulk.core.references.directory import Directory, Listing
    from certbulk.reading import Sheet
    from certbulk.validating import Report

__all__ = ["BLANK", "SheetWords", "in_words", "plain"]

BLANK = "(none)"
"""How a value that is not there is shown."""

_UNCHANGED: Mapping[str, tuple[Any, Any]] = MappingProxyType({})
_MANY_NAMES = 8
"""From this number on, the locations or services of a whole chain are not listed one by one."""


def in_words(
    name: str, value: Any, directory: Directory = NO_NAMES, zone: tzinfo | None = UTC
) -> str:
    """Return a typed value of the field `name` as people write it in a sheet.

    Args:
        name: The field's canonical name.
        value: The value; None, a blank text and an empty list are `(none)`.
        directory: The names of what ids stand for. An id without a name stays a number.
        zone: The time zone of dates that have none.

    Example:
        >>> from decimal import Decimal
        >>> in_words("balance", Decimal("1000.5")), in_words("is_multi", False)
        ('1000.50', 'no')
    """
    if value in (None, "", (), []):
        return BLANK
    about = BY_NAME[name]
    if _is_strange(value, about.kind):
        return plain(value)
    try:
        if listing := directory.listing(about.refers_to):
            return _names(value, listing)
        if isinstance(about.kind, Instant) and isinstance(value, datetime):
            date = about.kind.clock_in(value, zone or UTC)
            return about.kind.show(value) if date is None else str(date).removesuffix(":00")
        return about.kind.show(value)
    except (TypeError, ValueError, AttributeError):
        return plain(value)


def _is_strange(value: Any, kind: Kind) -> bool:
    """Whether a value of the service is of no type that its column has."""
    if isinstance(kind, Flag):
        return not isinstance(value, bool)
    if isinstance(kind, Ids) and isinstance(value, str):
        return True  # the text of a cell that is not understood
    if isinstance(value, tuple):
        return any(isinstance(one, bool) or not isinstance(one, int) for one in value)
    return isinstance(value, bool | float | list | dict)


def plain(value: Any) -> str:
    """Return a value of the service that no column knows, without the words of Python.

    Example:
        >>> plain(True), plain(None), plain([7, None]), plain(1000.0)
        ('yes', '(none)', '7, (none)', '1000')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {plain(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return BLANK if value is None else str(value)


def _names(value: Any, listing: Listing) -> str:
    ids = ids_of(value)
    everything = len(ids) > _MANY_NAMES and set(ids) == set(listing.ids)
    if everything and listing.complete:
        return f"all {len(ids)} of the chain"
    return "; ".join(_name(number, listing) for number in ids)


def _name(number: Any, listing: Listing) -> str:
    """Return the name of a location or service, with its id if several have this name."""
    entry = listing.named(number)
    if entry is None:
        return plain(number)
    alone = {other.id for other in listing.called(entry.name)} == {number}
    return entry.name if alone else f"{entry.name} ({number})"


@dataclass(frozen=True, slots=True)
class SheetWords:
    """How one person's sheet calls columns and writes values.

    Attributes:
        sheet: The sheet.
        directory: The names of its locations, services and categories.
        zone: The time zone of its dates.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> words = SheetWords.of(report)
        >>> words.column("expiration_date"), words.value("salon_ids", (720441,))
        ('Expires on', '720441')
        >>> words.change("salon_ids", (720441, 720442), (720441, 720443))
        '+ 720443; - 720442 (1 kept)'
    """

    sheet: Sheet
    directory: Directory = NO_NAMES
    zone: tzinfo | None = UTC
    _known: dict[tuple[str, Any], str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, report: Report) -> SheetWords:
        """Return the words of the sheet of a report."""
        return cls(report.sheet, report.directory, report.time_zone)

    def column(self, name: str) -> str:
        """Return what the sheet calls a column: its own header, else the label of the column.

        The asterisk of columns that a new type needs is left out, and a long header is cut.
        """
        return short_name(self.sheet, name)

    @property
    def is_change(self) -> bool:
        """Whether the rows are those of a change in words, which have no cells."""
        return self.sheet.folder is None and self.sheet.source.startswith(f"{CHANGE} ")

    def value(self, name: str, value: Any) -> str:
        """Return a typed value as the sheet has it: see `in_words`. The same ones are kept."""
        try:
            known = self._known.get((name, value))
        except TypeError:  # a list that only the service has
            return self._anew(name, value)
        if known is None:
            known = self._known[name, value] = self._anew(name, value)
        return known

    def _anew(self, name: str, value: Any) -> str:
        return one_line(in_words(name, value, self.directory, self.zone))

    def change(self, name: str, old: Any, new: Any) -> str:
        """Return a change in words: `old → new`; of a list, what is added (+) and removed (-)."""
        if isinstance(BY_NAME[name].kind, Ids) and isinstance(old, tuple):
            return self._of_a_list(name, old, new)
        before, after = self.value(name, old), self.value(name, new)
        alike = " (they differ in spaces or in characters that cannot be seen)"
        return f"{before} → {after}{alike if before == after else ''}"

    def _of_a_list(self, name: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> str:
        added = [one for one in new if one not in old]
        removed = [one for one in old if one not in new]
        parts = [
            *(f"+ {self.value(name, (one,))}" for one in added),
            *(f"- {self.value(name, (one,))}" for one in removed),
        ]
        kept = len(set(old) & set(new))
        return "; ".join(parts) + (f" ({kept} kept)" if kept else " (none left)" * (not new))

    def whole(
        self, values: Mapping[str, Any], changes: Mapping[str, tuple[Any, Any]] = _UNCHANGED
    ) -> Iterator[list[tuple[str, str]]]:
        """Yield what a type consists of, as lines of (column, value), without what it leaves blank.

        The first line is what it is worth, then come its locations and services, its term and its
        sale.

        Args:
            values: Typed values by canonical name, such as `values_of_body` returns.
            changes: `{field: (old, new)}` of what a successor has otherwise than the type before.
        """
        lines: dict[str, list[tuple[str, str]]] = {}
        for one in PAYLOAD_FIELDS:
            value = values.get(one.name)
            if value in (None, "", (), []) or not one.used(values) or one.name == "title":
                continue
            nested = len(one.path) > 1
            line = one.path[0] if nested else one.name if isinstance(one.kind, Ids) else ""
            said = self.value(one.name, value)
            if one.name in changes:
                said = self.change(one.name, *changes[one.name])
            pair = self.column(one.name), said
            lines.setdefault(line, []).append(pair)
        yield from lines.values()
