"""The progress bar of a notebook, and what it leaves in one that is saved."""

import json
from typing import Any

import pytest

from certbulk import progress
from certbulk.applying.sending.progress import progress_bar
from certbulk.notebook_bar import NotebookBar

OUTPUTS: list[dict[str, str]] = []


class Handle:
    """A display as the kernel has it: its last content is what a notebook saves."""

    def __init__(self) -> None:
        OUTPUTS.clear()

    def display(self, content: dict[str, str], *, raw: bool) -> None:
        """Show a content, or another one in its place."""
        assert raw
        OUTPUTS.append(content)

    update = display


@pytest.fixture(autouse=True)
def _in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certbulk.notebook_bar.DisplayHandle", Handle)
    monkeypatch.setattr(progress, "has_viewer", lambda: True)
    monkeypatch.setattr("certbulk.applying.sending.progress.has_viewer", lambda: True)
    monkeypatch.setattr(progress, "bar_class", lambda: NotebookBar)
    monkeypatch.setattr("certbulk.applying.sending.progress.bar_class", lambda: NotebookBar)


def bar_of(rows: int, counts: dict[str, int]) -> Any:
    return progress_bar(rows, shown=True, counts=lambda: counts, per_second=4, per_minute=180)


def test_a_run_that_ended_leaves_true_numbers() -> None:
    """Instead of a bar at 0%: how many rows of how many, and how they ended."""
    counts = {"created": 0, "failed": 0}
    with bar_of(40, counts) as bar:
        assert "<progress" in OUTPUTS[0]["text/html"]
        bar.update(40)
        counts.update(created=38, failed=2)
    last = OUTPUTS[-1]
    assert last["text/plain"].startswith("Sending finished, 40 of 40 rows in 00:0")
    assert last["text/plain"].endswith(": 38 created, 2 failed")
    assert last["text/html"] == f"<p>{last['text/plain']}</p>"


def test_a_run_that_was_stopped_says_so() -> None:
    """With what has ended, and no time left."""
    with bar_of(40, {"created": 12}) as bar:
        bar.update(12)
    last = OUTPUTS[-1]["text/plain"]
    assert last.startswith("Sending stopped, 12 of 40 rows in ")
    assert "left" not in last


def test_a_stage_that_ended_says_how_long_it_took() -> None:
    """No share of it: it is over, whatever was reported last."""
    with progress.stage_bar("Reading <a>.xlsx", shown=True) as tell:
        tell("cells", 0.4)
    assert OUTPUTS[-1]["text/plain"].startswith("Reading <a>.xlsx finished in 00:0")
    assert "%" not in OUTPUTS[-1]["text/plain"]
    assert "&lt;a&gt;" in OUTPUTS[-1]["text/html"]


def test_a_stage_that_failed_says_that_it_stopped() -> None:
    """It has not finished."""

    def fails() -> None:
        with progress.stage_bar("Reading", shown=True):
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fails()
    assert OUTPUTS[-1]["text/plain"].startswith("Reading stopped in ")


def test_nothing_is_shown_of_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor of a bar that is not wanted; and nothing goes to stderr."""
    OUTPUTS.clear()
    with bar_of(0, {}):
        assert OUTPUTS == []
    with bar_of(3, {}) as bar:
        bar.update(3)
    assert capsys.readouterr().err == ""


def test_it_needs_no_widgets() -> None:
    """A notebook without their saved state shows the same."""
    with bar_of(1, {}) as bar:
        bar.update(1)
    assert "widget" not in json.dumps(OUTPUTS)
