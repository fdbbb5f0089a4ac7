"""Messages about drift: one for each change of state."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

import certbulk as cb
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.notify import DriftStates, checked_webhook, next_time, send
from certbulk.fleets.standing import Standing

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)


def standing(state: str, *details: str) -> list[Standing]:
    """Return a chain whose comparison ended in this way."""
    lines = tuple({"title": title} for title in details)
    return [Standing(Job(1, file="a"), result=JobResult(1, state, details=lines))]


def test_one_message_for_each_change(tmp_path: Path) -> None:
    """What stays as it was is not told again; other differences, and an end of drift, are."""
    states, told = DriftStates(tmp_path), []
    nights = [
        *(standing("same"), standing("drifted", "a"), standing("drifted", "a")),
        *(standing("drifted", "b"), standing("failed"), standing("same"), standing("same")),
    ]
    for night in nights:
        told.append([(one["before"], one["state"]) for one in states.changes(night)])
        states.keep(night)
    assert told == [
        *([], [("same", "drifted")], [], [("drifted", "drifted")], [("drifted", "failed")]),
        *([("failed", "same")], []),
    ]


@pytest.mark.parametrize("answer", [500, 302, requests.ConnectionError()])
def test_a_message_that_is_not_delivered(answer: object) -> None:
    """It is an error that names the host only: the address may have a key. No redirect is taken."""

    def post(_: str, **how: Any) -> Any:
        assert how["allow_redirects"] is False
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(status_code=answer)

    with pytest.raises(cb.OutputError) as raised:
        send("https://hooks.example/secret", [{"chain": 1}], NOW, post=post)
    assert "hooks.example" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_the_message() -> None:
    """It is JSON: the event, the time, and the chains."""
    sent: list[Any] = []

    def post(_: str, **how: Any) -> Any:
        sent.append(how["json"])
        return SimpleNamespace(status_code=204)

    send("https://hooks.example", [{"chain": 1}], NOW, post=post)
    assert sent == [{"event": "drift", "at": NOW.isoformat(), "chains": [{"chain": 1}]}]


@pytest.mark.parametrize(
    "url", ["http://hooks.example", "ftp://a", "https://", "https://a:b@hooks.example", "x"]
)
def test_an_impossible_address(url: str) -> None:
    """Only https will do, or http on this machine."""
    assert checked_webhook("http://127.0.0.1:9/x")
    with pytest.raises(cb.SettingsError, match="address for messages"):
        checked_webhook(url)


@pytest.mark.parametrize(
    ("every", "due"),
    [("night", "2026-11-30T03:00"), ("hour", "2026-11-29T04:00"), ("22:30", "2026-11-29T22:30")],
)
def test_when_the_next_comparison_is(every: str, due: str) -> None:
    """It is always later than now."""
    assert next_time(every, NOW) == datetime.fromisoformat(f"{due}+00:00")


def test_an_impossible_time() -> None:
    """The message lists what is possible."""
    with pytest.raises(cb.SettingsError, match="Use night"):
        next_time("tomorrow", NOW)
