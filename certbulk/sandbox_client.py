"""The sandbox: a practice server as one object, and clients for it."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from certbulk.api import Client
from certbulk.api.client import TIMEOUT
from certbulk.arguments import Arguments
from certbulk.errors import ArgumentError, ChainBusyError, NotFoundError, SettingsError
from certbulk.logs import quiet_libraries
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
    chains_alike,
    copied_chain,
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
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from certbulk.api.pacing.clock import Clock
    from certbulk.sandbox.store.records import Record
    from certbulk.settings import Settings
    from certbulk.settings.spelling import ApiSpelling

__all__ = ["Faults", "Lies", "Limits", "Sandbox", "Seed", "copied_chain", "kept_sandbox"]


class Sandbox(Controls):
    """The sandbox: a practice server in this process, reachable from this machine only.

    As a context manager it starts and gives a `Client` for its chain, and stops both at the end.

    Args:
        state: A file that keeps its state between runs; by default it is kept in memory.
        port: The port; 0 takes any free one.
        faults: What goes wrong.
        limits: How many requests are allowed; by default as the service's documentation says.
        quirks: Which oddities show.
        lies: What is untrue.
        seed: What it starts with, unless the state file has something already.
        chains: The number of chains, instead of a seed: the same names, and different ids.
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
        >>> cb.Sandbox(chains=3).chain_ids  # of the same names, for work on many
        (706028, 1706028, 2706028)

        It can fail on purpose, and be started and stopped by hand:

        >>> from certbulk.sandbox import Faults, Lies
        >>> sandbox = cb.Sandbox(faults=Faults(lost_answer=0.1, methods=("POST",), seed=7))
        >>> sandbox.start()
        >>> sandbox.url
        'http://127.0.0.1:.../api/v1'
        >>> sandbox.stop()

        Its answers can look right and be untrue: only the live types show it.

        >>> sandbox.lies = Lies(find_or_create=1)
    """

    _runs = False

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
        chains: int | None = None,
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
        nouns = {Faults: faults, Limits: limits, Quirks: quirks, Lies: lies, Seed: seed}
        for kind, given in nouns.items():
            name = kind.__name__
            takes.noun(name.lower(), given, kind, f"Give a certbulk.sandbox.{name}.")
        takes.whole_number("chains", chains, optional=True)
        if chains is not None:
            if chains < 1 or seed is not SEED:
                raise ArgumentError("Give certbulk.Sandbox 1 or more chains, and no seed then.")
            seed = chains_alike(chains)
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
        super().__init__(self.server._sandbox)  # noqa: SLF001 (both are controls of one server)
        # Its state outlives its port, so plans and runs belong to the state file.
        self._service = None if state is None else f"sandbox://{Path(state).resolve()}"
        self._clients: list[Client] = []

    def start(self) -> None:
        """Start the server.

        Raises:
            SettingsError: The port is taken, or the state file is something else.
            ChainBusyError: Another sandbox uses the state file.
        """
        if self._runs:
            raise SettingsError(f"This sandbox is running already, at {self.url}.")
        try:
            with quiet_libraries():
                self.server.start()
        except StateInUseError as error:
            raise ChainBusyError(
                f"The practice chain is busy: {error} Or wait until it has ended."
            ) from None
        except (OSError, StateUnreadableError) as error:
            raise SettingsError(f"The sandbox cannot start: {error}.") from None
        self._runs = True

    def __repr__(self) -> str:
        where = f"at {self.url}" if self._runs else "not running"
        return f"Sandbox of chain {self.chain_id}, {where}"

    def __reduce__(self) -> NoReturn:
        raise ArgumentError(
            "A Sandbox cannot be copied or pickled, as it is a running server. Give the other "
            "process its address instead: sandbox.url."
        )

    def __enter__(self) -> Client:
        self.start()
        return self.client()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the clients and stop the server; what it recorded can still be read."""
        for client in self._clients:
            client.close()
        self._runs = False
        with quiet_libraries():
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
        api_spelling: ApiSpelling = "documented",
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
            api_spelling: See `Client`.

        Raises:
            SettingsError: The server has not been started, or an option cannot be right.
        """
        server = self.server
        client = Client(
            self.url if base_url is None else base_url,
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
            api_spelling=api_spelling,
        )
        self._clients.append(client)
        return client

    @property
    def service(self) -> str | None:
        """The service that plans and runs belong to; None if that is the base URL."""
        return self._service

    @property
    def url(self) -> str:
        """The base URL.

        Raises:
            SettingsError: The server has not been started.
        """
        if not self._runs:
            raise SettingsError(
                "This sandbox is not running. Use it in a with block, or call start() first."
            )
        return self.server.url

    def add(self, record: Mapping[str, Any], chain_id: int | None = None) -> Record:
        """Add a record as somebody else would, and return it; fields left out have defaults."""
        Arguments("Sandbox.add").mapping("record", record)
        with _in_words(f"chain {chain_id}"):
            return super().add(record, chain_id)

    def edit(self, type_id: int, **fields: Any) -> Record:
        """Change fields of a record as somebody else would, and return it."""
        Arguments("Sandbox.edit").whole_number("type_id", type_id)
        with _in_words(f"certificate type {type_id}"):
            return super().edit(type_id, **fields)

    def issue(self, type_id: int, count: int = 1) -> Record:
        """Issue certificates of a type, which can then be neither updated nor deleted."""
        takes = Arguments("Sandbox.issue")
        takes.whole_number("type_id", type_id)
        takes.whole_number("count", count)
        with _in_words(f"certificate type {type_id}"):
            return super().issue(type_id, count)

    def remove(self, type_id: int) -> None:
        """Delete a type as somebody else would."""
        Arguments("Sandbox.remove").whole_number("type_id", type_id)
        with _in_words(f"certificate type {type_id}"):
            super().remove(type_id)


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    """Raise NotFoundError or SettingsError, with a sentence, for what the server raises."""
    try:
        yield
    except KeyError:
        raise NotFoundError(
            f"The sandbox has no {what}. sandbox.types() lists what it has.",
            code="not_found",
        ) from None
    except ValueError as error:
        raise SettingsError(f"The sandbox refuses this record: {error}.") from None


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
        why = f"The state folder {settings.state_dir} cannot be created ({error.strerror}). "
        raise SettingsError(f"{why}Set CERTBULK_STATE_DIR to one that you can write to.") from None
    own = secrets.token_urlsafe(16)  # another user of this computer can do nothing there
    made = Sandbox(settings.state_dir / "sandbox.json", partner_token=own, user_token=own)
    made.limits = made.limits if limited else Limits(per_second=None, per_minute=None)
    return made
