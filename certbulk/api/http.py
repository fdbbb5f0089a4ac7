"""One attempt over HTTP, with `requests`: bytes out, what happened back. It decides nothing."""

from __future__ import annotations

import json
import ssl
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NameResolutionError, NewConnectionError

from certbulk.api.decision import LONGEST_RETRY_AFTER, Event
from certbulk.errors import SettingsError
from certbulk.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Happened", "Http"]

ACCEPT = "application/vnd.api.v2+json"
_LARGEST_ANSWER = 32 << 20
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Happened:
    """How an attempt ended, and the answer's JSON where there was any."""

    event: Event
    status: int | None = None
    document: Any = None
    retry_after: float | None = None
    detail: str = ""


class _Tokens(AuthBase):
    """Sets the Authorization header itself, so that no .netrc replaces it; shows nothing."""

    def __init__(self, partner_token: str, user_token: str | None) -> None:
        for name, token in (("PARTNER_TOKEN", partner_token), ("USER_TOKEN", user_token)):
            if token is None:
                continue
            if not token or not token.isascii() or not token.isprintable() or " " in token:
                raise SettingsError(
                    f"CERTBULK_{name} is not usable: a token is one word of letters and digits. "
                    "Copy it again."
                )
        user = f", User {user_token}" if user_token else ""
        self._header = f"Bearer {partner_token}{user}"
        self._secrets = [token for token in (partner_token, user_token) if token]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request

    def without(self, text: str) -> str:
        """Return `text` with asterisks in place of the tokens."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def __repr__(self) -> str:
        return "<tokens>"

    def __reduce__(self) -> str:
        raise TypeError("tokens are not pickled")


class Http:
    """Sends single attempts; every thread has a session, and so connections, of its own."""

    def __init__(
        self,
        base_url: str,
        partner_token: str,
        user_token: str | None,
        timeout: tuple[float, float],
    ) -> None:
        self._base_url = base_url
        self._auth = _Tokens(partner_token, user_token)
        self._timeout = timeout
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.auth = self._auth
            session.headers.update({"Accept": ACCEPT, "User-Agent": "certbulk"})
            session.trust_env = not is_loopback(self._base_url)  # proxies, for the real service
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    @property
    def host(self) -> str:
        """The service's host, with its port where it is unusual."""
        return urlsplit(self._base_url).netloc

    def ready(self) -> None:
        """Make this thread's session, if it has none yet."""
        self._session()

    def without_tokens(self, text: str) -> str:
        """Return `text`, which came from the service, without the tokens."""
        return self._auth.without(text)

    def close(self) -> None:
        """Close every thread's connections."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()
            self._local = threading.local()

    def attempt(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any,
        *,
        enveloped: bool = True,
    ) -> Happened:
        """Send one request and return how it ended; network failures are values here."""
        try:
            with self._session().request(
                method,
                f"{self._base_url}{path}",
                params=query,
                json=body,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, enveloped=enveloped)
        except requests.RequestException as error:
            return _failure(error)

    def _read(self, response: requests.Response, *, enveloped: bool) -> Happened:
        """Read an answer to its end, bounded in time and size."""
        status = response.status_code
        retry_after = _seconds(response.headers.get("Retry-After"), datetime.now(UTC))
        deadline = time.monotonic() + self._timeout[1]
        content = bytearray()
        try:
            for chunk in response.iter_content(_CHUNK):
                content += chunk
                if len(content) > _LARGEST_ANSWER or time.monotonic() > deadline:
                    return Happened(Event.CUT, status, detail="the answer was too large or slow")
        except requests.RequestException as error:
            return Happened(Event.CUT, status, detail=type(error).__name__)
        try:
            document = json.loads(content) if content else None
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, list) and not enveloped:
            document = {"data": document}
        event = _event(status, document, response.request.method or "")
        location = response.headers.get("Location", "")
        return Happened(event, status, document, retry_after, location)


def _event(status: int, document: Any, method: str) -> Event:
    if not 200 <= status < 300:  # noqa: PLR2004
        return Event.ANSWERED
    if document is None and status == 204 and method == "DELETE":  # noqa: PLR2004
        return Event.ANSWERED
    if not isinstance(document, dict):
        return Event.UNREADABLE
    if document.get("success") is False:
        return Event.FALSE_SUCCESS
    return Event.ANSWERED if "data" in document else Event.UNREADABLE


def _failure(error: requests.RequestException) -> Happened:
    """Return the event behind an exception; where in doubt, one that leaves the outcome open."""
    causes = list(_causes(error))
    if isinstance(error, requests.ConnectTimeout):
        event = Event.CONNECT_TIMEOUT
    elif isinstance(error, requests.Timeout):
        event = Event.READ_TIMEOUT
    elif any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        event = Event.UNTRUSTED
    elif any(isinstance(cause, NameResolutionError) for cause in causes):
        event = Event.NO_SUCH_HOST
    elif any(isinstance(cause, NewConnectionError) for cause in causes):
        event = Event.REFUSED
    else:
        event = Event.CLOSED
    return Happened(event, detail=type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it was made from."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]


def _seconds(header: str | None, now: datetime) -> float | None:
    """Return a Retry-After, a number or a date, in seconds from now, as far as it is sensible."""
    if not header:
        return None
    text = header.strip()
    if text.isdecimal():
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)
