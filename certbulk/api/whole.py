"""Records that the list shows in part or not at all: each is read by itself, with a bar."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from certbulk.api.pacing.pace import duration
from certbulk.core.counting import counted, lasting
from certbulk.core.payload import missing_in_record
from certbulk.errors import NotFoundError
from certbulk.progress import stage_bar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from certbulk.api.answers import Record
    from certbulk.api.pacing.lane_pace import LanePace
    from certbulk.api.pacing.pace import Pace

__all__ = ["one_by_one", "whole_records"]


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
    partial = [record["id"] for record in listed if missing_in_record(record)]
    found = one_by_one(client, partial, progress=progress)
    absent = set(partial) - found.keys()
    return [found.get(one["id"], one) for one in listed if one["id"] not in absent]


def one_by_one(
    client: _Reader, ids: Collection[int], *, progress: bool = False
) -> dict[int, Record]:
    """Return the records of types by their ids; those that do not exist are missing.

    Args:
        client: The client.
        ids: The ids.
        progress: Whether to show a bar while several are read, with the time for all of them.

    Raises:
        ServiceError: One of them could not be read.
    """
    seconds = duration(len(ids), client.pace.per_second, client.pace.per_minute)
    title = f"Reading {counted(len(ids), 'type')} one by one, about {lasting(seconds)}"
    found = {}
    with stage_bar(title, shown=progress and len(ids) > 1) as tell:
        for position, number in enumerate(ids, 1):
            with suppress(NotFoundError):
                found[number] = client.get(number)
            tell(f"{position} of {len(ids)}", position / len(ids))
    return found
