"""Runs that are killed, frozen and undone, a bounded number of them."""

from tests.chaos import run_campaign

RUNS = 12


def test_every_row_ends_with_a_true_outcome() -> None:
    """Whatever is killed, frozen, cut, answered wrongly or done by others, outcomes are true."""
    tally = run_campaign(RUNS, seed=11, jobs=2)

    assert not tally.broken, str(tally)
    assert tally.counts["runs"] == RUNS
    for name in ("kills", "suspends", "undos", "faults", "lies"):
        assert tally.counts[name] > 0, f"no {name}: it proves nothing\n{tally}"
