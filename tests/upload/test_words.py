"""The page speaks of what there is on it: no commands, no options."""

from pathlib import Path

import pytest

import certbulk as cb
from certbulk.applying.chainlock import one_run_at_a_time
from certbulk.applying.unsent import not_sent
from certbulk.errors import CertbulkError
from certbulk.settings import Settings
from certbulk.upload.places import PRACTICE, Place
from certbulk.upload.show import shown_to_page
from certbulk.upload.state import State
from certbulk.upload.words import for_page
from tests.planning.sheets import new, plan_of, report_on


def test_what_a_setting_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The practice chain is something to choose on the page."""
    monkeypatch.delenv("CERTBULK_CHAIN_ID", raising=False)
    with pytest.raises(CertbulkError) as caught:
        Settings.load().need("chain_id")
    words = for_page(str(caught.value))
    assert words.endswith(
        "put CERTBULK_CHAIN_ID=... into a .env file, or choose the practice chain."
    )


def test_a_chain_that_is_busy(tmp_path: Path) -> None:
    """Whoever waits waits by themselves."""
    busy = one_run_at_a_time(tmp_path, "s", 1, run="a", since="now", wait=False)
    second = one_run_at_a_time(tmp_path, "s", 1, run="b", since="now", wait=False)
    with busy, pytest.raises(CertbulkError) as caught, second:
        raise AssertionError
    assert for_page(str(caught.value)).endswith("Wait until it has ended.")


def test_why_rows_were_not_sent(client: cb.Client) -> None:
    """The reason of the run is on each of its rows, and each sentence ends once."""
    decision = plan_of(client, new(title="A")).decisions[0]
    for reason, said in {
        "asked to with certbulk stop 20260101-000000-abcdef": "(it was asked to stop).",
        "The service could not be reached (connection refused).": "(connection refused)).",
    }.items():
        assert for_page(not_sent(decision, reason, "").message).endswith(said)


def test_nothing_on_the_page_names_an_option() -> None:
    """Findings as well: a column that is missing, a sheet that could be another."""
    view = shown_to_page(State((), Place(PRACTICE, "", "")).read(report_on({"title": "A"}), []))
    texts = [finding["text"] for finding in view["report"]["findings"]["rows"]]
    assert any(text.endswith("which new types need. Add it.") for text in texts)
    assert not [text for text in texts if "--" in text]


@pytest.mark.parametrize("same", ["Set A=... here.", "A title with -- in it.", "Wait ... and see."])
def test_what_is_said_as_it_is(same: str) -> None:
    """Everything else stays to the letter."""
    assert for_page(same) == same
