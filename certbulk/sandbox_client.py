"""The sandbox as one object: a practice server, and clients for it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.api import Client
from certbulk.api.client import TIMEOUT
from certbulk.arguments import Arguments
from certbulk.errors import ChainBusyError, SettingsError
from certbulk.sandbox import (
    SEED,
    Faults,
    Lies,
    Limits,
    Quirks,
    Seed,
    Server,
    StateInUseError,
    StateUnreadableError,
)
from certbulk.sandbox.controls import Controls
from certbulk.sandbox.server import (
    DOCUMENTED_LIMITS,
    LOGIN,
    NO_FAULTS,
    NO_LIES,
    NO_QUIRKS,
    PARTNER_TOKEN,
    PASSWORD,
    USER_TOKEN,
)
from certbulk.settings import PER_MINUTE, PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from certbulk.api.clock import Clock
    from certbulk.settings import Settings

__all__ = ["Faults", "Lies", "Sandbox", "kept_sandbox"]


class Sandbox(Controls):
    """The practice API, in a thread of this process, reachable from this machine only.

    As a context manager it starts and gives a `Client` for its chain, and stops both at the end.

    Args:
        state: A file that keeps its state between runs; by default it is kept in memory.
        port: The port; 0 takes any free one.
        faults: What goes wrong.
        limits: How many requests are allowed; by default as the service's documentation says.
        quirks: Which oddities show.
        lies: What is untrue.
        seed: What it starts with, unless the state file has something already.
        partner_token: The partner's token that it accepts.
        user_token: The user's token that it accepts.
        login: The login that it accepts.
        password: The password that it accepts.
        clock: Seconds, for its limits and the times on record.
        sleep: What waits out its pauses.

    Raises:
        ArgumentError: A value is of another kind, such as a number instead of a path.

    Attributes:
        server: The server itself.

    Example:
        >>> import certbulk as cb
        >>> sandbox = cb.Sandbox()
        >>> with sandbox as client:
        ...     len(client.list())
        ...     other = sandbox.client(chain_id=706555)  # a second chain, to move types to
        ...     len(other.list())
        9
        2
        >>> len(sandbox.requests)  # two pages for each list: the second brings nothing new
        4
        >>> sandbox.types()[0]["title"]  # what the server has, without asking it over HTTP
        'Gift Certificate 50'

        Changes as somebody else would make them:

        >>> with sandbox:
        ...     theirs = sandbox.add({"title": "Theirs", "balance": 70})
        ...     theirs = sandbox.edit(theirs["id"], balance=75)
        ...     sandbox.remove(theirs["id"])
        ...     sold = sandbox.issue(288901, 2)
        >>> sold["released_total"]
        2
        >>> sandbox.clear_requests()

        It can fail on purpose, and be started and stopped by hand:

        >>> from certbulk.sandbox import Faults
        >>> sandbox = cb.Sandbox()
        >>> sandbox.faults = Faults(lost_answer=0.1, methods=("POST",), seed=7)
        >>> sandbox.start()
        >>> sandbox.url
        'http://127.0.0.1:.../api/v1'
        >>> sandbox.stop()

        And it can be untrue on purpose: answers that look right, and only the live types show that
        they are not.

        >>> from certbulk.sandbox import Lies
        >>> with cb.Sandbox(lies=Lies(find_or_create=1)) as client:
        ...     client.list()[0]["title"]
        'Gift Certificate 50'
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
        takes = Arguments("certbulk.Sandbox")
        takes.path("state", state, optional=True)
        takes.whole_number("port", port)
        for name, given, kind in (
            ("faults", faults, Faults),
            ("limits", limits, Limits),
            ("quirks", quirks, Quirks),
            ("lies", lies, Lies),
            ("seed", seed, Seed),
        ):
            takes.noun(name, given, kind, f"Give a certbulk.sandbox.{kind.__name__}.")
        self.server = Server(
            state,
            port=port,
            faults=faults,
            limits=limits,
            quirks=quirks,
            lies=lies,
            seed=seed,
            partner_token=partner_token,
            user_token=user_token,
            login=login,
            password=password,
            clock=clock,
            sleep=sleep,
        )
        super().__init__(self.server._practice)  # noqa: SLF001 (both are controls of one server)
        # Its state outlives its port, so plans and runs belong to the state file.
        self._service = None if state is None else f"sandbox://{Path(state).resolve()}"
        self._clients: list[Client] = []

    def start(self) -> None:
        """Start the server.

        Raises:
            SettingsError: The port is taken, or the state file is something else.
            ChainBusyError: Another practice server uses the state file.
        """
        try:
            self.server.start()
        except StateInUseError as error:
            raise ChainBusyError(
                f"The practice chain is busy: {error} Or wait until it has ended."
            ) from None
        except (OSError, StateUnreadableError) as error:
            raise SettingsError(f"The practice server cannot start: {error}.") from None

    def __enter__(self) -> Client:
        self.start()
        return self.client()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the clients and stop the server; what it recorded can still be read."""
        for client in self._clients:
            client.close()
        self.server.stop()

    def client(
        self,
        *,
        base_url: str | None = None,
        chain_id: int | str | None = None,
        partner_token: str | None = None,
        user_token: str | None = None,
        per_second: float = PER_SECOND,
        per_minute: int = PER_MINUTE,
        timeout: tuple[float, float] = TIMEOUT,
        clock: Clock | None = None,
        jitter: Callable[[], float] | None = None,
        service: str | None = None,
        share_pace: bool = False,
    ) -> Client:
        """Return a further client, by default one of the practice chain with its tokens.

        Args:
            base_url: See `Client`, as for the following.
            chain_id: See `Client`.
            partner_token: See `Client`.
            user_token: See `Client`.
            per_second: See `Client`.
            per_minute: See `Client`.
            timeout: See `Client`.
            clock: See `Client`.
            jitter: See `Client`.
            service: See `Client`.
            share_pace: See `Client`.

        Raises:
            SettingsError: An option cannot be right.
        """
        server = self.server
        client = Client(
            server.url if base_url is None else base_url,
            server.chain_id if chain_id is None else chain_id,
            server.partner_token if partner_token is None else partner_token,
            server.user_token if user_token is None else user_token,
            per_second=per_second,
            per_minute=per_minute,
            timeout=timeout,
            clock=clock,
            jitter=jitter,
            service=self._service if service is None else service,
            share_pace=share_pace,
        )
        self._clients.append(client)
        return client

    @property
    def service(self) -> str | None:
        """The service that plans and runs belong to; None if that is the base URL."""
        return self._service

    @property
    def url(self) -> str:
        """The base URL."""
        return self.server.url


def kept_sandbox(settings: Settings, *, limited: bool = True) -> Sandbox:
    """Return the sandbox that keeps its state in the state folder, not yet started.

    Args:
        settings: Where the state folder is.
        limited: Whether it allows as few requests as the service does; else any number.

    Raises:
        SettingsError: The folder cannot be created.
    """
    try:
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The state folder {settings.state_dir} cannot be created ({error.strerror}). Set "
            "CERTBULK_STATE_DIR to a folder that you can write to."
        ) from None
    path = settings.state_dir / "sandbox.json"
    if limited:
        return Sandbox(path)
    return Sandbox(path, limits=Limits(per_second=None, per_minute=None))
