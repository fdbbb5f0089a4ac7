"""How lists are paged and records shown, and the liberties the real service may take with both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from certbulk.sandbox.store.records import Record

__all__ = ["Quirks", "page_of", "shown", "whole_number"]

_DEFAULT_SIZE, _MAX_SIZE = 10, 100
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """Oddities to switch on: each was seen in the API or in one close to it, none is documented.

    - `page_size_cap`: a page holds at most this many records, whatever was asked for.
    - `lying_total`: added to `meta.total_count`.
    - `overlap`: each page begins with this many records of the page before it, so that a record
      appears twice and the last ones come a page later than counted.
    - `newest_first`: lists begin with the newest record, so that a new one shifts all pages.
    - `dates`: `sent` answers an expiration date as it came, `offset` the same instant as
      `2031-12-31T18:59:59.000-05:00`, `epoch` as whole seconds since 1970.
    - `balance_as_text`: the balance as a string, `"1000.00"`.
    - `delete_answers_204`: a delete answers 204 without a body, not 200 with `data: null`; both
      are documented.
    """

    page_size_cap: int | None = None
    lying_total: int = 0
    overlap: int = 0
    newest_first: bool = False
    dates: Literal["sent", "offset", "epoch"] = "sent"
    balance_as_text: bool = False
    delete_answers_204: bool = False

    def __post_init__(self) -> None:
        if self.page_size_cap is not None and self.page_size_cap < 1:
            raise ValueError(f"page_size_cap is a number from 1, or None: {self.page_size_cap}")
        if self.overlap < 0:
            raise ValueError(f"overlap is a number from 0: {self.overlap}")


def page_of(
    records: Sequence[Record], query: Mapping[str, str], quirks: Quirks, slip: int = 0
) -> tuple[list[Record], int]:
    """Return the page of `records` that `page` and `page_size` ask for, and the total to answer.

    A page or a size that is no number, or out of range, falls back silently to the default: page
    1, 10 records. A page past the end is empty. `slip` moves its beginning by that many records.
    """
    page = whole_number(query.get("page"), 1)
    size = whole_number(query.get("page_size"), _DEFAULT_SIZE)
    if size > _MAX_SIZE:
        size = _DEFAULT_SIZE
    if quirks.page_size_cap is not None:
        size = min(size, quirks.page_size_cap)
    start = max(0, (page - 1) * max(1, size - quirks.overlap) + slip)
    ordered = records[::-1] if quirks.newest_first else records
    return list(ordered[start : start + size]), len(records) + quirks.lying_total


def shown(record: Record, quirks: Quirks) -> Record:
    """Return the record as an answer carries it."""
    answered = dict(record)
    if record["expiration_date"] is not None:
        answered["expiration_date"] = _date(record["expiration_date"], quirks)
    if quirks.balance_as_text:
        answered["balance"] = f"{record['balance']:.2f}"
    return answered


def _date(text: str, quirks: Quirks) -> str | int:
    if quirks.dates == "sent":
        return text
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if quirks.dates == "epoch":
        return int(moment.timestamp())
    return moment.astimezone(timezone(-timedelta(hours=5))).isoformat(timespec="milliseconds")


def whole_number(text: str | None, otherwise: int) -> int:
    """Return the number of a query, from 1; `otherwise` if it is missing or malformed."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        return otherwise
    return int(text) or otherwise
