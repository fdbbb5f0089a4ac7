"""The chains that a user may work on, asked for before one of them is chosen."""

from __future__ import annotations

from typing import NamedTuple

from certbulk.api.answers import whole_number
from certbulk.api.http import Http
from certbulk.core.cleaning import clean
from certbulk.settings import checked_base_url

__all__ = ["Chain", "chains_of"]


class Chain(NamedTuple):
    """A chain of the user: its id and its title."""

    id: int
    title: str


def chains_of(base_url: str, partner_token: str, user_token: str) -> list[Chain]:
    """Return the chains whose certificate types the user may change (fact:groups).

    The list is only an offer: none is returned if the service does not answer with one.

    Raises:
        SettingsError: The base URL or a token is not usable.
    """
    http = Http(checked_base_url(base_url), partner_token, user_token, (5.0, 30.0))
    try:
        happened = http.attempt("GET", "/groups", None, None)
    finally:
        http.close()
    data = happened.document.get("data") if isinstance(happened.document, dict) else None
    chains = []
    for record in data if isinstance(data, list) else []:
        number = whole_number(record.get("id")) if isinstance(record, dict) else None
        if number is not None and _may_change(record.get("access")):
            chains.append(Chain(number, clean(record.get("title") or "", 60)))
    return chains


def _may_change(access: object) -> bool:
    """Whether the access does not say otherwise; it may be 1 or 0, also as text."""
    given = access.get("loyalty_certificate_types_access") if isinstance(access, dict) else None
    return str(given) != "0"
