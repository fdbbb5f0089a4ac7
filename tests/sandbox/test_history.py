from typing import Any

import pytest

from certbulk.sandbox import Change, Lies, Server
from certbulk.sandbox.misbehaviour.lies import TWIN_DEEDS

from .talk import EXAMPLE_RECORD, Api, body

Deed = tuple[int | None, str, int]


def deeds(server: Server) -> list[Deed]:
    return [(one.request, one.deed, one.type_id) for one in server.history]


def test_a_request_and_somebody_else_are_told_apart(api: Api) -> None:
    """Each change has the number of its request, or none; a refused request has no change."""
    server = api.server
    api.get()
    api.create()
    server.edit(289056, title="Edited")
    api.replace(289056)
    server.issue(289056)
    api.delete(289056)  # refused: issued
    server.remove(289056)
    added = server.add({"title": "Added"}, chain_id=706555)
    api.delete(288901)
    assert deeds(server) == [
        (2, "created", 289056),
        (None, "changed", 289056),
        (3, "changed", 289056),
        (None, "changed", 289056),
        (None, "deleted", 289056),
        (None, "created", added["id"]),
        (5, "deleted", 288901),
    ]
    first = server.history[0]
    assert (first.before, first.after, first.chain_id) == (None, EXAMPLE_RECORD, 706028)
    assert server.history[5].chain_id == 706555
    assert [seen.applied for seen in server.requests] == [False, True, True, False, True]


def test_the_history_is_a_copy(server: Server) -> None:
    """What it returns is not what the server continues with."""
    server.add({"title": "Added"})
    (change,) = server.history
    assert change.after is not None
    change.after["salon_ids"].append(1)
    assert server.types()[-1]["salon_ids"] == []


def test_a_reset_forgets_the_history(api: Api) -> None:
    """With the types, their history begins anew."""
    api.create()
    api.own("POST", "reset")
    assert api.server.history == []


def test_the_history_over_http(api: Api) -> None:
    """`/_sandbox/history` lists it, without tokens."""
    api.create()
    (change,) = api.own("GET", "history").json()
    assert (change["id"], change["deed"], change["request"]) == (289056, "created", 1)
    assert (change["before"], change["after"]) == (None, EXAMPLE_RECORD)


def test_a_change_of_nothing_is_none() -> None:
    """A change has a record on one side at least."""
    with pytest.raises(ValueError, match="a record"):
        _ = Change(request=1, before=None, after=None).type_id


# Somebody else, around a request

NEWEST, MADE, NEXT = 288909, 289056, 289057

AROUND_A_CREATE: dict[str, list[Deed]] = {
    "doubles_before": [(None, "created", MADE), (1, "created", NEXT)],
    "doubles_after": [(1, "created", MADE), (None, "created", NEXT)],
    "retitles_before": [(None, "changed", NEWEST), (1, "created", MADE)],
    "edits_after": [(1, "created", MADE), (None, "changed", MADE)],
    "renames_after": [(1, "created", MADE), (None, "changed", MADE)],
    "deletes_after": [(1, "created", MADE), (None, "deleted", MADE)],
}
CHANGED = (1, "changed", 288902)
AROUND_AN_UPDATE: dict[str, list[Deed]] = {
    "doubles_before": [(None, "created", MADE), CHANGED],
    "doubles_after": [CHANGED, (None, "created", MADE)],
    "retitles_before": [(None, "changed", NEWEST), CHANGED],
    "edits_before": [(None, "changed", 288902), CHANGED],
    "edits_after": [CHANGED, (None, "changed", 288902)],
    "renames_before": [(None, "changed", 288902), CHANGED],
    "renames_after": [CHANGED, (None, "changed", 288902)],
    "deletes_before": [(None, "deleted", 288902)],
    "deletes_after": [CHANGED, (None, "deleted", 288902)],
}
AROUND_A_DELETE: dict[str, list[Deed]] = {
    "edits_before": [(None, "changed", 288902), (1, "deleted", 288902)],
    "renames_before": [(None, "changed", 288902), (1, "deleted", 288902)],
    "deletes_before": [(None, "deleted", 288902)],
}


def twin(api: Api, *names: str, **given: Any) -> None:
    api.server.lies = Lies(twin=1, twin_deeds=names, **given)


@pytest.mark.parametrize("name", TWIN_DEEDS)
def test_somebody_else_creates_around_a_create(api: Api, name: str) -> None:
    """What does not suit a create is not done; the answer shows the record as it was created."""
    twin(api, name)
    record = api.create(body(title="Mine")).json()["data"]
    expected = AROUND_A_CREATE.get(name, [(1, "created", MADE)])
    assert deeds(api.server) == expected
    assert (record["title"], record["balance"]) == ("Mine", 1000)
    assert (1, "created", record["id"]) in expected
    is_done = name in AROUND_A_CREATE
    assert api.server.requests[0].lies == ((f"twin: {name}",) if is_done else ())


@pytest.mark.parametrize("name", TWIN_DEEDS)
def test_somebody_else_works_around_an_update(api: Api, name: str) -> None:
    """A type that was deleted before is a 404; else the answer shows what the update did."""
    twin(api, name)
    answer = api.replace(288902, body(title="Mine"))
    assert deeds(api.server) == AROUND_AN_UPDATE[name]
    if name == "deletes_before":
        assert answer.status_code == 404
    else:
        record = answer.json()["data"]
        assert (record["title"], record["balance"]) == ("Mine", 1000)


@pytest.mark.parametrize("name", AROUND_A_DELETE)
def test_somebody_else_works_around_a_delete(api: Api, name: str) -> None:
    """He changes or deletes the type just before."""
    twin(api, name)
    assert api.delete(288902).status_code == (404 if name == "deletes_before" else 200)
    assert deeds(api.server) == AROUND_A_DELETE[name]


def test_what_somebody_else_does(api: Api) -> None:
    """A double is the body again, an edit raises the balance, a renamed type has another title."""
    twin(api, "doubles_after")
    mine = api.create().json()["data"]
    assert api.server.types()[-1] == {**mine, "id": mine["id"] + 1}
    twin(api, "edits_after")
    api.create()
    assert api.server.types()[-1]["balance"] == mine["balance"] + 1
    twin(api, "renames_after")
    api.create(body(title="Mine"))
    assert api.server.types()[-1]["title"] == "Mine (renamed)"
    # The newest type that no request created is the double of the first.
    twin(api, "retitles_before")
    api.create(body(title="Mine"))
    titles = {one["id"]: one["title"] for one in api.server.types()}
    assert titles[mine["id"] + 1] == "Mine"


def test_somebody_else_comes_at_a_rate(api: Api) -> None:
    """The same seed brings him at the same requests, with the same deeds."""
    runs = []
    for _ in range(2):
        api.own("POST", "reset")
        api.server.lies = Lies(twin=0.4, seed=5)
        for number in range(30):
            api.create(body(title=f"Card {number}"))
        runs.append([seen.lies for seen in api.server.requests])
    assert runs[0] == runs[1]
    met = [names for names in runs[0] if names]
    assert 5 < len(met) < 20
    assert len(set(met)) > 3


def test_a_refused_request_meets_nobody(api: Api) -> None:
    """If nothing is stored, nobody comes."""
    twin(api, *TWIN_DEEDS)
    api.create({"title": ""})
    api.replace(1)
    api.delete(1)
    assert api.server.history == []
