"""A caller says "not now" when an attempt is due: nothing leaves, and the count continues later."""

import threading
from typing import Any

import pytest

import certbulk as cb
from certbulk.api import NotNow
from certbulk.api.decision import ATTEMPTS
from tests.sandbox.talk import EXAMPLE_RECORD

from .service import Service, answer, ok

WHOLE = ok({**EXAMPLE_RECORD, "id": 1})


class Until:
    """A `before` that says "not now" from an attempt on, and remembers the attempts it allowed."""

    def __init__(self, refused: int) -> None:
        self.refused = refused
        self.allowed: list[int] = []

    def __call__(self, attempt: int) -> None:
        """Allow an attempt, or raise."""
        if attempt >= self.refused:
            raise NotNow(f"the look is too old for attempt {attempt}")
        self.allowed.append(attempt)


def send(client: cb.Client, method: str, **how: Any) -> object:
    """Send a write."""
    if method == "POST":
        return client.create({}, **how)
    if method == "PUT":
        return client.update(1, {}, **how)
    client.delete(1, **how)
    return None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_leaves(method: str) -> None:
    """The exception comes out as it was raised, and no request arrives."""
    with Service(WHOLE) as service:
        with pytest.raises(NotNow, match="too old for attempt 1") as caught:
            send(service.client(), method, before=Until(1))
        assert service.asked == []
    assert (caught.value.attempts, caught.value.doubtful) == (0, False)


DOUBTS = [
    pytest.param("PUT", answer(503), True, id="an update that may have landed"),
    pytest.param("DELETE", None, True, id="a deletion without an answer"),
    pytest.param("PUT", answer(429), False, id="an update that was refused"),
    pytest.param("POST", answer(429), False, id="a create that was refused"),
]


@pytest.mark.parametrize(("method", "said", "doubtful"), DOUBTS)
def test_it_carries_what_has_left(method: str, said: bytes | None, *, doubtful: bool) -> None:
    """How many attempts have left, and whether one of them may have been carried out."""
    with Service(said) as service:
        with pytest.raises(NotNow) as caught:
            send(service.client(), method, before=Until(3))
        assert len(service.asked) == 2
    assert (caught.value.attempts, caught.value.doubtful) == (2, doubtful)


def test_a_request_goes_on_with_its_count() -> None:
    """The number of attempts goes on, and the bound holds for the sum."""
    before = Until(99)
    with Service(answer(503)) as service:
        with pytest.raises(cb.OutcomeUnknownError) as caught:
            service.client().update(1, {}, before=before, attempt=4)
        assert len(service.asked) == 2
    assert before.allowed == [5, 6]
    assert caught.value.attempts == ATTEMPTS


def test_a_request_goes_on_with_its_doubt() -> None:
    """A refusal after a doubtful attempt in an earlier call is not a failure."""
    with Service(answer(400, {"success": False})) as service:
        client = service.client()
        with pytest.raises(cb.OutcomeUnknownError):
            client.update(1, {}, attempt=1, doubtful=True)
        with pytest.raises(cb.RejectedError):
            client.update(1, {}, attempt=1)


def test_a_deletion_that_goes_on_finds_nothing_left() -> None:
    """A 404 after a doubtful attempt in an earlier call is this request's own deletion."""
    with Service(answer(404, {"success": False})) as service:
        client = service.client()
        client.delete(1, attempt=1, doubtful=True)
        with pytest.raises(cb.NotFoundError):
            client.delete(1, attempt=1)


def test_a_stop_after_it_knows_the_doubt() -> None:
    """A request that is stopped in its second call has an unknown outcome if it was doubtful."""
    stop = threading.Event()
    stop.set()
    with Service(WHOLE) as service:
        client = service.client()
        with pytest.raises(cb.OutcomeUnknownError) as caught:
            client.update(1, {}, stop=stop, attempt=2, doubtful=True)
        assert caught.value.attempts == 2
        with pytest.raises(cb.InterruptedRequestError):
            client.update(1, {}, stop=stop, attempt=2)
        assert service.asked == []


@pytest.mark.parametrize("attempt", [-1, ATTEMPTS, ATTEMPTS + 1])
def test_no_attempt_past_the_last(attempt: int) -> None:
    """A request that has used up its attempts cannot be sent once more by mistake."""
    with Service(WHOLE) as service:
        client = service.client()
        with pytest.raises(ValueError, match="attempt must be 0 to 5"):
            client.update(1, {}, attempt=attempt)
        assert service.asked == []


def test_the_turn_is_released() -> None:
    """Others that wait for a permit go on at once; the one that was not taken is theirs."""
    with Service(WHOLE) as service:
        client = service.client()
        due, go_on = threading.Event(), threading.Event()
        caught: list[NotNow] = []

        def before(_: int) -> None:
            due.set()
            go_on.wait(10)
            raise NotNow

        def hold() -> None:
            with pytest.raises(NotNow) as signal:
                client.update(1, {}, before=before)
            caught.append(signal.value)

        holder = threading.Thread(target=hold)
        holder.start()
        assert due.wait(10)
        waiting = threading.Thread(target=client.get, args=(1,))
        waiting.start()
        go_on.set()
        holder.join(10)
        waiting.join(10)
        assert not waiting.is_alive()
        assert [asked.method for asked in service.asked] == ["GET"]
        assert client.update(1, {})["id"] == 1  # and so does this one's own next call
    assert len(caught) == 1
