"""Creating, updating and deleting types: as requested, or otherwise if lies are on."""

from collections.abc import Mapping
from typing import Any

from certbulk.sandbox.misbehaviour.liar import Told
from certbulk.sandbox.misbehaviour.titles import WAYS, retitled
from certbulk.sandbox.misbehaviour.twin import Occasion, Twin
from certbulk.sandbox.routes.answers import Refused
from certbulk.sandbox.store.chains import Chain
from certbulk.sandbox.store.checks import problems
from certbulk.sandbox.store.records import Record, blank, written
from certbulk.sandbox.store.state import State

__all__ = ["TypeChanges"]


class TypeChanges:
    """The changes that one request makes to the types of a chain.

    Each method raises `Refused` as the service would, and returns the record that the answer shows.
    The history has each change under `number`, the number of the request.
    """

    def __init__(self, state: State, chain: Chain, told: Told, number: int) -> None:
        self._state = state
        self._chain = chain
        self._told = told
        self._number = number

    def existing(self, type_id: int) -> Record:
        """Return one record of the chain."""
        try:
            record = self._state.get(type_id)
        except KeyError:
            raise Refused(404) from None
        if record["company_group_id"] != self._chain.id:
            raise Refused(404)
        return record

    def create(self, body: Mapping[str, Any]) -> Record:
        """Create a type from a body."""
        stored = self._checked(body)
        told, state, chain_id = self._told, self._state, self._chain.id
        with state.lock:
            if told.is_due("find_or_create") and (found := self._found(stored["title"])):
                told.note("find_or_create")
                return found
            if told.is_due("drops"):
                told.note("drops")
                return written(stored, over=blank(state.use_up_id(), chain_id))
            twin = Twin(state, told, Occasion(chain_id=chain_id, body=stored))
            twin.comes_first()
            record = state.create(chain_id, stored, request=self._number)
            twin.comes_after(record["id"])
        return record

    def replace(self, type_id: int, body: Mapping[str, Any]) -> Record:
        """Replace a type by a body."""
        told, state = self._told, self._state
        with state.lock:
            record = self.existing(type_id)
            sold = record["released_total"] > 0
            keeps = (sold or not told.lies.keeps_sold_only) and told.is_due("keeps")
            if sold and not keeps:
                raise _issued("update")
            stored = self._checked(body)
            occasion = Occasion(chain_id=self._chain.id, body=stored, type_id=type_id)
            twin = Twin(state, told, occasion)
            twin.comes_first()
            record = self.existing(type_id)
            if keeps:
                shown = self._keep(record, written(stored, over=record))
            else:
                shown = state.replace(type_id, stored, request=self._number)
                twin.comes_after(type_id)
        return shown

    def delete(self, type_id: int) -> None:
        """Delete a type."""
        told, state = self._told, self._state
        with state.lock:
            self._unissued(type_id)
            Twin(state, told, Occasion(chain_id=self._chain.id, type_id=type_id)).comes_first()
            self._unissued(type_id)
            if told.is_due("spares"):
                told.note("spares")
                return
            state.remove(type_id, request=self._number)

    def _checked(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a body as it will be stored: lies may alter its titles and its balance."""
        if errors := problems(body, self._chain):
            raise Refused(400, errors=errors)
        if self._told.is_due("alters"):
            self._told.note("alters")
            body = {**body, "balance": body["balance"] + 1}
        return retitled(body, self._stored_title)

    def _stored_title(self, title: str) -> str:
        told, stored = self._told, title
        for name, change in WAYS.items():
            if told.is_due(name, title) and change(stored) != stored:
                told.note(name)
                stored = change(stored)
        cut = stored[: told.lies.title_length]
        if cut != stored and told.is_due("cut_titles", title):
            told.note("cut_titles")
            stored = cut
        return stored

    def _found(self, title: str) -> Record | None:
        fold = str.casefold if self._told.lies.find_by == "casefold" else str
        for record in self._state.types(self._chain.id):
            if fold(record["title"]) == fold(title):
                return record
        return None

    def _keep(self, record: Record, wanted: Record) -> Record:
        """Store an update except the fields that the service keeps; return the answer's record."""
        lies = self._told.lies
        kept = {name: record[name] for name in lies.keeps_fields or record}
        stored = {**wanted, **kept}
        if stored != wanted:
            self._told.note("keeps")
        if stored != record:
            stored = self._state.edit(record["id"], stored, request=self._number)
        return wanted if lies.keeps_answer == "wanted" else stored

    def _unissued(self, type_id: int) -> None:
        if self.existing(type_id)["released_total"] > 0:
            raise _issued("delete")


def _issued(doing: str) -> Refused:
    # Documented: these words for a delete; for an update, only that it is refused.
    return Refused(400, f"Cannot {doing} certificate type with issued certificates")
