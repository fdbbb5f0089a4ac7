from datetime import UTC, datetime

import pytest

from certbulk.sandbox import Faults, Limits

from .talk import EXAMPLE, Api, Clock


def test_a_request_is_recorded_with_what_became_of_it(api: Api, clock: Clock) -> None:
    """Method, path, query, body, time and outcome of each request, in the order of arrival."""
    clock.now += 2.5
    api.create()
    clock.now += 1
    api.get(params={"title": "spa day", "page": 2})
    first, second = api.server.requests
    assert (first.number, first.at, first.method, first.path) == (
        1,
        2.5,
        "POST",
        f"/api/v1{api.types}",
    )
    assert (first.query, first.body) == ({}, EXAMPLE)
    assert (first.status, first.fault, first.applied) == (200, None, True)
    assert abs((datetime.now(UTC) - first.wall).total_seconds()) < 60
    assert (second.number, second.at, second.query) == (2, 3.5, {"title": "spa day", "page": "2"})
    assert (second.body, second.status, second.applied) == (None, 200, False)


def test_refused_requests_are_recorded(api: Api) -> None:
    """Errors, 429s and unknown paths are on record too, as not applied."""
    api.create({"title": ""})
    api.send("POST", api.types, data=b"{not json", headers={"Content-Type": "application/json"})
    api.get("/nowhere")
    api.server.limits = Limits(per_second=1)
    api.get()
    api.delete(288901)
    outcomes = [(seen.status, seen.applied) for seen in api.server.requests]
    assert outcomes == [(400, False), (400, False), (404, False), (200, False), (429, False)]
    assert api.server.requests[1].body == "{not json"


def test_secrets_are_not_recorded(api: Api) -> None:
    """No token, no Authorization header and no password is found anywhere in the record."""
    api.send("POST", "/auth", json={"login": "practice@example.com", "password": "s3cr3t"})
    api.send("POST", "/auth", data=b'{"password": "s3cr3t"')
    api.create()
    assert api.server.requests[0].body == {"login": "practice@example.com", "password": "(hidden)"}
    assert api.server.requests[1].body == "(hidden)"
    for text in (str(api.server.requests), api.own("GET", "requests").text):
        assert "s3cr3t" not in text
        assert "sandbox-user" not in text
        assert "uthorization" not in text


def test_the_record_can_be_cleared(api: Api) -> None:
    """Clearing forgets the requests and goes on counting."""
    api.get()
    api.server.clear_requests()
    assert api.server.requests == []
    api.get()
    assert [seen.number for seen in api.server.requests] == [2]


def test_the_record_over_http(api: Api) -> None:
    """`/_sandbox/requests` lists and clears, without tokens, and is itself not recorded."""
    api.server.faults = Faults(script=("html_forbidden",))
    api.create()
    (seen,) = api.own("GET", "requests").json()
    assert (seen["method"], seen["status"], seen["fault"]) == ("POST", 403, "html_forbidden")
    assert datetime.fromisoformat(seen["wall"]).tzinfo is not None
    assert api.own("DELETE", "requests").status_code == 200
    assert api.server.requests == []


def test_faults_over_http(api: Api) -> None:
    """`/_sandbox/faults` answers the faults in force, and replaces them all."""
    api.server.faults = Faults(closed=0.5)
    answer = api.own("PUT", "faults", json={"script": ["lost_answer", None], "methods": ["POST"]})
    expected = Faults(script=("lost_answer", None), methods=("POST",))
    assert answer.status_code == 200
    assert api.server.faults == expected
    assert Faults.of(api.own("GET", "faults").json()) == expected


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"explode": 1}', '{"closed": 2}', '{"methods": "POST"}']
)
def test_wrong_faults_over_http(api: Api, text: str) -> None:
    """What is not a set of faults is answered 400 with the reason, and changes nothing."""
    api.server.faults = Faults(late_answer=1.0)
    answer = api.own("PUT", "faults", data=text)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert api.server.faults == Faults(late_answer=1.0)


def test_the_state_over_http(api: Api) -> None:
    """`/_sandbox/state` answers all records of each chain."""
    state = api.own("GET", "state").json()
    assert state["706028"] == api.server.types()
    assert [one["id"] for one in state["706555"]] == [288951, 288952]
    assert state["706900"] == []


def test_a_reset_over_http(api: Api) -> None:
    """`/_sandbox/reset` brings back seed, next id and first faults, and forgets the requests."""
    seed = api.server.types()
    api.create()
    api.delete(288901)
    api.server.faults = Faults(closed=1.0)
    assert api.own("POST", "reset").status_code == 200
    assert api.server.types() == seed
    assert api.server.requests == []
    assert api.create().json()["data"]["id"] == 289056


def test_limits_and_faults_leave_the_sandbox_itself_alone(api: Api) -> None:
    """What is asked under `/_sandbox` is not counted, not refused and not struck."""
    api.server.limits = Limits(per_second=1, per_minute=1)
    api.server.faults = Faults(closed=1.0)
    assert [api.own("GET", "requests").status_code for _ in range(4)] == [200] * 4
    api.server.faults = Faults()
    assert api.get().status_code == 200
