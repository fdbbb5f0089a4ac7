"""The practice server as one object: started, with a client that speaks to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.api import Client
from certbulk.errors import ChainBusyError, SettingsError
from certbulk.sandbox import (
    Change,
    Faults,
    Lies,
    Limits,
    Quirks,
    RequestSeen,
    Server,
    StateInUseError,
    StateUnreadableError,
)

if TYPE_CHECKING:
    from certbulk.settings import Settings

__all__ = ["Faults", "Lies", "Sandbox", "kept_sandbox"]


class Sandbox:
    """The practice API, in a thread of this process, reachable from this machine only.

    Entering it starts it and gives a `Client` for its chain; leaving it stops both.

    Args:
        state: A file that keeps its state between two runs; by default it is kept in memory.
        port: The port; 0 for any that is free.
        **options: Those of `certbulk.sandbox.Server`: faults, lies, limits, quirks, seed,
            tokens.

    Attributes:
        server: The server itself, which can be asked and told more than this class.

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

        It can go wrong on purpose, and be started and stopped by hand:

        >>> from certbulk.sandbox import Faults
        >>> sandbox = cb.Sandbox()
        >>> sandbox.faults = Faults(lost_answer=0.1, methods=("POST",), seed=7)
        >>> sandbox.start()
        >>> sandbox.url
        'http://127.0.0.1:.../api/v1'
        >>> sandbox.stop()

        And it can be untrue on purpose: answers in perfect order, of which only what is live tells
        that they are lies.

        >>> from certbulk.sandbox import Lies
        >>> with cb.Sandbox(lies=Lies(find_or_create=1)) as client:
        ...     client.list()[0]["title"]
        'Gift Certificate 50'
    """

    def __init__(self, state: Path | str | None = None, *, port: int = 0, **options: Any) -> None:
        self.server = Server(state, port=port, **options)
        # Its state lasts longer than its port: plans and runs are bound to the former.
        self._service = None if state is None else f"sandbox://{Path(state).resolve()}"
        self._clients: list[Client] = []

    def start(self) -> None:
        """Start the server.

        Raises:
            SettingsError: Its port is taken, or its state file is something else.
            ChainBusyError: Another practice server holds the state file.
        """
        try:
            self.server.start()
        except StateInUseError as error:
            raise ChainBusyError(
                f"The practice chain is busy: {error} Or wait until it has ended."
            ) from None
        except (OSError, StateUnreadableError) as error:
            raise SettingsError(f"The practice server does not start: {error}.") from None

    def __enter__(self) -> Client:
        self.start()
        return self.client()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the clients and stop the server; what it saw can still be asked for."""
        for client in self._clients:
            client.close()
        self.server.stop()

    def client(self, **options: Any) -> Client:
        """Return a further client; options are those of `Client`, by default the practice chain's.

        Raises:
            SettingsError: An option cannot be right.
        """
        given = {
            "base_url": self.server.url,
            "chain_id": self.server.chain_id,
            "partner_token": self.server.partner_token,
            "user_token": self.server.user_token,
            "service": self._service,
            "share_pace": False,
            **options,
        }
        client = Client(**given)
        self._clients.append(client)
        return client

    @property
    def service(self) -> str | None:
        """What plans and runs are bound to; None where that is the base URL."""
        return self._service

    @property
    def url(self) -> str:
        """The base URL."""
        return self.server.url

    @property
    def chain_id(self) -> int:
        """The chain to practise on."""
        return self.server.chain_id

    @property
    def requests(self) -> list[RequestSeen]:
        """What was asked of the server and when, refused and lost requests included."""
        return self.server.requests

    @property
    def history(self) -> list[Change]:
        """Which request, or somebody else, has created, changed or deleted which type."""
        return self.server.history

    def types(self) -> list[dict[str, Any]]:
        """Return copies of the chain's records as the server has them."""
        return self.server.types()

    @property
    def faults(self) -> Faults:
        """What goes wrong; set it to change that while the server runs."""
        return self.server.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.server.faults = faults

    @property
    def lies(self) -> Lies:
        """What the server is untrue about; set it to change that."""
        return self.server.lies

    @lies.setter
    def lies(self, lies: Lies) -> None:
        self.server.lies = lies

    @property
    def quirks(self) -> Quirks:
        """Which oddities the server shows; set it to change that."""
        return self.server.quirks

    @quirks.setter
    def quirks(self, quirks: Quirks) -> None:
        self.server.quirks = quirks

    @property
    def limits(self) -> Limits:
        """How much the server lets through; set it to change that."""
        return self.server.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.server.limits = limits


def kept_sandbox(settings: Settings) -> Sandbox:
    """Return the practice server that keeps its state in the state folder, not started yet.

    Raises:
        SettingsError: The folder cannot be made.
    """
    try:
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The state folder {settings.state_dir} cannot be made ({error.strerror}). Set "
            "CERTBULK_STATE_DIR to a folder that can be written."
        ) from None
    return Sandbox(settings.state_dir / "sandbox.json")
