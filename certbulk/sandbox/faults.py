"""Faults on request: which one hits which request is decided by rates, a seed, or a script."""

import math
import random
from collections import deque
from dataclasses import dataclass, fields
from typing import Final

__all__ = ["KINDS", "UNHANDLED", "Fate", "Fates", "Faults"]

UNHANDLED: Final = ("rate_limited", "server_error", "html_forbidden", "false_success", "closed")
"""Faults that strike before the request is handled: nothing changes."""

_HANDLED: Final = (
    "lost_answer",
    "truncated",
    "garbled",
    "empty_body",
    "server_error_applied",
    "late_answer",
)

KINDS: Final = (*UNHANDLED, *_HANDLED)
"""Every fault that a rate can be given, `latency` apart: it comes on top of the others."""

_SERVER_ERRORS: Final = range(500, 600)


def _require(fits: object, message: str) -> None:
    if not fits:
        raise ValueError(message)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How often requests go wrong, each a rate from 0 (never) to 1 (always).

    At most one fault strikes a request, so the rates add up to 1 at most; `latency` has its own
    dice and comes on top.

    Not handled, so that nothing changes:

    - `rate_limited`: 429, though no limit was reached.
    - `server_error`: 500, 502, 503 or 504, see `server_error_statuses`.
    - `html_forbidden`: 403 with an HTML page, as from a proxy.
    - `false_success`: 200 with `success: false`.
    - `closed`: the connection is closed without an answer.

    Handled, so that a change has happened:

    - `lost_answer`: the connection is closed without an answer.
    - `truncated`: half of the JSON, less than its `Content-Length`, then the connection is closed.
    - `garbled`: half of the JSON with a `Content-Length` to match.
    - `empty_body`: the right status without a body.
    - `server_error_applied`: 500, 502, 503 or 504.
    - `late_answer`: the right answer, `latency_seconds` after it was due.

    `latency` waits `latency_seconds` before the request is handled; a client that gave up
    meanwhile does not stop it. Other requests are served while one waits.

    `methods` limits all this to some methods, such as `("POST",)`; empty means all. `script` names
    what happens to the next requests that match, one entry each: a fault, `latency`, or None for
    nothing. When it is used up, the rates apply. `seed` makes the dice repeatable: the same seed
    and the same sequence of requests give the same faults.

    Raises `ValueError` for a rate outside 0 to 1 and for a name that is no fault.
    """

    rate_limited: float = 0.0
    server_error: float = 0.0
    html_forbidden: float = 0.0
    false_success: float = 0.0
    closed: float = 0.0
    lost_answer: float = 0.0
    truncated: float = 0.0
    garbled: float = 0.0
    empty_body: float = 0.0
    server_error_applied: float = 0.0
    late_answer: float = 0.0
    latency: float = 0.0
    latency_seconds: float = 0.2
    server_error_statuses: tuple[int, ...] = (500, 502, 503, 504)
    methods: tuple[str, ...] = ()
    script: tuple[str | None, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        # JSON brings lists; and a lone string would be taken apart into its letters.
        for name in ("server_error_statuses", "methods", "script"):
            value = getattr(self, name)
            _require(isinstance(value, list | tuple), f"{name} must be a list: {value!r}")
            object.__setattr__(self, name, tuple(value))
        for name in (*KINDS, "latency"):
            rate = getattr(self, name)
            fits = _is_number(rate) and 0 <= rate <= 1
            _require(fits, f"{name} must be a rate from 0 to 1: {rate!r}")
        total = sum(getattr(self, kind) for kind in KINDS)
        # Sums of tenths overshoot by a hair.
        _require(total <= 1 + 1e-9, f"the rates (all but latency) add up to {total:g}, over 1")
        seconds = self.latency_seconds
        fits = _is_number(seconds) and 0 <= seconds < math.inf
        _require(fits, f"latency_seconds must be 0 or more: {seconds!r}")
        statuses = self.server_error_statuses
        fits = bool(statuses) and all(status in _SERVER_ERRORS for status in statuses)
        _require(fits, f"server_error_statuses must be some of 500 to 599: {statuses!r}")
        names = [isinstance(method, str) for method in self.methods]
        _require(all(names), f"methods must be names such as POST: {self.methods!r}")
        for entry in self.script:
            known = entry in (*KINDS, "latency", None)
            _require(
                known, f"script: no such fault: {entry!r}. Use {', '.join(KINDS)}, latency or None"
            )
        _require(isinstance(self.seed, int), f"seed must be an integer: {self.seed!r}")

    @classmethod
    def of(cls, data: object) -> "Faults":
        """Return the faults that parsed JSON describes; `ValueError` says what is wrong with it."""
        if not isinstance(data, dict):
            raise ValueError("faults are described by a JSON object")  # noqa: TRY004 -- as it says
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(data) - set(known))
        _require(not unknown, f"no such fault: {', '.join(unknown)}. Use {', '.join(known)}")
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Fate:
    """What shall happen to one request: the fault, seconds to wait, and the status of a 5xx."""

    kind: str | None = None
    delay: float = 0.0
    late: float = 0.0
    status: int = 500

    @property
    def name(self) -> str | None:
        """The fault to put on record; None for a request that is left alone."""
        return self.kind or ("latency" if self.delay else None)


class Fates:
    """Deals each request its fate, from the script while it lasts, then by the dice."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._script = deque(faults.script)
        self._methods = frozenset(method.upper() for method in faults.methods)
        # Repeatable on purpose: the dice decide practice faults, no secrets.
        self._dice = random.Random(faults.seed)  # noqa: S311

    def deal(self, method: str) -> Fate:
        """Return the fate of the next request with this method."""
        if self._methods and method not in self._methods:
            return Fate()
        if self._script:
            entry = self._script.popleft()
            return self._fate(entry, latency=entry == "latency")
        # Every request takes the same number of throws, so that the fate of the tenth request
        # does not depend on the rates that the first nine met.
        throw, latency = self._dice.random(), self._dice.random() < self.faults.latency
        kind = None
        for candidate in KINDS:
            throw -= getattr(self.faults, candidate)
            if throw < 0:
                kind = candidate
                break
        return self._fate(kind, latency=latency)

    def _fate(self, kind: str | None, *, latency: bool) -> Fate:
        seconds, statuses = self.faults.latency_seconds, self.faults.server_error_statuses
        return Fate(
            kind=None if kind == "latency" else kind,
            delay=seconds if latency else 0.0,
            late=seconds if kind == "late_answer" else 0.0,
            status=statuses[int(self._dice.random() * len(statuses))],
        )
