"""Signing in: exchange a login and a password for a user token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.api.decision import Event
from certbulk.api.http import Http
from certbulk.core.cleaning import clean
from certbulk.errors import AccessError, UnavailableError
from certbulk.settings import checked_base_url

if TYPE_CHECKING:
    from certbulk.api.http import Happened

__all__ = ["sign_in"]


def sign_in(base_url: str, partner_token: str, login: str, password: str) -> str:
    """Return the user token that the service gives for a login and a password.

    Raises:
        AccessError: The service does not accept them.
        UnavailableError: The service was not reached, or its answer has no token.
        SettingsError: The base URL or the partner's token is not usable.
    """
    http = Http(checked_base_url(base_url), partner_token, None, (5.0, 30.0))
    try:
        happened = http.attempt("POST", "/auth", None, {"login": login, "password": password})
    finally:
        http.close()
    host = http.host
    token = _token(happened)
    if token:
        return token
    if happened.status is not None and 400 <= happened.status < 500:  # noqa: PLR2004
        raise AccessError(
            f"{host} does not accept the login and password (HTTP {happened.status}).",
            code="unauthorized",
            status=happened.status,
            attempts=1,
        )
    raise UnavailableError(
        f"{host} did not sign you in ({clean(happened.event)}). Check the network and the base "
        "URL, and try again.",
        code="unreachable",
        status=happened.status,
        attempts=1,
    )


def _token(happened: Happened) -> str | None:
    document = happened.document if happened.event is Event.ANSWERED else None
    data = document.get("data") if isinstance(document, dict) else None
    token = data.get("user_token") if isinstance(data, dict) else None
    ok = happened.status is not None and 200 <= happened.status < 300  # noqa: PLR2004
    return token if ok and isinstance(token, str) else None
