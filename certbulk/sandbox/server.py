"""The practice server: a socket on this computer, a thread, and a view of what happened."""

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import uvicorn

from certbulk.sandbox.app import application
from certbulk.sandbox.faults import Fates, Faults
from certbulk.sandbox.gate import Gate
from certbulk.sandbox.history import Change
from certbulk.sandbox.lies import Lies
from certbulk.sandbox.limits import Limits, Windows
from certbulk.sandbox.practice import Keys, Practice
from certbulk.sandbox.protocol import Serving, TransportInScope
from certbulk.sandbox.quirks import Quirks
from certbulk.sandbox.records import Record
from certbulk.sandbox.seed import SEED, Seed
from certbulk.sandbox.seen import RequestSeen
from certbulk.sandbox.state import State

__all__ = [
    "DOCUMENTED_LIMITS",
    "LOGIN",
    "NO_FAULTS",
    "NO_LIES",
    "NO_QUIRKS",
    "PARTNER_TOKEN",
    "PASSWORD",
    "USER_TOKEN",
    "Server",
]

_HOST: Final = "127.0.0.1"
_QUEUE: Final = 2048
_KEEP_ALIVE_SECONDS: Final = 75

NO_FAULTS: Final = Faults()
DOCUMENTED_LIMITS: Final = Limits()
NO_QUIRKS: Final = Quirks()
NO_LIES: Final = Lies()
PARTNER_TOKEN, USER_TOKEN = "sandbox-partner", "sandbox-user"  # practice values, no secrets
LOGIN, PASSWORD = "practice@example.com", "practice"


class Server:
    """A practice version of the API on a port of this computer.

    - `state`: a JSON file that keeps the certificate types between runs; in memory without it.
    - `port`: 0 takes any free one.
    - `faults`, `limits`, `quirks`, `lies`: what goes wrong, how much is allowed, which oddities
      show, what is untrue; each can be replaced while the server runs.
    - `seed`: what it starts with, unless the state file holds something already.
    - `clock`: seconds, for the rate windows and the times on record; `sleep`: waits out a latency,
      the pauses of a drip, and the time until a late landing.

    Starting raises `OSError` when the port is taken, `StateInUseError` when another server holds
    the state file, and `StateUnreadableError` when that file is something else.

    Example:
        >>> import requests
        >>> from certbulk.sandbox import Faults, Server
        >>> with Server(faults=Faults(script=("rate_limited",))) as server:
        ...     answer = requests.get(f"{server.url}/groups", timeout=5)
        >>> answer.status_code, server.requests[-1].fault
        (429, 'rate_limited')
    """

    def __init__(
        self,
        state: Path | str | None = None,
        *,
        port: int = 0,
        faults: Faults = NO_FAULTS,
        limits: Limits = DOCUMENTED_LIMITS,
        quirks: Quirks = NO_QUIRKS,
        lies: Lies = NO_LIES,
        seed: Seed = SEED,
        partner_token: str = PARTNER_TOKEN,
        user_token: str = USER_TOKEN,
        login: str = LOGIN,
        password: str = PASSWORD,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._practice = Practice(
            state=State(seed, None if state is None else Path(state)),
            keys=Keys(
                partner_token=partner_token, user_token=user_token, login=login, password=password
            ),
            faults=faults,
            limits=limits,
            quirks=quirks,
            lies=lies,
            clock=clock,
        )
        self.chain_id: int = seed.chains[0].id
        """The chain to practise on: the first of the seed."""
        self._port = port
        self._sleep = sleep
        self._bound: int | None = None
        self._running: ExitStack | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Begin to accept connections, and return this server."""
        if self._running is not None:
            raise RuntimeError(f"the practice server runs already, at {self.url}")
        with ExitStack() as undo:
            self._practice.state.open()
            undo.callback(self._practice.state.close)
            listening = _listening(self._port)
            self._bound = listening.getsockname()[1]
            self._practice.began = self._practice.clock()
            serving = Serving(self._config())
            # Connections queue from here on: nobody has to wait until the thread is there.
            self._thread = threading.Thread(
                target=serving.run, args=([listening],), name="practice server", daemon=True
            )
            self._thread.start()
            undo.callback(self._thread.join)
            undo.callback(serving.leave)
            self._running = undo.pop_all()
        return self

    def stop(self) -> None:
        """Close all connections and the port, and let go of the state file.

        Requests still waiting out a latency are dropped. What was recorded stays readable.
        """
        if self._running is not None:
            running, self._running = self._running, None
            running.close()

    def serve_forever(self) -> None:
        """Run in the foreground until Ctrl-C."""
        if self._running is None:
            self.start()
        try:
            while self._thread is not None and self._thread.is_alive():
                # In turns, since Windows does not interrupt an endless join.
                self._thread.join(timeout=0.5)
        except KeyboardInterrupt:
            pass
        finally:
            self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Base address of the API, such as `http://127.0.0.1:8765/api/v1`."""
        if self._bound is None:
            raise RuntimeError("the practice server has no address before it is started")
        return f"http://{_HOST}:{self._bound}/api/v1"

    @property
    def partner_token(self) -> str:
        """The partner token it accepts."""
        return self._practice.keys.partner_token

    @property
    def user_token(self) -> str:
        """The user token it accepts."""
        return self._practice.keys.user_token

    @property
    def login(self) -> str:
        """The login it accepts at `POST /auth`."""
        return self._practice.keys.login

    @property
    def password(self) -> str:
        """The password it accepts at `POST /auth`."""
        return self._practice.keys.password

    @property
    def requests(self) -> list[RequestSeen]:
        """Every request to the API in the order of arrival."""
        return self._practice.seen.snapshot()

    @property
    def history(self) -> list[Change]:
        """Every change of a certificate type since the start or the last reset, oldest first.

        Each tells which request did it, by `RequestSeen.number`, or that it was somebody else. It
        is kept in memory only: what an earlier run left in a state file has no history.

        Example:
            >>> with Server() as server:
            ...     _ = server.edit(288901, title="Changed by somebody else")
            >>> [(change.request, change.deed, change.type_id) for change in server.history]
            [(None, 'changed', 288901)]
        """
        return deepcopy(self._practice.state.history)

    @property
    def landing(self) -> int:
        """How many requests have been answered with an error and are still to be handled.

        Stopping the server drops them. A judge waits for 0 before it looks at the types.
        """
        return self._practice.landing

    def clear_requests(self) -> None:
        """Forget the requests seen so far."""
        self._practice.seen.clear()

    @property
    def faults(self) -> Faults:
        """The faults in force. Setting them starts their dice and their script anew."""
        return self._practice.fates.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._practice.fates = Fates(faults)

    @property
    def limits(self) -> Limits:
        """The rate limits in force. Setting them forgets the requests counted so far."""
        return self._practice.windows.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._practice.windows = Windows(limits, self._practice.clock)

    @property
    def quirks(self) -> Quirks:
        """The oddities in force."""
        return self._practice.quirks

    @quirks.setter
    def quirks(self, quirks: Quirks) -> None:
        self._practice.quirks = quirks

    @property
    def lies(self) -> Lies:
        """The lies in force. Setting them starts their dice, script and caches anew."""
        return self._practice.liar.lies

    @lies.setter
    def lies(self, lies: Lies) -> None:
        self._practice.tell(lies)

    def types(self, chain_id: int | None = None) -> list[Record]:
        """Return copies of a chain's records as they stand; of `chain_id` unless told another."""
        chain_id = self.chain_id if chain_id is None else chain_id
        return deepcopy(self._practice.state.types(chain_id))

    def add(self, record: Mapping[str, Any], chain_id: int | None = None) -> Record:
        """Put a record there behind the clients' back, unset fields at their defaults; return it.

        Nothing is checked but the names of the fields (`ValueError`).
        """
        chain_id = self.chain_id if chain_id is None else chain_id
        return deepcopy(self._practice.state.add(chain_id, record))

    def edit(self, type_id: int, **fields: Any) -> Record:
        """Change fields of a record behind the clients' back, and return it.

        `KeyError` for a type that is not there, `ValueError` for a field that records do not have.
        """
        return deepcopy(self._practice.state.edit(type_id, fields))

    def issue(self, type_id: int, count: int = 1) -> Record:
        """Issue certificates of a type, which then can be neither updated nor deleted."""
        return deepcopy(self._practice.state.issue(type_id, count))

    def remove(self, type_id: int) -> None:
        """Delete a type behind the clients' back; `KeyError` when it is not there."""
        self._practice.state.remove(type_id)

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            Gate(application(), self._practice, self._sleep),
            http=TransportInScope,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            # Longer than any pause a test or a person makes between two requests: a connection
            # closed meanwhile would look like a fault nobody asked for.
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )


def _listening(port: int) -> socket.socket:
    # Named as TCP, since asyncio turns off Nagle's algorithm only then: an answer in two pieces
    # would take 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # on Windows this would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_HOST, port))
        listening.listen(_QUEUE)
    except OSError as error:
        listening.close()
        raise OSError(error.errno, f"cannot listen on {_HOST}:{port}: {error.strerror}") from error
    return listening
