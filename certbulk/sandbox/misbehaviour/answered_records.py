"""Records as an answer shows them: with the quirks, and untrue if lies are told."""

import math
from collections.abc import Callable, Iterable, Sequence

from certbulk.sandbox.misbehaviour.liar import Told
from certbulk.sandbox.misbehaviour.quirks import Quirks, shown
from certbulk.sandbox.misbehaviour.spelling import DOCUMENTED_IDS, NEWER_IDS
from certbulk.sandbox.store.records import Record

__all__ = ["as_answered"]

_ID_FIELDS = ("id", "company_group_id", "category_id")
_IDS_FIELDS = ("service_ids", DOCUMENTED_IDS, NEWER_IDS)


def as_answered(
    records: Sequence[Record], told: Told, quirks: Quirks, chain_ids: Iterable[int]
) -> list[Record]:
    """Return the records of one answer as they are sent.

    Lies may give one of them another chain (of `chain_ids`) or the balance NaN, and make texts of
    all ids.
    """
    answered = [shown(record, quirks) for record in records]
    for name, lie in (("wrong_chain", _of_chain(chain_ids)), ("nan", _without_amount)):
        if answered and told.is_due(name):
            told.note(name)
            at = told.one_of(name, range(len(answered)))
            answered[at] = lie(answered[at])
    if answered and told.is_due("text_ids"):
        told.note("text_ids")
        answered = [_with_text_ids(record) for record in answered]
    return answered


def _of_chain(chain_ids: Iterable[int]) -> Callable[[Record], Record]:
    def of_chain(record: Record) -> Record:
        own = record["company_group_id"]
        other = next((one for one in chain_ids if one != own), own + 1)
        return {**record, "company_group_id": other}

    return of_chain


def _without_amount(record: Record) -> Record:
    return {**record, "balance": math.nan}


def _with_text_ids(record: Record) -> Record:
    texts: Record = {name: str(record[name]) for name in _ID_FIELDS if record[name] is not None}
    present = [name for name in _IDS_FIELDS if name in record]
    lists: Record = {name: [str(one) for one in record[name]] for name in present}
    return {**record, **texts, **lists}
