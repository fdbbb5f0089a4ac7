"""Why a row cannot change its live type: what blocks it before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import ListChange
from certbulk.core.payload import missing_in_record
from certbulk.planning.live import archived, times_issued
from certbulk.reading.sheet import column_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from certbulk.reading import Sheet

__all__ = ["Refusal", "list_changes", "refused_change", "refused_record"]

_WERE = ("certificate of this type was", "certificates of this type were")


class Refusal(NamedTuple):
    """Why a row is blocked: the code, and the same in words."""

    code: str
    message: str


def refused_change(
    sheet: Sheet, given: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Refusal | None:
    """Return why changes of lists cannot be applied to a live type; None if they can.

    An empty list of services means no restriction (fact:request_fields), and that of locations is
    not documented. So the last entry is never removed, and nothing is added to an empty list.

    Args:
        sheet: The sheet, for the names of its columns.
        given: The values of the row.
        before: The live values.
        after: The values after the update.
    """
    for name, change in list_changes(given):
        live, column = before.get(name), quoted(column_name(sheet, name))
        if not isinstance(live, tuple):
            return Refusal(
                "incomplete_record",
                f"The service does not return a list for {column}, so nothing can be added to it "
                "or removed from it. Write the whole list.",
            )
        wanted, used = change.applied_to(live), BY_NAME[name].used
        if set(wanted) == set(live):
            continue
        if not wanted and used(after):
            return Refusal(
                "last_in_list",
                f"Nothing would be left in {column}, and an empty list may mean that the type is "
                "valid everywhere. Keep an entry, or write the whole list.",
            )
        if not live and used(before):
            return Refusal(
                "nothing_listed",
                f"The live type has nothing in {column}, which may mean that it is valid "
                "everywhere, so an added entry would restrict it. Write the whole list.",
            )
    return None


def refused_record(record: dict[str, Any], called: Callable[[str], str]) -> Refusal | None:
    """Return why a live type cannot be changed; None if it can.

    Args:
        record: The live record.
        called: What the sheet calls a column.
    """
    if issued := times_issued(record):
        return Refusal(
            "already_issued",
            f"{counted(issued, *_WERE)} issued, and the service refuses to change such a type. "
            "Create a new type instead.",
        )
    if archived(record):
        return Refusal("archived", "The type is archived. Restore it in the service first.")
    if missing := missing_in_record(record):
        return Refusal(
            "incomplete_record",
            f"The service does not return its {', '.join(map(called, missing))}, which an update "
            "would overwrite. Change the type in the service.",
        )
    return None


def list_changes(given: Mapping[str, Any]) -> Iterator[tuple[str, ListChange]]:
    """Yield the values of a row that change a list, by field name."""
    return ((name, value) for name, value in given.items() if isinstance(value, ListChange))
