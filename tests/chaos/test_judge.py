"""The judge of the campaign: what it counts, and what no client can help."""

from collections import Counter
from collections.abc import Iterator

import pytest

import certbulk as cb
from certbulk.sandbox import Lies
from tests.chaos.judge import Scene, judged
from tests.conftest import FAST
from tests.recovery.scenes import at_call, creates, sent


@pytest.fixture
def client(sandbox: cb.Sandbox) -> Iterator[cb.Client]:
    """A client of the service."""
    with sandbox.client(**FAST) as client:
        yield client


@pytest.mark.parametrize(
    ("lies", "kind"), [(Lies(list_behind=1, list_behind_requests=2), "hidden"), (Lies(), None)]
)
def test_a_deletion_before_the_last_look(
    sandbox: cb.Sandbox, client: cb.Client, lies: Lies, kind: str | None
) -> None:
    """A type that a colleague deletes is hidden only if the list still has it; else it is gone."""
    sandbox.lies = lies
    began = len(sandbox.history)
    at_call(client, "create", 4, lambda: deletes(sandbox, client), after=True)
    run = sent(client, *creates(4))
    counted = Counter(finding.kind for finding in judged(scene(sandbox, run, began)))
    assert dict(counted) == ({kind: 1} if kind else {})
    assert [one.verified for one in run.outcomes].count("gone") == (kind is None)


def test_a_row_that_says_what_is_not_so(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A type that is deleted after the last look is excused; one deleted before it is lost."""
    began = len(sandbox.history)
    run = sent(client, *creates(3))
    sandbox.remove(newest(sandbox))
    late = scene(sandbox, run, began)
    assert [one.kind for one in judged(late)] == []
    client.list()
    assert [one.kind for one in judged(scene(sandbox, run, began))] == ["lost"]


def newest(sandbox: cb.Sandbox) -> int:
    """Return the id of the newest type."""
    return max(int(record["id"]) for record in sandbox.types())


def scene(sandbox: cb.Sandbox, run: cb.Run, began: int) -> Scene:
    """Return what the judge gets to see."""
    return Scene(
        run=run,
        live={record["id"]: record for record in sandbox.types()},
        history=sandbox.history,
        requests={seen.number: seen for seen in sandbox.requests},
        began=began,
        checks={},
        is_hazy=sandbox.lies.list_behind > 0,
    )


def deletes(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Have the newest type listed, and then deleted by somebody else."""
    client.list()
    sandbox.remove(newest(sandbox))
