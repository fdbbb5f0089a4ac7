"""The address of the service: which ones can be used."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from certbulk.errors import SettingsError

__all__ = ["DEFAULT_BASE_URL", "checked_base_url", "is_loopback"]

DEFAULT_BASE_URL = "https://api.alteg.io/api/v1"
_NO_URL = re.compile(r"[\s\x00-\x1f\x7f]")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def checked_base_url(base_url: str) -> str:
    """Return `base_url` without a slash at its end.

    Raises:
        SettingsError: It is not http(s), carries a user name or password, or goes without TLS to
            another machine than this one.
    """
    try:
        parts = urlsplit(base_url.strip())
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is none
        usable = False
    if not usable or parts.scheme not in {"http", "https"} or _NO_URL.search(base_url.strip()):
        raise SettingsError(
            f"The base URL must look like {DEFAULT_BASE_URL}. Set CERTBULK_BASE_URL."
        )
    if parts.username or parts.password:
        raise SettingsError(
            "The base URL has a user name or password in it. Take them out: tokens go into "
            "CERTBULK_PARTNER_TOKEN and CERTBULK_USER_TOKEN."
        )
    if parts.query or parts.fragment:
        raise SettingsError(f"The base URL ends in ? or #. It must look like {DEFAULT_BASE_URL}.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise SettingsError(
            f"{parts.hostname} would be called without TLS, and the tokens could be read on the "
            "way. Use https:// (plain http:// is for this machine only)."
        )
    return base_url.strip().rstrip("/")


def is_loopback(base_url: str) -> bool:
    """Tell whether `base_url` names this machine."""
    return urlsplit(base_url).hostname in _LOOPBACK
