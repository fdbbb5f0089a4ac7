"""A sandbox of three chains that have the same names, and the settings to reach it."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox.server import PARTNER_TOKEN, USER_TOKEN
from tests.conftest import UNLIMITED

CHAINS = (706028, 1706028, 2706028)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[cb.Sandbox]:
    """The sandbox; the environment has its address and tokens."""
    running = cb.Sandbox(chains=3, limits=UNLIMITED)
    with running:
        monkeypatch.setenv("CERTBULK_BASE_URL", running.url)
        monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", PARTNER_TOKEN)
        monkeypatch.setenv("CERTBULK_USER_TOKEN", USER_TOKEN)
        monkeypatch.setenv("CERTBULK_PER_SECOND", "1000")
        monkeypatch.setenv("CERTBULK_PER_MINUTE", "60000")
        yield running


def sheet_in(folder: Path, *titles: str, name: str = "campaign.csv", **cells: str) -> Path:
    """Write a file with new types, which are valid at all locations of any chain."""
    new = {
        "balance": "50",
        "is_multi": "yes",
        "item_type_id": "All services and products",
        "is_allow_empty_code": "no",
        "balance_edit_type_id": "Cannot be edited",
        "expiration_type_id": "none",
        "salon_ids": "all locations",
    }
    pd.DataFrame([{"title": title, **new, **cells} for title in titles]).to_csv(
        folder / name, index=False
    )
    return folder / name


def live_titles(sandbox: cb.Sandbox, chain: int) -> list[str]:
    """Return the titles of a chain's types."""
    return [one["title"] for one in sandbox.types(chain)]
