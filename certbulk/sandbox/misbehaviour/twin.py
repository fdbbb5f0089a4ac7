"""The twin: somebody else who works on the chain at nearly the same time as a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from certbulk.sandbox.misbehaviour.liar import Told
from certbulk.sandbox.store.state import State

__all__ = ["Occasion", "Twin"]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """The chain, the body and the type of a write request; None for what it does not have."""

    chain_id: int
    body: Mapping[str, Any] | None = None
    type_id: int | None = None


class Twin:
    """What somebody else does around one write request: at most one deed, chosen by dice.

    The history has these changes without the number of a request.
    """

    def __init__(self, state: State, told: Told, occasion: Occasion) -> None:
        self._state = state
        self._occasion = occasion
        self._verb, self._moment = "", ""
        choices = [deed for deed in told.lies.twin_deeds if _suits(deed, occasion)]
        if choices and told.is_due("twin"):
            deed = told.one_of("twin", choices)
            told.note(f"twin: {deed}")
            self._verb, _, self._moment = deed.partition("_")

    def comes_first(self) -> None:
        """Do the deed, if it comes before the request is handled."""
        if self._moment == "before":
            _VERBS[self._verb](self._state, self._occasion)

    def comes_after(self, type_id: int) -> None:
        """Do the deed, if it comes after the request has stored the type."""
        if self._moment == "after":
            occasion = Occasion(
                chain_id=self._occasion.chain_id, body=self._occasion.body, type_id=type_id
            )
            _VERBS[self._verb](self._state, occasion)


def _suits(deed: str, occasion: Occasion) -> bool:
    verb, _, moment = deed.partition("_")
    if verb in {"doubles", "retitles"} or moment == "after":
        return occasion.body is not None
    return occasion.type_id is not None


def _double(state: State, occasion: Occasion) -> None:
    if occasion.body is not None:
        state.create(occasion.chain_id, occasion.body)


def _retitle(state: State, occasion: Occasion) -> None:
    """Give the title of the body to the newest type that no request created."""
    ours = {one.type_id for one in state.history if one.request is not None and one.before is None}
    ours.add(occasion.type_id or 0)
    others = [one for one in state.types(occasion.chain_id) if one["id"] not in ours]
    if others and occasion.body is not None:
        state.edit(others[-1]["id"], {"title": occasion.body["title"]})


def _edit(state: State, occasion: Occasion) -> None:
    if occasion.type_id is not None:
        balance = state.get(occasion.type_id)["balance"]
        state.edit(occasion.type_id, {"balance": balance + 1})


def _rename(state: State, occasion: Occasion) -> None:
    if occasion.type_id is not None:
        title = state.get(occasion.type_id)["title"]
        state.edit(occasion.type_id, {"title": f"{title} (renamed)"})


def _delete(state: State, occasion: Occasion) -> None:
    if occasion.type_id is not None:
        state.remove(occasion.type_id)


_VERBS: Final[Mapping[str, Callable[[State, Occasion], None]]] = {
    "doubles": _double,
    "retitles": _retitle,
    "edits": _edit,
    "renames": _rename,
    "deletes": _delete,
}
