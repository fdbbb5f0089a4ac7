"""The sandbox as one object: a practice server, and clients for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.api import Client
from certbulk.errors import ChainBusyError, SettingsError
from certbulk.sandbox import Faults, Lies, Server, StateInUseError, StateUnreadableError
from certbulk.sandbox.controls import Controls

if TYPE_CHECKING:
    from certbulk.settings import Settings

__all__ = ["Faults", "Lies", "Sandbox", "kept_sandbox"]


class Sandbox(Controls):
    """The practice API, in a thread of this process, reachable from this machine only.

    As a context manager it starts and gives a `Client` for its chain, and stops both at the end.

    Args:
        state: A file that keeps its state between runs; by default it is kept in memory.
        port: The port; 0 takes any free one.
        **options: Those of `certbulk.sandbox.Server`: faults, lies, limits, quirks, seed,
            tokens.

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

    def __init__(self, state: Path | str | None = None, *, port: int = 0, **options: Any) -> None:
        self.server = Server(state, port=port, **options)
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

    def client(self, **options: Any) -> Client:
        """Return another client; options are those of `Client`, by default for the practice chain.

        Raises:
            SettingsError: An option is invalid.
        """
        given = {
            "base_url": self.url,
            "chain_id": self.chain_id,
            "partner_token": self.partner_token,
            "user_token": self.user_token,
            "service": self._service,
            "share_pace": False,
            **options,
        }
        client = Client(**given)
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


def kept_sandbox(settings: Settings) -> Sandbox:
    """Return the sandbox that keeps its state in the state folder, not yet started.

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
    return Sandbox(settings.state_dir / "sandbox.json")
