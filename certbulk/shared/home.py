"""Where the journal is: in a state folder, or in a database that several people share."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from pydantic import SecretStr

from certbulk.arguments import Arguments
from certbulk.errors import ArgumentError, SettingsError
from certbulk.settings import LANE, Settings

__all__ = [
    "Journal",
    "StateDir",
    "check_state_dir",
    "journal_home",
    "local_folder",
    "without_password",
]

SCHEME = "postgresql+psycopg"


class Journal:
    """A journal that several people or machines share, in a PostgreSQL database.

    Pass it as `state_dir` to the functions that read or write the journal, and as `share_pace` to
    `Client`. With CERTBULK_JOURNAL_URL, this is the default of all of them.

    Args:
        url: The database: `postgresql+psycopg://user@host/database`. The password may be left out:
            it is then taken from PGPASSWORD or the file .pgpass.
        lane: The lane of the pace; everybody with the same one shares it. By default CERTBULK_LANE,
            or "default".

    Raises:
        SettingsError: The URL is for another kind of database.
        ArgumentError: A value has the wrong type, such as a number instead of a text.

    Attributes:
        url: The URL, as a secret: it is printed as asterisks.
        lane: The lane.
        name: The database without user, password and options, for messages.

    Example:
        >>> import certbulk as cb
        >>> cb.Journal("postgresql+psycopg://anna:secret@db.example/certbulk")
        Journal(postgresql://db.example/certbulk)
    """

    def __init__(self, url: str, *, lane: str | None = None) -> None:
        takes = Arguments("certbulk.Journal")
        takes.text("url", url)
        takes.text("lane", lane, optional=True)
        self.url = SecretStr(url)
        self.lane = lane or Settings.load().lane
        self.name = _name_of(url)

    def __repr__(self) -> str:
        lane = "" if self.lane == LANE else f", lane {self.lane}"
        return f"Journal({self.name}{lane})"

    def __reduce__(self) -> NoReturn:
        raise ArgumentError(
            "A Journal cannot be copied or pickled, as it may have a password. Make one where it "
            "is needed, or set CERTBULK_JOURNAL_URL there."
        )


StateDir = str | Path | Journal | None
"""What functions take for where the journal is; None for what the settings say."""


def _name_of(url: str) -> str:
    """Return a database's URL without anything that could be a secret.

    Raises:
        SettingsError: It is not a URL of PostgreSQL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # its message would have the URL
        raise SettingsError(
            "CERTBULK_JOURNAL_URL is not a URL of a database: its host or its port is impossible."
        ) from None
    if parts.scheme != SCHEME:
        raise SettingsError(
            f"The URL of the shared journal must begin with {SCHEME}://, as in "
            f"{SCHEME}://user@host/database. For a journal in a file, set CERTBULK_STATE_DIR."
        )
    if parts.path.count("/") > 1 or len(parts.path) <= 1:
        raise SettingsError(
            "The URL of the shared journal names no database: it ends in /database. Characters "
            "such as / and @ in a password are written as %2F and %40."
        )
    at = f"[{host}]" if ":" in host else host
    return f"postgresql://{at}{f':{port}' if port else ''}{parts.path}"


def without_password(url: str) -> str:
    """Return the URL of a database without its password; the rest of it stays as it is.

    Example:
        >>> without_password("postgresql+psycopg://anna:secret@db.example/certbulk?sslmode=require")
        'postgresql+psycopg://anna@db.example/certbulk?sslmode=require'
    """
    before, sign, host = url.rpartition("@")
    scheme, slashes, user = before.partition("://")
    whole = f"{scheme}{slashes}{user.partition(':')[0]}{sign}{host}" if sign else url
    address, mark, query = whole.partition("?")
    kept = [part for part in query.split("&") if not part.lower().startswith("password=")]
    return f"{address}{mark}{'&'.join(kept)}" if any(kept) else address


def journal_home(given: StateDir = None) -> Path | Journal:
    """Return where the journal is: `given`, or as the settings say.

    Raises:
        SettingsError: A setting is invalid.
    """
    if isinstance(given, Journal):
        return given
    if given is not None:
        return Path(given)
    settings = Settings.load()
    if settings.journal_url is None:
        return settings.state_dir
    return Journal(settings.journal_url.get_secret_value(), lane=settings.lane)


def local_folder(given: StateDir = None) -> Path:
    """Return the state folder of this machine, which there is beside a shared journal, too.

    Raises:
        SettingsError: A setting is invalid.
    """
    return Settings.load().state_dir if isinstance(given, Journal | None) else Path(given)


def check_state_dir(takes: Arguments, given: object) -> None:
    """Check an argument `state_dir`.

    Raises:
        ArgumentError: It is neither a path nor a `Journal`.
    """
    if not isinstance(given, Journal):
        takes.path("state_dir", given, optional=True)
