"""The sandbox: a socket on this computer, and a thread that serves it."""

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

import uvicorn

from certbulk.sandbox.app import application
from certbulk.sandbox.controls import Controls
from certbulk.sandbox.gate import Gate
from certbulk.sandbox.limits import Limits
from certbulk.sandbox.misbehaviour.faults import Faults
from certbulk.sandbox.misbehaviour.lies import Lies
from certbulk.sandbox.misbehaviour.quirks import Quirks
from certbulk.sandbox.protocol import Serving, TransportInScope
from certbulk.sandbox.service import Keys, SandboxState
from certbulk.sandbox.store.seed import SEED, Seed
from certbulk.sandbox.store.state import State

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


class Server(Controls):
    """The API for practice, on a port of this computer.

    - `state`: a JSON file that keeps the certificate types between runs; in memory by default.
    - `port`: 0 takes any free one.
    - `faults`, `limits`, `quirks`, `lies`: what goes wrong, how much is allowed, which oddities
      show, what is untrue; each can be replaced while the server runs.
    - `seed`: what it starts with, unless the state file already has something.
    - `clock`: seconds, for the rate limits and the recorded times; `sleep`: waits for a latency,
      the pauses of a drip, and a late landing.

    Starting raises `OSError` if the port is taken, `StateInUseError` if another server uses the
    state file, and `StateUnreadableError` if that file is something else.

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
        sandbox = SandboxState(
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
        super().__init__(sandbox)
        self._port = port
        self._sleep = sleep
        self._bound: int | None = None
        self._running: ExitStack | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Begin to accept connections, and return this server."""
        if self._running is not None:
            raise RuntimeError(f"the sandbox runs already, at {self.url}")
        with ExitStack() as undo:
            self._sandbox.state.open()
            undo.callback(self._sandbox.state.close)
            listening = _listening(self._port)
            self._bound = listening.getsockname()[1]
            self._sandbox.began = self._sandbox.clock()
            serving = Serving(self._config())
            # Connections queue from here on: no need to wait for the thread.
            self._thread = threading.Thread(
                target=serving.run, args=([listening],), name="sandbox", daemon=True
            )
            self._thread.start()
            undo.callback(self._thread.join)
            undo.callback(serving.leave)
            self._running = undo.pop_all()
        return self

    def stop(self) -> None:
        """Close all connections and the port, and release the state file.

        Requests that wait for a latency are dropped. What was recorded can still be read.
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
                # Windows does not interrupt a join without a timeout.
                self._thread.join(timeout=0.5)
        except KeyboardInterrupt:
            pass
        finally:
            self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Base address of the API, such as `http://127.0.0.1:8765/api/v1`."""
        if self._bound is None:
            raise RuntimeError("the sandbox has no address before it is started")
        return f"http://{_HOST}:{self._bound}/api/v1"

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            Gate(application(), self._sandbox, self._sleep),
            http=TransportInScope,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            # Longer than any pause a test or a person makes between two requests: a connection
            # closed in between would look like a fault.
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
