"""What a look at what is live makes of an outcome: pure, row by row."""

from dataclasses import replace
from typing import Any

import pytest

import certbulk as cb
from certbulk.applying.sending.verified import verified
from certbulk.sandbox import SEED, Lies
from tests.planning.sheets import change, new
from tests.recovery.scenes import again, sent


def created(client: cb.Client) -> tuple[cb.RowDecision, cb.Outcome, dict[str, Any]]:
    """Return a create that was carried out: decision, outcome, record."""
    run = sent(client, new())
    return run.plan.decisions[0], run.outcomes[0], client.get(run.outcomes[0].id or 0)


@pytest.mark.parametrize("record", [None, {"balance": 99}, {"title": "Other"}, {}])
def test_a_second_look_says_the_same_as_the_first(
    client: cb.Client, record: dict[str, Any] | None
) -> None:
    """A resume looks again: the outcome, its message included, is what the first look made it."""
    decision, outcome, live = created(client)
    shown = None if record is None else {**live, **record}
    once = verified(decision, outcome, shown)
    assert replace(verified(decision, once, shown), at=once.at) == once


def test_what_a_first_look_missed_is_taken_back(client: cb.Client) -> None:
    """A type that was gone, or differed, at one look and is there at the next is verified."""
    decision, outcome, live = created(client)
    for missed in (None, {**live, "balance": 99}):
        once = verified(decision, outcome, missed)
        assert not once.ok
        twice = verified(decision, once, live)
        assert (twice.verified, twice.code, twice.message, twice.ok) == ("yes", "", "", True)


def test_resumes_do_not_make_a_message_longer(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """However often a run is resumed, what was found is in the message once."""
    sandbox.lies = Lies(script=("drops",), methods=("POST",))
    run = sent(client, new(), change(SEED.types[0]["id"], balance="51"))
    again(run.id, client)
    resumed = again(run.id, client)
    assert resumed.outcomes[0].verified == "gone"
    assert resumed.outcomes[0].message == run.outcomes[0].message
