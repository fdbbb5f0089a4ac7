import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from certbulk.sandbox import SEED, Faults, Lies, Limits, Server
from certbulk.sandbox.misbehaviour.faults import KINDS, ODD_ANSWERS
from certbulk.sandbox.misbehaviour.lies import RATES
from certbulk.sandbox.store.history import before

from .talk import Api, Clock, body

TITLES = ["Tea & <Cake>", "Spa 🎁  day", "Cafe\u0301 " + "x" * 60, "Gift Certificate 50", "Plain"]


def storm(seed: int) -> dict[str, Any]:
    """Return faults and lies of which every one comes up now and then."""
    faults: dict[str, Any] = dict.fromkeys((*KINDS, *ODD_ANSWERS), 0.03)
    lies: dict[str, Any] = dict.fromkeys(RATES, 0.15)
    return {
        "faults": Faults(**faults, seed=seed, landing_seconds=0.01, endless_megabytes=1),
        "lies": Lies(**lies, seed=seed, total_cached_requests=2),
    }


def work(api: Api, seed: int, count: int) -> None:
    """Send requests of all kinds, and read on over whatever is answered."""
    dice = random.Random(seed)
    for _ in range(count):
        type_id = dice.randrange(288901, 289075)
        sent = body(title=dice.choice(TITLES), balance=dice.randrange(100))
        try:
            match dice.choice(["create", "create", "replace", "delete", "list", "one"]):
                case "create":
                    api.create(sent, allow_redirects=False)
                case "replace":
                    api.replace(type_id, sent)
                case "delete":
                    api.delete(type_id)
                case "list":
                    api.get(params={"page": dice.randint(1, 3), "page_size": 5})
                case _:
                    api.one(type_id)
        except (requests.RequestException, ValueError):
            pass  # what a client makes of it is the client's affair
        # On a kept connection, chance decides: what is left of an answer is in the way of the next
        # request, or is noticed in time and the connection given up.
        api.session.close()


def records(server: Server) -> dict[int, list[dict[str, Any]]]:
    return {chain.id: server.types(chain.id) for chain in SEED.chains}


def is_sound(server: Server) -> None:
    """Fail unless history, requests and types tell one story."""
    for chain_id, live in records(server).items():
        undone = [change for change in server.history if change.chain_id == chain_id]
        seed = [one for one in SEED.types if one["company_group_id"] == chain_id]
        assert before(live, undone) == seed
    appliers = {one.number for one in server.requests if one.applied}
    assert appliers == {one.request for one in server.history} - {None}
    created = [one.type_id for one in server.history if one.deed == "created"]
    assert len(created) == len(set(created))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_storm_is_repeatable_and_on_record(clock: Clock, seed: int) -> None:
    """With everything at once the same seed gives the same types, history, faults and lies."""
    runs = []
    for _ in range(2):
        limits = Limits(per_second=None, per_minute=None)
        server = Server(limits=limits, clock=clock, sleep=clock.sleep, **storm(seed))
        with server, Api(server) as api:
            work(api, seed, 150)
            is_sound(server)
            seen = [(one.fault, one.lies, one.status, one.applied) for one in server.requests]
            runs.append((records(server), server.history, seen))
    assert runs[0] == runs[1]
    faults = {fault for fault, *_ in runs[0][2]}
    assert len(faults) > 12
    assert len({name for _, names, *_ in runs[0][2] for name in names}) > 15


def test_a_storm_over_many_clients() -> None:
    """Sixteen clients at once: nothing hangs, every change has its request, no id comes twice."""
    limits = Limits(per_second=None, per_minute=None)

    async def at_once(_: float) -> None:
        """Wait for nothing."""

    with Server(limits=limits, sleep=at_once, **storm(5)) as server:

        def one_client(seed: int) -> None:
            with Api(server) as api:
                work(api, seed, 25)

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(one_client, range(16)))
        server.faults, server.lies = Faults(), Lies()
        with Api(server) as api:
            assert api.get().json()["success"]
        is_sound(server)
        assert server.landing == 0
