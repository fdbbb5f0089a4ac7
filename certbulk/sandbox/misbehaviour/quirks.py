"""How lists are paged and records answered, and oddities that the real service may have."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from pydantic.dataclasses import dataclass

from certbulk.sandbox.misbehaviour.spelling import (
    DOCUMENTED_IDS,
    NEWER_IDS,
    Spelling,
    renamed,
)
from certbulk.sandbox.options import CONFIG, Flag, FromOne, FromZero
from certbulk.sandbox.store.records import Record

__all__ = ["Quirks", "page_of", "shown", "whole_number"]

_DEFAULT_SIZE, _MAX_SIZE = 10, 100
_LONGEST_NUMBER = 9


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Quirks:
    """Oddities to switch on: each was seen in this API or in a similar one, none is documented.

    - `page_size_cap`: a page has at most this many records, whatever `page_size` is.
    - `lying_total`: added to `meta.total_count`.
    - `overlap`: each page begins with this many records of the page before it, so that records
      appear twice and the last ones come a page later than expected.
    - `newest_first`: lists begin with the newest record, so that a new one shifts all pages.
    - `dates`: `sent` answers an expiration date as it was sent, `offset` the same instant as
      `2031-12-31T18:59:59.000-05:00`, `epoch` as whole seconds since 1970.
    - `balance_as_text`: the balance as a string, `"1000.00"`.
    - `delete_answers_204`: a delete answers 204 without a body, not 200 with `data: null`; both
      are documented.
    - `spelling`: which spelling of paths and of the field with the locations is taken:
      `documented` (`/chain/…`, `salon_ids`), `newer` (`/chains/…`, `location_ids`), or `either`.
      With `newer`, records and messages have `location_ids`.
    """

    page_size_cap: FromOne | None = None
    lying_total: int = 0
    overlap: FromZero = 0
    newest_first: Flag = False
    dates: Literal["sent", "offset", "epoch"] = "sent"
    balance_as_text: Flag = False
    delete_answers_204: Flag = False
    spelling: Spelling = "either"


def page_of(
    records: Sequence[Record], query: Mapping[str, str], quirks: Quirks, slip: int = 0
) -> tuple[list[Record], int]:
    """Return the page of `records` that `page` and `page_size` ask for, and the total count.

    A page or a size that is not a number or is out of range means the default: page 1, 10 records.
    A page past the end is empty. `slip` moves the beginning by that many records.
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
    """Return the record as an answer shows it."""
    answered = dict(record)
    if record.get("expiration_date") is not None:
        answered["expiration_date"] = _date(record["expiration_date"], quirks)
    if quirks.balance_as_text:
        answered["balance"] = f"{record['balance']:.2f}"
    if quirks.spelling == "newer":
        return renamed(answered, DOCUMENTED_IDS, NEWER_IDS)
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
    """Return a number from 1 in a query; `otherwise` if it is missing or malformed."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        return otherwise
    return int(text) or otherwise
