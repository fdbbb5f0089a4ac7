"""Rows to apply, and a service that answers writes as a test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import certbulk as cb
from tests.api.service import Answer, Asked, Catalogue, Service
from tests.planning.sheets import LIVE, change, new, plan_of

ROWS: tuple[dict[str, str], ...] = (
    new(title="A 10"),
    new(title="B 10"),
    LIVE,
    change(288901, balance="51"),
    new(title="C 10", balance="x"),
    change(288903, balance="1"),
    new(title="D 10"),
    {**new(title="E 10"), "action": "skip"},
    change(288904, title="Spa Day, renamed"),
    change(999999, balance="1"),
    new(title="F 10"),
)
"""Rows of every kind. Six are sent: four creates, two updates."""

SENT = 6


def applied(client: cb.Client, *rows: dict[str, str], **options: Any) -> cb.Run:
    """Plan and apply these rows, those above by default."""
    return cb.apply(plan_of(client, *rows or ROWS), client, progress=False, **options)


@contextmanager
def writes_answered(said: Answer, *live: dict[str, Any]) -> Iterator[Service]:
    """Give a service with these live records that answers every write with `said`."""
    catalogue = Catalogue(*live)

    def by(asked: Asked) -> Answer:
        return catalogue(asked) if asked.method == "GET" else said

    with Service(by=by) as service:
        yield service
