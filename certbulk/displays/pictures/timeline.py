"""The times of requests as numbers for a picture of the pace: pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.results.result_codes import asks_to_back_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from certbulk.api.loop import Exchange

__all__ = ["Pause", "Timeline", "in_windows", "per_bin", "timeline"]

_AWAY, _SHOWN_AWAY = 600.0, 30.0
_SHORTEST_PAUSE = 1.0
_MOST_BINS = 240


@dataclass(frozen=True, slots=True)
class Pause:
    """A time without requests, in seconds.

    `kind` is "rest after 429", "minute used up", "interrupted", or "pause" for any other reason.
    """

    start: float
    end: float
    kind: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The requests of a run on one axis.

    Attributes:
        left: Seconds since the first request. Hours between an interruption and a resume are
            shown as half a minute.
        pauses: Times without requests although there was more to send.
    """

    left: NDArray[np.float64]
    pauses: tuple[Pause, ...]


def timeline(exchanges: Sequence[Exchange], per_second: float, per_minute: int) -> Timeline:
    """Return the times of requests and the pauses: gaps of over three times the pace's spacing."""
    at = np.array([exchange.at for exchange in exchanges], dtype=np.float64)
    refused = np.array([asks_to_back_off(exchange.status) for exchange in exchanges], dtype=bool)
    gaps = np.diff(at)
    left = np.concatenate([[0.0], np.cumsum(np.where(gaps > _AWAY, _SHOWN_AWAY, gaps))])
    in_a_minute = in_windows(at, 60.0)
    long = max(_SHORTEST_PAUSE, 3 / per_second)
    pauses = []
    for before in np.flatnonzero(gaps > long).tolist():
        kind = "pause"
        if gaps[before] > _AWAY:
            kind = "interrupted"
        elif refused[max(0, before - _IN_FLIGHT) : before + 1].any():
            kind = "rest after 429"
        elif in_a_minute[before] >= _NEARLY * per_minute:
            kind = "minute used up"
        pauses.append(Pause(float(left[before]), float(left[before + 1]), kind))
    return Timeline(left[: len(at)], tuple(pauses))


_NEARLY = 0.95

_IN_FLIGHT = 4
"""The number of requests that may follow a refused one before its answer arrives."""


def per_bin(left: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the edges of equal bins of a second or more, and the requests per second in each."""
    end = float(left[-1]) if left.size else 0.0
    width = max(1.0, end / _MOST_BINS)
    edges = np.arange(0.0, end + 2 * width, width)
    counts, _ = np.histogram(left, edges)
    return edges, counts / width


def in_windows(left: NDArray[np.float64], seconds: float) -> NDArray[np.int64]:
    """Return for each request the number of requests in the last `seconds`, itself included."""
    first = np.searchsorted(left, left - seconds, side="right")
    return np.arange(1, len(left) + 1) - first
