"""Fleets whose workers are killed, and whose locks are cut: a bounded number of them."""

import pytest

from tests.shared.postgres import binaries


def test_every_row_of_a_struck_fleet_ends_with_a_true_outcome() -> None:
    """Nothing is lost, doubled or untrue, whichever process, session or answer is lost."""
    for name, extra in (("distributed", "fleet"), ("psycopg", "postgres")):
        pytest.importorskip(name, reason=f"{name} is not installed: certbulk[{extra}]")
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    from tests.fleet import Shape, run_campaign

    shape = Shape(fleets=2, workers=3, lanes=2, chains=2, kills=4, cut_sessions=2)
    tally = run_campaign(shape, seed=5, jobs=2)

    assert not tally.broken, str(tally)
    assert tally.counts["late"] == 0, "\n".join(tally.noted)
    for name in ("kills", "cuts", "faults"):
        assert tally.counts[name] > 0, f"no {name}: it proves nothing\n{tally}"
