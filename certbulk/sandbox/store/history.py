"""The history of the certificate types: each creation, change and deletion, in order.

A test of a client needs it: the types alone do not show which request made which of them, nor
whether the client changed a type of somebody else.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from certbulk.sandbox.store.records import Record

__all__ = ["Change", "before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one certificate type.

    - `request`: the `number` of the request in `Server.requests` that made it; None for somebody
      else: `Server.add`, `edit`, `issue` and `remove`, and the twin of the `Lies`.
    - `before`, `after`: the whole record; None before a creation and after a deletion.
    - `when`: seconds since 1970, on the same clock as `RequestSeen.wall`.
    """

    request: int | None
    before: Record | None
    after: Record | None
    when: float = field(default_factory=time.time, compare=False)

    @property
    def type_id(self) -> int:
        """The id of the type."""
        return int(self._record["id"])

    @property
    def chain_id(self) -> int:
        """The chain of the type."""
        return int(self._record["company_group_id"])

    @property
    def deed(self) -> str:
        """`created`, `changed` or `deleted`."""
        if self.before is None:
            return "created"
        return "deleted" if self.after is None else "changed"

    @property
    def _record(self) -> Record:
        record = self.before if self.after is None else self.after
        if record is None:
            raise ValueError("a change has a record before it, after it, or both")
        return record


def before(records: Sequence[Record], undone: Iterable[Change]) -> list[Record]:
    """Return the records as they were before `undone`, the latest changes in their order.

    The order of records stays; a deleted one comes back before the first one with a higher id.
    """
    then: dict[int, Record | None] = {}
    for change in undone:
        then.setdefault(change.type_id, change.before)
    back = sorted(
        (record for record in then.values() if record is not None),
        key=lambda record: int(record["id"]),
    )
    there = {record["id"] for record in records}
    gone = [record for record in back if record["id"] not in there]
    found: list[Record] = []
    for record in records:
        while gone and gone[0]["id"] < record["id"]:
            found.append(gone.pop(0))
        old = then.get(record["id"], record)
        if old is not None:
            found.append(old)
    return [*found, *gone]
