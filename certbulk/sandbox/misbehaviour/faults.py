"""Faults on request: rates, a seed or a script decide which fault hits which request."""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

from pydantic import Field
from pydantic.dataclasses import dataclass as options

from certbulk.sandbox.misbehaviour.wire import BAD_HEADERS
from certbulk.sandbox.options import (
    CONFIG,
    FromZero,
    Options,
    Rate,
    Seconds,
    Whole,
    one_of,
)

__all__ = ["KINDS", "ODD_ANSWERS", "UNHANDLED", "Fate", "Fates", "Faults"]

T = TypeVar("T")

UNHANDLED: Final = ("rate_limited", "server_error", "html_forbidden", "false_success", "closed")
"""Faults that hit a request before it is handled: nothing changes."""

_HANDLED: Final = (
    "lost_answer",
    "truncated",
    "garbled",
    "empty_body",
    "server_error_applied",
    "late_answer",
)

KINDS: Final = (*UNHANDLED, *_HANDLED)
"""Faults that spoil or delay the answer."""

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
"""Faults with the answer of another request, or with an answer in a strange form."""

_ALL: Final = (*KINDS, *ODD_ANSWERS)
_SOME: Final = Field(min_length=1)

AnyError: TypeAlias = Annotated[int, Field(ge=400, le=599)]
Interim: TypeAlias = Literal[100, 102, 103]  # 101 is final: another protocol follows
BadHeader: TypeAlias = Annotated[str, one_of(*BAD_HEADERS)]
HeaderText: TypeAlias = Annotated[str, Field(pattern=r"^[ -~]*$")]
Entry: TypeAlias = Annotated[str | None, one_of(*_ALL, "latency", None)]


@options(frozen=True, kw_only=True, config=CONFIG)
class Faults(Options):
    """How often requests go wrong, each a rate from 0 (never) to 1 (always).

    At most one fault hits a request, so the rates add up to 1 at most; `latency` has its own dice
    and comes in addition.

    Not handled, so that nothing changes:

    - `rate_limited`: 429 although no limit was reached.
    - `server_error`: 500, 502, 503 or 504, or any of `server_error_statuses` (400 to 599).
    - `html_forbidden`: 403 with an HTML page, as from a proxy.
    - `false_success`: 200 with `success: false`.
    - `closed`: the connection is closed without an answer.

    Handled, so that a change has happened:

    - `lost_answer`: the connection is closed without an answer.
    - `truncated`: half of the JSON, less than its `Content-Length`, then the connection is closed.
    - `garbled`: half of the JSON with a `Content-Length` to match.
    - `empty_body`: the right status without a body.
    - `server_error_applied`: 500, 502, 503 or 504.
    - `late_answer`: the right answer, late by `latency_seconds`.

    Handled later:

    - `late_landing`: an error, one of `landing_statuses` (400 to 599); `landing_seconds` after it
      the request is handled. `Server.landing` counts those that have not been handled yet.

    Handled, and answered oddly:

    - `out_of_step`: the answer to the write request before it, as from a proxy that mixes up
      answers; its own answer may go to the next. `Faults(script=(None,) * 9, out_of_step=1)` does
      so from the tenth request on. The first write request gets the right answer.
    - `interim`: answers with `interim_statuses` (100, 102 or 103), then the right one.
    - `dripping_head`, `dripping_body`: that part of the answer comes byte by byte, with
      `drip_seconds` after each byte.
    - `bad_header`: one of `bad_headers`, by default any of
      `certbulk.sandbox.misbehaviour.wire.BAD_HEADERS`.
    - `endless_head`, `endless_body`, `endless_redirect`: headers, spaces after the JSON, or spaces
      after a redirect (307) to the same path, until the client leaves or for `endless_megabytes`.

    `latency` waits `latency_seconds` before the request is handled, even if the client gives up.
    Other requests are served while one waits.

    `retry_afters` are texts for a `Retry-After` header, one for each 429 and 5xx of a fault, such
    as `("soon", "-1", "Fri, 31 Dec 9999999999 23:59:59 GMT")`.

    `methods` limits all this to some methods, such as `("POST",)`; empty means all. `script` has an
    entry for each of the next requests that match: a fault, `latency`, or None for nothing. After
    the script, the rates apply. The same `seed` and the same sequence of requests give the same
    faults.

    Raises `ValueError` for a rate outside 0 to 1 and for an unknown name.
    """

    rate_limited: Rate = 0.0
    server_error: Rate = 0.0
    html_forbidden: Rate = 0.0
    false_success: Rate = 0.0
    closed: Rate = 0.0
    lost_answer: Rate = 0.0
    truncated: Rate = 0.0
    garbled: Rate = 0.0
    empty_body: Rate = 0.0
    server_error_applied: Rate = 0.0
    late_answer: Rate = 0.0
    latency: Rate = 0.0
    latency_seconds: Seconds = 0.2
    server_error_statuses: Annotated[tuple[AnyError, ...], _SOME] = (500, 502, 503, 504)
    late_landing: Rate = 0.0
    landing_seconds: Seconds = 0.5
    landing_statuses: Annotated[tuple[AnyError, ...], _SOME] = (500, 502, 503, 504)
    out_of_step: Rate = 0.0
    interim: Rate = 0.0
    interim_statuses: Annotated[tuple[Interim, ...], _SOME] = (103,)
    dripping_head: Rate = 0.0
    dripping_body: Rate = 0.0
    drip_seconds: Seconds = 0.05
    bad_header: Rate = 0.0
    bad_headers: Annotated[tuple[BadHeader, ...], _SOME] = tuple(BAD_HEADERS)
    endless_head: Rate = 0.0
    endless_body: Rate = 0.0
    endless_redirect: Rate = 0.0
    endless_megabytes: FromZero = 256
    retry_afters: tuple[HeaderText, ...] = ()
    methods: tuple[str, ...] = ()
    script: tuple[Entry, ...] = ()
    seed: Whole = 0

    def __post_init__(self) -> None:
        total = sum(getattr(self, kind) for kind in _ALL)
        if total > 1 + 1e-9:  # sums of tenths overshoot by a hair
            raise ValueError(f"the rates (all but latency) add up to {total:g}, over 1")


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one request: the fault, the seconds to wait, and the status of an error.

    `retry_after` is for an error, None for no such header; `header` is one of `BAD_HEADERS`.
    """

    kind: str | None = None
    delay: float = 0.0
    late: float = 0.0
    status: int = 500
    retry_after: str | None = None
    header: str = ""

    @property
    def name(self) -> str | None:
        """The fault to record; None for a request without one."""
        return self.kind or ("latency" if self.delay else None)


class Fates:
    """Decides the fate of each request: by the script while it lasts, then by dice."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._script = deque(faults.script)
        self._methods = frozenset(method.upper() for method in faults.methods)
        # Repeatable on purpose: the dice decide practice faults, not secrets.
        self._dice = random.Random(faults.seed)  # noqa: S311
        # Separate dice, so that a seed still gives the faults that it gave in earlier versions.
        self._ways = random.Random(f"{faults.seed}/ways")  # noqa: S311

    def deal(self, method: str) -> Fate:
        """Return the fate of the next request with this method."""
        if self._methods and method not in self._methods:
            return Fate()
        if self._script:
            entry = self._script.popleft()
            return self._fate(entry, latency=entry == "latency")
        # Every request uses the same number of throws, so that the fate of the tenth request
        # does not depend on the rates at the first nine.
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
