from collections.abc import Iterator

import pytest

from certbulk.sandbox import Limits, Server

from .talk import Api, Clock

UNLIMITED = Limits(per_second=None, per_minute=None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[Server]:
    """A running server without rate limits, whose clock and sleep are `clock`."""
    with Server(limits=UNLIMITED, clock=clock, sleep=clock.sleep) as running:
        yield running


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    with Api(server) as client:
        yield client
