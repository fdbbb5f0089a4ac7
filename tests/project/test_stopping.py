"""Both servers close whatever is connected to them when they stop."""

import asyncio
import gc
import socket
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn

from certbulk.page.host.connections import Server
from certbulk.sandbox.protocol import Serving, TransportInScope


async def _silent(scope: Any, receive: Any, send: Any) -> None:
    """Answer no request."""


async def _ready() -> None:
    """Wait for nothing."""


def _practice() -> uvicorn.Server:
    config = uvicorn.Config(
        _silent,
        http=TransportInScope,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
    )
    return Serving(config)


def _page() -> uvicorn.Server:
    return Server(_silent, _ready)


async def _stopped_with_connections(server: uvicorn.Server, *, rounds: int) -> socket.socket:
    """Stop a server so many rounds of its loop after somebody has connected."""
    listening = socket.create_server(("127.0.0.1", 0))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup([listening])
    visitor = socket.create_connection(listening.getsockname(), timeout=20)
    for _ in range(rounds):
        await asyncio.sleep(0)
    await server.shutdown([listening])
    listening.close()
    return visitor


@pytest.mark.parametrize("rounds", range(6))
@pytest.mark.parametrize("server", [_practice, _page])
def test_a_connection_of_the_last_moment_is_closed(
    server: Callable[[], uvicorn.Server], rounds: int
) -> None:
    """Whether it is waiting, accepted, made or served when the server stops: none is left open."""
    gc.freeze()  # only what is made from here on is looked at
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        visitor = asyncio.run(_stopped_with_connections(server(), rounds=rounds))
        gc.collect()
        visitor.close()
    assert [str(one.message) for one in seen] == []
