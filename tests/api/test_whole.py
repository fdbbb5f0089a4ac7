"""Records that the list shows in part."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.progress import stage_bar
from tests.planning.sheets import change, plan_of

BARS: list[tuple[str, bool]] = []


@contextmanager
def _noted(title: str, *, shown: bool) -> Iterator[Callable[[str, float], None]]:
    BARS.append((title, shown))
    with stage_bar(title, shown=False) as tell:
        yield tell


@pytest.fixture
def bare(sandbox: cb.Sandbox, client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> cb.Client:
    """A client whose service lists titles only; one type is deleted right after the list."""
    records = client.list()

    def listed() -> list[dict[str, object]]:
        return [{"id": one["id"], "title": one["title"], "is_archived": False} for one in records]

    sandbox.remove(288905)
    monkeypatch.setattr(client, "list", listed)
    monkeypatch.setattr("certbulk.api.whole.stage_bar", _noted)
    BARS.clear()
    return client


def test_a_type_that_is_deleted_meanwhile_stops_nobody(bare: cb.Client, tmp_path: Path) -> None:
    """Frame, export, diff and change go on without it, as a plan does."""
    assert 288905 not in bare.frame().index
    assert len(cb.read(cb.export(tmp_path / "live.xlsx", bare))) > 5
    assert cb.diff([{"id": 288901, "balance": 50}], bare).compared == 1
    assert len(cb.change("balance at least 100", "balance=5", bare)) > 1
    assert plan_of(bare, change(288905, balance="1")).decisions[0].code == "not_found"


def test_how_long_it_takes_is_told_before_it_begins(bare: cb.Client) -> None:
    """A bar says how many are read one by one, and about how long that takes at the pace."""
    bare.frame()
    cb.diff([{"id": 288901, "balance": 50}], bare, progress=False)
    (title, shown), (_, silent) = BARS
    assert title.startswith("Reading 9 types one by one, about ")
    assert (shown, silent) == (True, False)
