"""The sandbox: a practice server with the API, on this computer only.

It imports nothing from the rest of certbulk: written from the API's documentation alone, it is a
second opinion on what a client sends, and records what the client really did.

It misbehaves on request: `Faults` spoil answers, `Limits` refuse requests, `Quirks` are oddities,
and `Lies` are answers that look right and are not.

    from certbulk.sandbox import Faults, Lies, Server

    with Server(faults=Faults(lost_answer=0.1, methods=("POST",), seed=7)) as server:
        ...  # talk to server.url
        server.lies = Lies(find_or_create=0.2, twin=0.05, seed=7)
        print(server.types(), server.requests, server.history)
"""

from certbulk.sandbox.limits import Limits
from certbulk.sandbox.misbehaviour.faults import Faults
from certbulk.sandbox.misbehaviour.lies import PRICE_AND_VALIDITY, Lies
from certbulk.sandbox.misbehaviour.quirks import Quirks
from certbulk.sandbox.server import Server
from certbulk.sandbox.store.alike import chains_alike
from certbulk.sandbox.store.copies import copied_chain
from certbulk.sandbox.store.history import Change
from certbulk.sandbox.store.seed import SEED, Seed
from certbulk.sandbox.store.seen import RequestSeen
from certbulk.sandbox.store.state import StateInUseError
from certbulk.sandbox.store.storage import StateUnreadableError

__all__ = [
    "PRICE_AND_VALIDITY",
    "SEED",
    "Change",
    "Faults",
    "Lies",
    "Limits",
    "Quirks",
    "RequestSeen",
    "Seed",
    "Server",
    "StateInUseError",
    "StateUnreadableError",
    "chains_alike",
    "copied_chain",
]
