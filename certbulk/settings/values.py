"""Values of settings that are given from outside: the id of a chain, a time zone by its name."""

from __future__ import annotations

import ipaddress
import operator
import re
from contextlib import suppress
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, SupportsIndex
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["checked_chain_id", "checked_source_address", "time_zone"]

_OFFSET = re.compile(r"UTC([+-])([01]\d|2[0-3]):([0-5]\d)")
_LONGEST_ID = 18
_ALL_MACHINES = "255.255.255.255"


def checked_chain_id(given: object) -> int:
    """Return the id of a chain; `given` may be a text of digits.

    Raises:
        SettingsError: It is missing, or is not a whole number above 0.
    """
    if given is None:
        raise SettingsError("chain_id is not set. Give the id of the chain, a whole number.")
    text = given.strip() if isinstance(given, str) else ""
    digits = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID
    number = int(text) if digits else given
    if isinstance(number, SupportsIndex) and not isinstance(number, bool):
        chain_id = operator.index(number)
        if chain_id > 0:
            return chain_id
    raise SettingsError(
        f"chain_id cannot be {given!r:.40}: give the id of the chain, a whole number such as "
        "706028."
    )


def checked_source_address(given: str | None) -> str | None:
    """Return the address of this machine from which requests leave; None for the usual one.

    Raises:
        SettingsError: It is not an IP address, or stands for no single machine: such an address
            does not decide from where requests leave.
    """
    if given is None:
        return None
    with suppress(ValueError):
        found = ipaddress.ip_address(given)
        found = getattr(found, "ipv4_mapped", None) or found
        if not (found.is_unspecified or found.is_multicast or str(found) == _ALL_MACHINES):
            return str(found)
    raise SettingsError(
        f"source_address cannot be {given!r:.60}: give an IP address of this machine, such as "
        "192.0.2.10."
    )


def time_zone(name: str) -> tzinfo:
    """Return the time zone called `name`, such as Europe/Berlin or UTC+05:30.

    Raises:
        SettingsError: There is no such time zone.
    """
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        span = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-span if sign == "-" else span)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f'"{name}" is not a time zone. Use a name such as UTC or Europe/Berlin.'
        ) from None
