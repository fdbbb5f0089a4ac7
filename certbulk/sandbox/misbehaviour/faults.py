"""Faults on request: which one hits which request is decided by rates, a seed, or a script."""

import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from certbulk.sandbox.misbehaviour.wire import BAD_HEADERS
from certbulk.sandbox.options import (
    described,
    is_number,
    require,
    require_names,
    require_rate,
    written_as_text,
)

__all__ = ["KINDS", "ODD_ANSWERS", "UNHANDLED", "Fate", "Fates", "Faults"]

T = TypeVar("T")

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
"""Faults that end a request badly, or at least late."""

ODD_ANSWERS: Final = (
    "late_landing",
    "out_of_step",
    "interim",
    "dripping_head",
    "dripping_body",
    "bad_header",
    "endless_head",
    "endless_body",
    "endless_redirect",
)
"""Faults whose answer is another one than the request's, or comes in a strange way."""

_ALL: Final = (*KINDS, *ODD_ANSWERS)
_STATUSES: Final = {
    "server_error_statuses": range(500, 600),
    "landing_statuses": range(400, 600),
    "interim_statuses": (100, 102, 103),  # 101 is final: another protocol follows
}
_NAMES: Final = {
    "methods": None,
    "script": (*_ALL, "latency", None),
    "bad_headers": tuple(BAD_HEADERS),
    "retry_afters": None,
}


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

    Handled later:

    - `late_landing`: an error, one of `landing_statuses` (400 to 599), and `landing_seconds` after
      it the request is handled after all. `Server.landing` tells how many are still to come.

    Handled, and answered oddly:

    - `out_of_step`: the answer to the write request before it, as through a proxy that has lost
      step; its own answer may go to the next. `Faults(script=(None,) * 9, out_of_step=1)` loses
      step from the tenth request on. The first write request has the right answer.
    - `interim`: the answers of `interim_statuses` (100, 102 or 103), then the right one.
    - `dripping_head`, `dripping_body`: that part of the answer comes byte by byte, with
      `drip_seconds` after each.
    - `bad_header`: one of `bad_headers`, see
      `certbulk.sandbox.misbehaviour.wire.BAD_HEADERS`; all unless named.
    - `endless_head`, `endless_body`, `endless_redirect`: headers, blanks after the JSON, or those
      of a redirect (307) to the same path go on until the client leaves, or for
      `endless_megabytes`.

    `latency` waits `latency_seconds` before the request is handled; a client that gave up
    meanwhile does not stop it. Other requests are served while one waits.

    `retry_afters` are texts for a `Retry-After` header, one of which goes with each 429 and 5xx of
    a fault, such as `("soon", "-1", "Fri, 31 Dec 9999999999 23:59:59 GMT")`.

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
    late_landing: float = 0.0
    landing_seconds: float = 0.5
    landing_statuses: tuple[int, ...] = (500, 502, 503, 504)
    out_of_step: float = 0.0
    interim: float = 0.0
    interim_statuses: tuple[int, ...] = (103,)
    dripping_head: float = 0.0
    dripping_body: float = 0.0
    drip_seconds: float = 0.05
    bad_header: float = 0.0
    bad_headers: tuple[str, ...] = tuple(BAD_HEADERS)
    endless_head: float = 0.0
    endless_body: float = 0.0
    endless_redirect: float = 0.0
    endless_megabytes: int = 256
    retry_afters: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    script: tuple[str | None, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        for name in (*_ALL, "latency"):
            require_rate(name, getattr(self, name))
        total = sum(getattr(self, kind) for kind in _ALL)
        # Sums of tenths overshoot by a hair.
        require(total <= 1 + 1e-9, f"the rates (all but latency) add up to {total:g}, over 1")
        for name in ("latency_seconds", "landing_seconds", "drip_seconds", "endless_megabytes"):
            seconds = getattr(self, name)
            require(is_number(seconds), f"{name} must be 0 or more: {seconds!r}")
        for name, known in _STATUSES.items():
            statuses = getattr(self, name)
            is_list = isinstance(statuses, list | tuple)
            require(is_list, f"{name} must be a list: {statuses!r}")
            fits = bool(statuses) and all(status in known for status in statuses)
            require(fits, f"{name} must be some of {known[0]} to {known[-1]}: {statuses!r}")
            object.__setattr__(self, name, tuple(statuses))  # JSON brings lists
        for name, choices in _NAMES.items():
            object.__setattr__(self, name, require_names(name, getattr(self, name), choices))
        require(self.bad_headers, "bad_headers must name one at least")
        for text in self.retry_afters:
            fits = text.isascii() and text.isprintable()
            require(fits, f"retry_afters must be printable ASCII: {text!r}")
        size = self.endless_megabytes
        require(isinstance(size, int), f"endless_megabytes must be a whole number: {size!r}")
        require(isinstance(self.seed, int), f"seed must be an integer: {self.seed!r}")

    @classmethod
    def of(cls, data: object) -> "Faults":
        """Return the faults that parsed JSON describes; `ValueError` says what is wrong with it."""
        return cls(**described(cls, data, "faults"))

    @classmethod
    def of_texts(cls, settings: Iterable[str]) -> "Faults":
        """Return the faults of settings such as `closed=0.1`; `ValueError` says which is wrong."""
        return cls(**written_as_text(cls, settings))


@dataclass(frozen=True, slots=True)
class Fate:
    """What shall happen to one request: the fault, seconds to wait, and the status of an error.

    `retry_after` goes with an error, None for no such header; `header` is one of `BAD_HEADERS`.
    """

    kind: str | None = None
    delay: float = 0.0
    late: float = 0.0
    status: int = 500
    retry_after: str | None = None
    header: str = ""

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
        # Apart from the others, so that a seed goes on dealing the faults that it always has.
        self._ways = random.Random(f"{faults.seed}/ways")  # noqa: S311

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
        for candidate in _ALL:
            throw -= getattr(self.faults, candidate)
            if throw < 0:
                kind = candidate
                break
        return self._fate(kind, latency=latency)

    def _fate(self, kind: str | None, *, latency: bool) -> Fate:
        faults, seconds = self.faults, self.faults.latency_seconds
        is_late = kind == "late_landing"
        statuses = faults.landing_statuses if is_late else faults.server_error_statuses
        roll = self._ways.random()
        return Fate(
            kind=None if kind == "latency" else kind,
            delay=seconds if latency else 0.0,
            late=seconds if kind == "late_answer" else 0.0,
            status=_picked(statuses, self._dice.random()),
            retry_after=_picked(faults.retry_afters, roll) if faults.retry_afters else None,
            header=_picked(faults.bad_headers, roll),
        )


def _picked(choices: Sequence[T], roll: float) -> T:
    return choices[int(roll * len(choices))]
