"""Records that the list shows in part: they are read one by one, with a bar that says how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from certbulk.api.pacing.pace import duration
from certbulk.core.counting import counted, lasting
from certbulk.core.payload import missing_in_record
from certbulk.errors import NotFoundError
from certbulk.progress import stage_bar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.api.answers import Record
    from certbulk.api.pacing.lane_pace import LanePace
    from certbulk.api.pacing.pace import Pace

__all__ = ["whole_records"]


class _Reader(Protocol):
    """A client, as far as it is needed here."""

    pace: Pace | LanePace

    def get(self, type_id: int) -> Record:
        """Return the record of one type."""


def whole_records(
    client: _Reader, records: Iterable[Record], *, progress: bool = False
) -> list[Record]:
    """Return listed records whole, in their order, without types that were deleted since.

    Args:
        client: The client that has listed them.
        records: The records.
        progress: Whether to show a bar while several are read, with the time for all of them.

    Raises:
        ServiceError: One of them could not be read.
    """
    listed = list(records)
    partial = sum(bool(missing_in_record(record)) for record in listed)
    seconds = duration(partial, client.pace.per_second, client.pace.per_minute)
    title = f"Reading {counted(partial, 'type')} one by one, about {lasting(seconds)}"
    found = []
    with stage_bar(title, shown=progress and partial > 1) as tell:
        for place, record in enumerate(listed):
            if not missing_in_record(record):
                found.append(record)
                continue
            try:
                found.append(client.get(record["id"]))
            except NotFoundError:
                continue
            finally:
                tell(f"{place + 1} of {len(listed)}", (place + 1) / len(listed))
    return found
