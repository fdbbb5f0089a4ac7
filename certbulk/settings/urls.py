"""The base URL of the service, and which ones are valid."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from certbulk.errors import SettingsError

__all__ = [
    "DEFAULT_BASE_URL",
    "MOCK_SERVERS",
    "checked_base_url",
    "is_loopback",
    "is_mock_server",
    "service_name",
]

DEFAULT_BASE_URL = "https://api.alteg.io/api/v1"  # fact:base_url
MOCK_SERVERS = (("developer.alteg.io", "/_mock/"),)  # fact:mock_server
"""Hosts of mock servers, each with the beginning of its paths."""

_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f]")
_MAY_BE_SECRET = re.compile(r"[@?#]")  # what is around these may be a password or a token
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def checked_base_url(base_url: str) -> str:
    """Return `base_url` without a slash at its end.

    Raises:
        SettingsError: It is not an http(s) URL, has a user name, password, query or fragment, or is
            plain http to another machine.
    """
    try:
        parts = urlsplit(base_url.strip())
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # an incomplete IPv6 address, an invalid port
        usable = False
    if not usable or parts.scheme not in {"http", "https"} or _FORBIDDEN.search(base_url.strip()):
        is_plain = not _MAY_BE_SECRET.search(base_url) and base_url.isprintable()
        shown = f'"{base_url.strip():.80}"' if is_plain else "This"
        raise SettingsError(
            f"{shown} is not the address of a service. It must look like {DEFAULT_BASE_URL}."
        )
    if parts.username or parts.password:
        raise SettingsError(
            "The base URL contains a user name or password. Remove them: tokens belong in "
            "CERTBULK_PARTNER_TOKEN and CERTBULK_USER_TOKEN."
        )
    if parts.query or parts.fragment:
        raise SettingsError(f"The base URL contains ? or #. It must look like {DEFAULT_BASE_URL}.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise SettingsError(
            f"Without TLS, others could read the tokens on their way to {parts.hostname}. Use "
            "https:// (plain http:// is for this machine only)."
        )
    return base_url.strip().rstrip("/")


def is_loopback(base_url: str) -> bool:
    """Whether `base_url` is on this machine."""
    return urlsplit(base_url).hostname in _LOOPBACK


def is_mock_server(base_url: str) -> bool:
    """Whether `base_url` is that of the vendor's mock server, in any language and version.

    Example:
        >>> is_mock_server("https://developer.alteg.io/_mock/en/b2b-v1/openapi")
        True
        >>> is_mock_server("https://api.alteg.io/api/v1")
        False
    """
    parts = urlsplit(base_url.strip())
    host = parts.netloc.lower().removesuffix(":443").removesuffix(".")
    return any(
        host == known and f"{parts.path}/".startswith(beginning)
        for known, beginning in MOCK_SERVERS
    )


def service_name(base_url: str) -> str:
    """Return the name of a service: practice, or the host in its address.

    Example:
        >>> service_name("https://api.alteg.io/api/v1"), service_name("sandbox:///home/a/state")
        ('api.alteg.io', 'practice')
    """
    if base_url.startswith("sandbox:"):
        return "practice"
    return urlsplit(base_url).netloc or base_url
