import sys

import pytest

from certbulk.sandbox import Faults, Limits, Server
from certbulk.sandbox.limits import Windows

from .talk import Api, Clock


def statuses(api: Api, count: int) -> list[int]:
    return [api.get("/groups").status_code for _ in range(count)]


def test_five_requests_a_second(api: Api, clock: Clock) -> None:
    """The sixth request within a second is refused; a second after the first, one is let in."""
    api.server.limits = Limits()
    assert statuses(api, 6) == [200] * 5 + [429]
    clock.now += 0.999
    assert statuses(api, 1) == [429]
    clock.now += 0.001
    assert statuses(api, 6) == [200] * 5 + [429]


def test_two_hundred_requests_a_minute(api: Api, clock: Clock) -> None:
    """At four a second, the minute's quota is spent after 50 s, and the wait is up to a minute."""
    api.server.limits = Limits()
    for _ in range(200):
        assert statuses(api, 1) == [200]
        clock.now += 0.25
    assert statuses(api, 1) == [429]
    clock.now += 9.99
    assert statuses(api, 1) == [429]
    clock.now += 0.01
    assert statuses(api, 1) == [200]


def test_the_refusal_says_zero_seconds(api: Api) -> None:
    """A 429 comes in the envelope, with the useless advice and without a Retry-After."""
    api.server.limits = Limits(per_second=1)
    statuses(api, 1)
    answer = api.create()
    assert answer.status_code == 429
    assert answer.json() == {
        "success": False,
        "data": None,
        "meta": {"message": "Requests limit exceeded, try again in 0 seconds"},
    }
    assert "Retry-After" not in answer.headers
    assert len(api.server.types()) == 9


def test_retry_after_on_request(api: Api, clock: Clock) -> None:
    """With `retry_after` the header tells the wait in whole seconds, rounded up."""
    api.server.limits = Limits(per_second=None, per_minute=1, retry_after=True)
    statuses(api, 1)
    clock.now += 9.5
    assert api.get().headers["Retry-After"] == "51"


def test_limits_can_be_switched_off(api: Api) -> None:
    """None means no limit, one by one."""
    api.server.limits = Limits(per_second=None, per_minute=None)
    assert statuses(api, 210) == [200] * 210


def test_refused_requests_do_not_count(clock: Clock) -> None:
    """Insisting does not prolong the wait, and the wait is told exactly."""
    windows = Windows(Limits(per_second=2, per_minute=3), clock)
    assert [windows.refused_for("127.0.0.1") for _ in range(4)] == [0, 0, 1, 1]
    clock.now += 1
    assert [windows.refused_for("127.0.0.1") for _ in range(3)] == [0, 59, 59]
    clock.now += 59
    assert windows.refused_for("127.0.0.1") == 0


def test_a_refused_request_meets_no_fault(api: Api) -> None:
    """The script of faults waits for the requests that are let in."""
    api.server.limits = Limits(per_second=1, per_minute=None)
    api.server.faults = Faults(script=(None, "html_forbidden"))
    assert statuses(api, 2) == [200, 429]
    api.server.limits = Limits()
    assert statuses(api, 2) == [403, 200]


@pytest.mark.parametrize("wrong", [Limits(per_second=1), Limits(per_minute=1)], ids=str)
def test_limits_can_be_replaced_while_running(api: Api, wrong: Limits) -> None:
    """New limits count from the moment they are set."""
    statuses(api, 3)
    api.server.limits = wrong
    assert api.server.limits is wrong
    assert statuses(api, 2) == [200, 429]


def test_limits_below_one_are_refused() -> None:
    """A limit of 0 would let nothing in ever; None is how to say unlimited."""
    with pytest.raises(ValueError, match="per_second"):
        Limits(per_second=0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 has to be set up first")
def test_each_address_is_counted_by_itself(server: Server) -> None:
    """The quota that one address has spent is not another's; the record has the address."""
    server.limits = Limits(per_second=2)
    with Api(server) as first, Api(server, "127.0.0.2") as second:
        assert [statuses(one, 3) for one in (first, second)] == [[200, 200, 429]] * 2
    assert [seen.address for seen in server.requests] == ["127.0.0.1"] * 3 + ["127.0.0.2"] * 3
