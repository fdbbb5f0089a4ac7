"""One attempt over HTTP with `requests`. It returns what happened and decides nothing."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests.auth import AuthBase

from certbulk.api.decision import Event
from certbulk.api.failures import failure, in_words, seconds_of
from certbulk.api.transport import LARGEST_ANSWER, AnswerTooLargeError, BoundedSession, progress
from certbulk.core.cleaning import clean
from certbulk.errors import SettingsError
from certbulk.logs import quiet_libraries

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

__all__ = ["Happened", "Http"]

ACCEPT = "application/vnd.api.v2+json"  # fact:accept_header
_ENCODINGS = "gzip, deflate"  # those that urllib3 always unpacks piece by piece
_LARGEST_ANSWER = LARGEST_ANSWER  # unpacked
_CHUNK = 1 << 16
_LONGEST_LOCATION = 200  # characters, in a message
_OF_A_GATEWAY = (502, 504)
_FALSE = (False, "false", "False", "0")  # 0 equals False (fact:false_success, fact:spellings)


@dataclass(frozen=True, slots=True)
class Happened:
    """The end of an attempt.

    Attributes:
        event: Its kind.
        status: The HTTP status, if there was an answer.
        document: The answer's JSON; None if there was none.
        retry_after: Seconds that the answer asks to wait.
        detail: Details of the event for a message, without tokens.
    """

    event: Event
    status: int | None = None
    document: Any = None
    retry_after: float | None = None
    detail: str = ""


class _Tokens(AuthBase):
    """Sets the Authorization header, so that no .netrc replaces it (fact:authorization).

    It never shows the tokens.
    """

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
    """Sends single attempts; every thread has its own session and connections."""

    def __init__(
        self,
        base_url: str,
        partner_token: str,
        user_token: str | None,
        timeout: tuple[float, float],
        source_address: str | None = None,
    ) -> None:
        self._source_address = source_address
        self._base_url = base_url
        self._auth = _Tokens(partner_token, user_token)
        self._timeout = timeout
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = BoundedSession(self._source_address)
            session.auth = self._auth
            session.headers.update(
                {"Accept": ACCEPT, "Accept-Encoding": _ENCODINGS, "User-Agent": "certbulk"}
            )
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    @property
    def host(self) -> str:
        """The service's host, with the port if the address has one."""
        return urlsplit(self._base_url).netloc

    def ready(self) -> None:
        """Make this thread's session, if it has none yet."""
        self._session()

    def without_tokens(self, text: str) -> str:
        """Return a text of the service without the tokens."""
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
        """Send one request and return its end; every failure is a value here, not an exception."""
        with quiet_libraries():
            return self._attempt(method, path, query, body, enveloped=enveloped)

    def _attempt(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: Any, *, enveloped: bool
    ) -> Happened:
        """Make one request; return its answer or how it failed, and raise for neither."""
        progress.left = None
        try:
            response = self._session().request(
                method,
                f"{self._base_url}{path}",
                params=query,
                json=body,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except Exception as error:  # noqa: BLE001 (every exception is the end of this attempt)
            event, detail = failure(error, left=progress.left)
            return Happened(event, detail=self.without_tokens(detail))
        status = response.status_code
        retry_after = seconds_of(response.headers.get("Retry-After"), datetime.now(UTC))
        if 300 <= status < 400:  # noqa: PLR2004
            response.close()
            location = self.without_tokens(response.headers.get("Location", ""))
            location = clean(location, _LONGEST_LOCATION)
            detail = f"a redirect to {location}: check the base URL"
            return Happened(Event.ANSWERED, status, None, retry_after, detail)
        try:
            content = _content(response)
        except Exception as error:  # noqa: BLE001 (as above)
            return Happened(Event.CUT, status, None, retry_after, in_words(error))
        return _happened(method, status, content, retry_after, enveloped=enveloped)


def _content(response: requests.Response) -> bytes:
    """Return the unpacked body of an answer; its connection is closed or free afterwards.

    Raises:
        Exception: It could not be read to its end, or is too large.
    """
    packed = response.headers.get("Content-Encoding", "identity").lower().replace(",", " ").split()
    with response:
        if not {"gzip", "x-gzip", "deflate", "identity"}.issuperset(packed):
            raise ValueError(f"Content-Encoding {packed}")
        content = bytearray()
        for chunk in response.iter_content(_CHUNK):
            content += chunk
            if len(content) > _LARGEST_ANSWER:
                raise AnswerTooLargeError
        return bytes(content)


def _happened(
    method: str, status: int, content: bytes, retry_after: float | None, *, enveloped: bool
) -> Happened:
    """Return the end of an attempt with a complete answer."""
    unreadable = ""
    try:
        document = json.loads(content) if content else None
    except (ValueError, RecursionError) as error:
        document, unreadable = None, in_words(error)
    if isinstance(document, list) and not enveloped:
        document = {"data": document}
    event = _event(status, document, method)
    detail = unreadable if event is Event.UNREADABLE else _sender(status, document, content)
    return Happened(event, status, document, retry_after, detail)


def _sender(status: int, document: Any, content: bytes) -> str:
    """Return in words who else seems to have sent an error answer; "" if the service did.

    The service answers in JSON; proxies and firewalls answer with a page, or with 502 and 504
    (fact:foreign_answers).
    """
    if isinstance(document, dict) or status < 400 or status == 407:  # noqa: PLR2004
        return ""
    page = content.lstrip()[:1] == b"<"
    if not page and status not in _OF_A_GATEWAY:
        return ""
    return (
        f"{'a web page' if page else 'an answer'} that is not the service's own: a proxy, gateway "
        "or firewall may have sent it. If you use one (HTTPS_PROXY), ask whoever runs it"
    )


def _event(status: int, document: Any, method: str) -> Event:
    if not 200 <= status < 300:  # noqa: PLR2004
        return Event.ANSWERED
    # A deletion may be answered without a body (fact:deleted_answers).
    if document is None and status == 204 and method == "DELETE":  # noqa: PLR2004
        return Event.ANSWERED
    if not isinstance(document, dict):
        return Event.UNREADABLE
    if document.get("success") in _FALSE:
        return Event.FALSE_SUCCESS
    return Event.ANSWERED if "data" in document else Event.UNREADABLE
