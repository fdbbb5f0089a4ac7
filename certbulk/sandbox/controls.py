"""What can be asked of a sandbox, and changed in it, while it runs."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from certbulk.sandbox.limits import Limits, Windows
from certbulk.sandbox.misbehaviour.faults import Fates, Faults
from certbulk.sandbox.misbehaviour.lies import Lies
from certbulk.sandbox.misbehaviour.quirks import Quirks
from certbulk.sandbox.service import SandboxState
from certbulk.sandbox.store.history import Change
from certbulk.sandbox.store.records import Record
from certbulk.sandbox.store.seen import RequestSeen

__all__ = ["Controls"]


class Controls:
    """The controls of a sandbox: settings to replace, records to change, what it saw.

    What its methods change is changed as if by somebody else: not by a request.
    """

    def __init__(self, sandbox: SandboxState) -> None:
        self._sandbox = sandbox

    @property
    def chain_id(self) -> int:
        """The chain to practise on: the first of the seed."""
        return next(iter(self._sandbox.state.chains))

    @property
    def chain_ids(self) -> tuple[int, ...]:
        """All chains that the user may work on, in the order of the seed."""
        chains = self._sandbox.state.chains.values()
        return tuple(chain.id for chain in chains if chain.types_allowed)

    @property
    def partner_token(self) -> str:
        """The partner token it accepts."""
        return self._sandbox.keys.partner_token

    @property
    def user_token(self) -> str:
        """The user token it accepts."""
        return self._sandbox.keys.user_token

    @property
    def login(self) -> str:
        """The login it accepts at `POST /auth`."""
        return self._sandbox.keys.login

    @property
    def password(self) -> str:
        """The password it accepts at `POST /auth`."""
        return self._sandbox.keys.password

    @property
    def requests(self) -> list[RequestSeen]:
        """Every request to the API in the order of arrival."""
        return self._sandbox.seen.snapshot()

    @property
    def history(self) -> list[Change]:
        """Every change of a certificate type since the start or the last reset, oldest first.

        Each names its chain, and the request that made it, by `RequestSeen.number`, or None for
        somebody else. It is kept in memory only: what an earlier run left in a state file has no
        history.

        Example:
            >>> from certbulk.sandbox import Server
            >>> with Server() as server:
            ...     _ = server.edit(288901, title="Changed by somebody else")
            >>> [(change.request, change.deed, change.type_id) for change in server.history]
            [(None, 'changed', 288901)]
        """
        return deepcopy(self._sandbox.state.history)

    @property
    def landing(self) -> int:
        """How many requests have been answered with an error and will still be handled.

        Stopping the server drops them. Wait for 0 before you compare the types.
        """
        return self._sandbox.landing

    def clear_requests(self) -> None:
        """Forget the requests seen so far."""
        self._sandbox.seen.clear()

    @property
    def faults(self) -> Faults:
        """The faults in force. Setting them restarts their dice and their script."""
        return self._sandbox.fates.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._sandbox.fates = Fates(faults)

    @property
    def limits(self) -> Limits:
        """The rate limits in force. Setting them forgets the requests counted so far."""
        return self._sandbox.windows.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._sandbox.windows = Windows(limits, self._sandbox.clock)

    @property
    def quirks(self) -> Quirks:
        """The oddities in force."""
        return self._sandbox.quirks

    @quirks.setter
    def quirks(self, quirks: Quirks) -> None:
        self._sandbox.quirks = quirks

    @property
    def lies(self) -> Lies:
        """The lies in force. Setting them restarts their dice, script and caches."""
        return self._sandbox.liar.lies

    @lies.setter
    def lies(self, lies: Lies) -> None:
        self._sandbox.tell(lies)

    def types(self, chain_id: int | None = None) -> list[Record]:
        """Return copies of a chain's records; of the chain to practise on by default."""
        chain_id = self.chain_id if chain_id is None else chain_id
        return deepcopy(self._sandbox.state.types(chain_id))

    def add(self, record: Mapping[str, Any], chain_id: int | None = None) -> Record:
        """Add a record as somebody else would, and return it; fields left out have defaults.

        Only the names of the fields are checked (`ValueError`).
        """
        chain_id = self.chain_id if chain_id is None else chain_id
        return deepcopy(self._sandbox.state.add(chain_id, record))

    def edit(self, type_id: int, **fields: Any) -> Record:
        """Change fields of a record as somebody else would, and return it.

        `KeyError` for an unknown type, `ValueError` for a field that records do not have.
        """
        return deepcopy(self._sandbox.state.edit(type_id, fields))

    def issue(self, type_id: int, count: int = 1) -> Record:
        """Issue certificates of a type, which can then be neither updated nor deleted."""
        return deepcopy(self._sandbox.state.issue(type_id, count))

    def remove(self, type_id: int) -> None:
        """Delete a type as somebody else would; `KeyError` for an unknown type."""
        self._sandbox.state.remove(type_id)
