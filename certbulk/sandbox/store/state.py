"""The certificate types as they are now, in memory or in a JSON file."""

import threading
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from certbulk.sandbox.store.chains import Chain, Location
from certbulk.sandbox.store.history import Change
from certbulk.sandbox.store.records import Record, blank, written
from certbulk.sandbox.store.seed import Seed
from certbulk.sandbox.store.storage import StateUnreadableError, load, save

__all__ = ["State", "StateInUseError"]


class StateInUseError(RuntimeError):
    """Another sandbox, perhaps in another process, uses the state file."""


class State:
    """The chains and their certificate types.

    Every method is atomic; hold `lock` around several that belong together. Records are replaced,
    never changed in place; the caller must not change what a method returns. With a file, each
    change is on disk before the method returns, and a change that cannot be saved is not made
    (`OSError`).

    `history` has every change since the start or the last reset, oldest first; `request` is the
    number of the request that makes a change, None for somebody else.
    """

    def __init__(self, seed: Seed, path: Path | None = None) -> None:
        self.chains: Mapping[int, Chain] = {chain.id: chain for chain in seed.chains}
        self._seed = seed
        self._path = path
        self.lock = threading.RLock()
        self._held: FileLock | None = None
        self._types: dict[int, Record] = {}
        self._next_id = 0
        self.history: list[Change] = []
        self._start_over()

    def open(self) -> None:
        """Lock the state file for this server, and load it or begin it with the seed.

        Raises `StateInUseError`, or `StateUnreadableError` if the file is not the state of a
        sandbox. Does nothing without a file.
        """
        if self._path is None:
            return
        lock = FileLock(f"{self._path}.lock", timeout=0, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise StateInUseError(
                f"{self._path} is in use by another sandbox. "
                "Stop that one, or choose another state file."
            ) from error
        try:
            self._read(self._path)
        except (OSError, StateUnreadableError):
            lock.release()
            raise
        self._held = lock

    def close(self) -> None:
        """Release the state file."""
        if self._held is not None:
            self._held.release()
            self._held = None

    def reset(self) -> None:
        """Go back to the seed."""
        with self.lock:
            self._change(*self._fresh())
            self.history = []

    def types(self, chain_id: int) -> list[Record]:
        """Return the chain's records in the order of their creation."""
        with self.lock:
            return [one for one in self._types.values() if one["company_group_id"] == chain_id]

    def get(self, type_id: int) -> Record:
        """Return one record; `KeyError` if there is none."""
        with self.lock:
            return self._types[type_id]

    def create(
        self, chain_id: int, body: Mapping[str, Any], *, request: int | None = None
    ) -> Record:
        """Store a checked body as a new record, and return that."""
        with self.lock:
            return self._put(written(body, over=blank(self._next_id, chain_id)), request)

    def use_up_id(self) -> int:
        """Return the next id, which no record will have, as after an undone creation."""
        with self.lock:
            type_id = self._next_id
            self._change(self._types, type_id + 1)
            return type_id

    def replace(
        self, type_id: int, body: Mapping[str, Any], *, request: int | None = None
    ) -> Record:
        """Store a checked body over a record, and return that; `KeyError` if there is none."""
        with self.lock:
            return self._put(written(body, over=self._types[type_id]), request)

    def add(self, chain_id: int, fields: Mapping[str, Any]) -> Record:
        """Store a record, with defaults for missing fields and the next id if it has none.

        Raises `ValueError` for fields that records do not have.
        """
        with self.lock:
            record = blank(self._next_id, chain_id)
            return self._put(_merged(record, fields), None)

    def edit(
        self, type_id: int, fields: Mapping[str, Any], *, request: int | None = None
    ) -> Record:
        """Overwrite fields; `KeyError` without the record, `ValueError` for unknown fields."""
        with self.lock:
            return self._put(_merged(self._types[type_id], {**fields, "id": type_id}), request)

    def issue(self, type_id: int, count: int) -> Record:
        """Count `count` more certificates as issued; `KeyError` if there is no such record."""
        with self.lock:
            record = self._types[type_id]
            issued = record["released_total"] + count
            return self._put({**record, "released_total": issued}, None)

    def remove(self, type_id: int, *, request: int | None = None) -> None:
        """Delete a record; `KeyError` if there is none."""
        with self.lock:
            record = self._types[type_id]
            left = {key: one for key, one in self._types.items() if key != type_id}
            self._change(left, self._next_id)
            self.history.append(Change(request=request, before=record, after=None))

    def location(self, location_id: int) -> tuple[Chain, Location]:
        """Return a location and its chain; `KeyError` if there is none."""
        for chain in self.chains.values():
            for location in chain.locations:
                if location.id == location_id:
                    return chain, location
        raise KeyError(location_id)

    def _put(self, record: Record, request: int | None) -> Record:
        record = deepcopy(record)  # the caller may still use its lists
        old = self._types.get(record["id"])
        self._change({**self._types, record["id"]: record}, max(self._next_id, record["id"] + 1))
        self.history.append(Change(request=request, before=old, after=record))
        return record

    def _change(self, types: dict[int, Record], next_id: int) -> None:
        if self._path is not None:
            if self._held is None:
                raise RuntimeError(f"start the server before changing what is in {self._path}")
            save(self._path, types.values(), next_id)
        self._types, self._next_id = types, next_id

    def _read(self, path: Path) -> None:
        with self.lock:
            if path.exists():
                records, self._next_id = load(path)
                self._types = {record["id"]: record for record in records}
            else:
                self._start_over()
                save(path, self._types.values(), self._next_id)

    def _start_over(self) -> None:
        self._types, self._next_id = self._fresh()

    def _fresh(self) -> tuple[dict[int, Record], int]:
        return {record["id"]: record for record in self._seed.types}, self._seed.next_id


def _merged(record: Record, fields: Mapping[str, Any]) -> Record:
    if unknown := sorted(set(fields) - set(record)):
        raise ValueError(f"records have no such field: {', '.join(unknown)}")
    return {**record, **fields}
