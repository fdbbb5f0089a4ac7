"""The list of certificate types in an answer: paged, and untrue if lies are on."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from certbulk.sandbox.misbehaviour.liar import Told
from certbulk.sandbox.misbehaviour.quirks import page_of, whole_number
from certbulk.sandbox.service import SandboxState
from certbulk.sandbox.store.history import before
from certbulk.sandbox.store.records import Record

__all__ = ["answered_list"]

T = TypeVar("T")


def answered_list(
    sandbox: SandboxState, told: Told, chain_id: int, query: Mapping[str, str]
) -> tuple[list[Record], dict[str, Any]]:
    """Return the records of the requested page, and the `meta` of the answer."""
    wanted = query.get("title", "").casefold()

    def matching(records: Sequence[Record]) -> list[Record]:
        return [one for one in records if wanted in one["title"].casefold()]

    with sandbox.state.lock:
        found = matching(_behind(sandbox, told, chain_id))
        page, total = page_of(found, query, sandbox.quirks)
        lies = told.lies
        if told.is_due("total_behind"):
            then = matching(_undone(sandbox, chain_id, lies.total_behind_changes))
            total = _noted(told, "total_behind", total, len(then) + sandbox.quirks.lying_total)
    if whole_number(query.get("page"), 1) > 1 and told.is_due("slipped_pages"):
        slip = told.one_of("slipped_pages", (-1, 1))
        page = _noted(told, "slipped_pages", page, page_of(found, query, sandbox.quirks, slip)[0])
    page = _damaged(page, told)
    if lies.total_cached_requests and not told.is_left_alone:
        cached = _cached(told, (chain_id, wanted), total)
        total = _noted(told, "total_cached_requests", total, cached)
    if told.is_due("total_of_page"):
        total = _noted(told, "total_of_page", total, len(page))
    if told.is_due("total_missing"):
        told.note("total_missing")
        return page, {}
    return page, {"total_count": total}


def _behind(sandbox: SandboxState, told: Told, chain_id: int) -> list[Record]:
    """Return the chain's records; as they were some requests ago, if the list is behind."""
    now = sandbox.state.types(chain_id)
    history = sandbox.state.history
    since = told.liar.listed(len(history))
    recent = [one for one in history[since:] if one.chain_id == chain_id]
    touched = {change.type_id for change in recent}
    hidden = {type_id for type_id in touched if told.is_due("list_behind", type_id)}
    then = before(now, [change for change in recent if change.type_id in hidden])
    if then != now:
        told.note("list_behind")
    return then


def _undone(sandbox: SandboxState, chain_id: int, count: int) -> list[Record]:
    changes = [one for one in sandbox.state.history if one.chain_id == chain_id]
    return before(sandbox.state.types(chain_id), changes[-count:])


def _damaged(page: list[Record], told: Told) -> list[Record]:
    """Return the page with a record missing or repeated, if such a lie is due."""
    for name, times in (("left_out", 0), ("repeated", 2)):
        if page and told.is_due(name):
            told.note(name)
            at = told.one_of(name, range(len(page)))
            page = [*page[:at], *page[at : at + 1] * times, *page[at + 1 :]]
    return page


def _noted(told: Told, name: str, true: T, untrue: T) -> T:
    if untrue != true:
        told.note(name)
    return untrue


def _cached(told: Told, listing: object, total: int) -> int:
    """Return the cached count for a listing; without one, cache this count."""
    totals = told.liar.totals
    kept, left = totals.get(listing, (total, 0))
    if left == 0:
        kept, left = total, told.lies.total_cached_requests + 1
    totals[listing] = (kept, left - 1)
    return kept
