"""Exceptions of the HTTP library as events, and Retry-After in seconds."""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import requests
from requests import exceptions
from urllib3.exceptions import NameResolutionError, NewConnectionError

from certbulk.api.decision import LONGEST_RETRY_AFTER, Event
from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["failure", "in_words", "seconds_of"]

# Raised because of the request itself, before there is a connection: nothing has left.
_NOT_SENDABLE = (
    exceptions.InvalidHeader,
    exceptions.InvalidSchema,
    exceptions.InvalidURL,
    exceptions.MissingSchema,
    exceptions.InvalidJSONError,
)
# Raised before a request leaves, the more specific ones first.
_BEFORE_IT_LEFT: tuple[tuple[type[BaseException], Event], ...] = (
    (exceptions.ProxyError, Event.PROXY_FAILED),
    (requests.ConnectTimeout, Event.CONNECT_TIMEOUT),
    (ssl.SSLCertVerificationError, Event.UNTRUSTED),
    (NameResolutionError, Event.NO_SUCH_HOST),
    (NewConnectionError, Event.REFUSED),
)

_OF_TUNNEL = re.compile(r"Tunnel connection failed: ((\d{3})\b[^'\")]*)")
_PASSWORD = re.compile(r"//[^@/\s]*@")  # in the address of a proxy
_LONGEST_DETAIL = 300


def failure(error: Exception, *, left: bool | None) -> tuple[Event, str]:
    """Return the event of an exception, with details for the message if there are any.

    Args:
        error: The exception that the HTTP library raised instead of an answer.
        left: Whether the request may have left; None if no connection was used that records this.
            Unless it is clear that nothing left, the event leaves the outcome open.
    """
    if left is not True and (found := _before_it_left(error, known=left is False)):
        return found
    if isinstance(error, requests.Timeout):
        return Event.READ_TIMEOUT, ""
    if isinstance(error, requests.ConnectionError | exceptions.ChunkedEncodingError):
        return Event.CLOSED, _kind_of(error)
    return Event.BROKEN, in_words(error)


def _before_it_left(error: Exception, *, known: bool) -> tuple[Event, str] | None:
    """Return the event if nothing has left; None if the exception does not show this.

    `known` means that nothing has left, whatever the exception is.
    """
    causes = list(_causes(error))
    tunnel = next((found for c in causes if (found := _OF_TUNNEL.search(str(c)))), None)
    if tunnel:
        refused = tunnel[2].startswith("4")
        return Event.PROXY_REFUSED if refused else Event.PROXY_FAILED, f"HTTP {tunnel[1].strip()}"
    if _is_of_settings(error, causes):
        return Event.NOT_SENDABLE, _with_text(_kind_of(error), causes[-1])
    for kind, event in _BEFORE_IT_LEFT:
        if any(isinstance(cause, kind) for cause in causes):
            words = _other_reason(causes) if event is Event.REFUSED else ""
            how = Event.NO_CONNECTION if words else event
            return how, _kind_of(error) if event is Event.PROXY_FAILED else words
    if known and isinstance(error, requests.ConnectionError | requests.Timeout):
        return Event.NO_CONNECTION, _kind_of(error)
    if known:
        return Event.NOT_SENDABLE, in_words(error)
    return None


def _other_reason(causes: list[BaseException]) -> str:
    """Return why there is no connection, such as no route; empty if it was refused.

    urllib3 raises the same exception for whatever the system says.
    """
    reasons = [one for one in causes if isinstance(one, OSError) and one.strerror]
    refused = any(isinstance(one, ConnectionRefusedError) for one in reasons)
    return "" if refused or not reasons else clean(str(reasons[-1].strerror), _LONGEST_DETAIL)


def _is_of_settings(error: Exception, causes: list[BaseException]) -> bool:
    """Whether an exception means that a setting of this machine prevents all requests."""
    # If a certificate file is missing, requests raises a bare OSError before it connects. Every
    # other OSError comes wrapped in a RequestException.
    bare = isinstance(error, OSError) and not isinstance(error, requests.RequestException)
    return bare or isinstance(error, _NOT_SENDABLE) or any(map(_is_of_a_file, causes))


def _is_of_a_file(cause: BaseException) -> bool:
    """Whether an exception means that a certificate file cannot be read or is invalid."""
    unreadable = isinstance(cause, FileNotFoundError | PermissionError | IsADirectoryError)
    return unreadable or (isinstance(cause, ssl.SSLError) and cause.library in {"X509", "PEM"})


def in_words(error: BaseException) -> str:
    """Return the type of an exception, with its text unless it only wraps another one."""
    kind = _kind_of(error)
    return kind if " from " in kind else _with_text(kind, error)


def _with_text(kind: str, error: BaseException) -> str:
    text = clean(_PASSWORD.sub("//***@", str(error)), _LONGEST_DETAIL)
    return f"{kind}: {text}" if text else kind


def _kind_of(error: BaseException) -> str:
    """Return the type of an exception, with that of its cause if it differs."""
    name = type(error).__name__
    first = type([*_causes(error)][-1]).__name__
    return name if name == first else f"{name} from {first}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all its causes, itself first.

    Its context is not included: that may be an unrelated exception of the caller.
    """
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, getattr(cause, "reason", None), *cause.args]


def seconds_of(header: str | None, now: datetime) -> float | None:
    """Return a Retry-After, a number or a date, in seconds from now, within bounds."""
    text = (header or "").strip()
    if not text:
        return None
    if text.isdecimal():
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        seconds = (until - now).total_seconds()
    except (ValueError, OverflowError, TypeError, LookupError):
        return None  # not a date, or out of range
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
