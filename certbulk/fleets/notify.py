"""Messages about drift: one for each change of state, and none for each night.

The states of the last comparison are kept in the state folder. A message that was not delivered
leaves them as they are, so that the next comparison sends it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from certbulk.errors import OutputError, SettingsError
from certbulk.settings import is_loopback
from certbulk.workbook import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from certbulk.fleets.standing import Standing

__all__ = ["DriftStates", "checked_webhook", "next_time", "send"]

_TIMEOUT = 10.0
_NIGHT = "03:00"
_OK = range(200, 300)


def checked_webhook(url: str) -> str:
    """Return the address that messages go to.

    Raises:
        SettingsError: It is not https, nor http on this machine; or it has a user name.
    """
    try:
        parts = urlsplit(url.strip())
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))):
        raise SettingsError("The address for messages must begin with https://.")
    if parts.username or parts.password:
        raise SettingsError("The address for messages has a user name or password. Remove it.")
    return url.strip()


def next_time(every: str, now: datetime) -> datetime:
    """Return when the next comparison begins.

    Args:
        every: `night` (at 03:00), `hour`, or a time of day such as 22:30.
        now: The time now, in the zone that the time of day is meant in.

    Raises:
        SettingsError: `every` is something else.

    Example:
        >>> next_time("night", datetime(2026, 11, 29, 4, 0)).isoformat()
        '2026-11-30T03:00:00'
        >>> next_time("hour", datetime(2026, 11, 29, 4, 10)).isoformat()
        '2026-11-29T05:00:00'
    """
    if every == "hour":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    try:
        at = datetime.strptime(_NIGHT if every == "night" else every, "%H:%M").time()  # noqa: DTZ007
    except ValueError:
        raise SettingsError(
            f'"{every:.40}" is not a time. Use night (03:00), hour, or a time of day such as 22:30.'
        ) from None
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due if due > now else due + timedelta(days=1)


class DriftStates:
    """The states of chains at the last comparison.

    Args:
        folder: The state folder of this machine.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fleet" / "drift.json"

    def changes(self, standing: Sequence[Standing]) -> list[dict[str, Any]]:
        """Return the chains that stand otherwise than at the last comparison, and how.

        A chain that is compared for the first time has changed if it is not as it should be. A
        chain that could not be compared has its state, failed, whatever the reason.
        """
        before = self._known()
        found = []
        for one in standing:
            state, print_ = _state(one)
            known = before.get(_name(one), ["same", ""])
            if state and [state, print_] != known:
                found.append({**_told(one), "before": known[0]})
        return found

    def keep(self, standing: Sequence[Standing]) -> None:
        """Keep how chains stand, for the next comparison."""
        states = {_name(one): list(_state(one)) for one in standing if _state(one)[0]}
        text = json.dumps({**self._known(), **states})
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._path, lambda path: _write(path, text), overwrite=True)

    def _known(self) -> dict[str, list[str]]:
        try:
            known: dict[str, list[str]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # the first time
            return {}
        return known


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _name(one: Standing) -> str:
    return f"{one.job.chain} {one.job.profile} {one.job.file}"


def _state(one: Standing) -> tuple[str, str]:
    """Return the state of a chain, and what tells one drift from another."""
    if one.result is None or one.result.state == "not_started":
        return "", ""  # it stands as before, as far as is known
    if one.result.state != "drifted":
        return one.result.state, ""
    details = json.dumps([dict(line) for line in one.result.details], sort_keys=True)
    return "drifted", hashlib.sha256(details.encode()).hexdigest()[:16]


def _told(one: Standing) -> dict[str, Any]:
    result = one.result
    if result is None:
        return {}
    told = {"chain": result.chain, "state": result.state, "reason": result.reason}
    return {**told, "counts": dict(result.counts)}


def send(
    url: str,
    changes: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    post: Callable[..., Any] | None = None,
) -> None:
    """Send a message as JSON: `{"event": "drift", "at": …, "chains": […]}`. It has no tokens.

    Args:
        url: Where it goes. It is never shown: it may have a key of its own.
        changes: What `DriftStates.changes` returned.
        now: The time of the comparison.
        post: Sends it; by default a session whose answers are bounded in time and size.

    Raises:
        OutputError: It was not delivered.
    """
    import requests  # noqa: PLC0415 (only if there is something to say)

    from certbulk.api.transport import AnswerTooLargeError, BoundedSession  # noqa: PLC0415

    message = {"event": "drift", "at": now.isoformat(), "chains": list(changes)}
    host = urlsplit(url).hostname
    post = post or BoundedSession().post
    try:
        answer = post(url, json=message, timeout=_TIMEOUT, allow_redirects=False)
    except (requests.RequestException, OSError, ValueError, AnswerTooLargeError) as error:
        why = type(error).__name__
    else:
        if answer.status_code in _OK:
            return
        why = f"it answered {answer.status_code}"
    raise OutputError(
        f"The message to {host} was not delivered ({why}). It will be sent after the next "
        "comparison."
    )
