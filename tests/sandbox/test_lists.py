from collections import Counter
from typing import Any

import pytest

from certbulk.sandbox import Lies, Quirks, Server
from certbulk.sandbox.store.history import Change, before

from .talk import Api, body


@pytest.fixture
def many(server: Server) -> list[int]:
    """Fill the chain up to 50 types, and return their ids in the order of the list."""
    for number in range(41):
        server.add({"title": f"Card {number}"})
    return [one["id"] for one in server.types()]


def lies(api: Api, **given: Any) -> None:
    api.server.lies = Lies(**given)


def page(api: Api, number: int = 1, **query: Any) -> list[int]:
    found = api.get(params={"page": number, "page_size": 20, **query}).json()["data"]
    return [one["id"] for one in found]


def total(api: Api, **query: Any) -> Any:
    return api.get(params=query).json()["meta"]["total_count"]


def told(api: Api) -> list[tuple[str, ...]]:
    return [seen.lies for seen in api.server.requests if seen.method == "GET"]


def test_a_new_type_is_not_in_the_list_yet(api: Api) -> None:
    """It is missing from the next two lists, and so from the count; a look by id finds it."""
    lies(api, list_behind=1, list_behind_requests=2)
    created = api.create().json()["data"]
    seen = []
    for _ in range(3):
        content = api.get(params={"page_size": 100}).json()
        seen.append((created in content["data"], content["meta"]["total_count"]))
        assert api.one(created["id"]).json()["data"] == created
    assert seen == [(False, 9), (False, 9), (True, 10)]
    assert [names for names in told(api) if names] == [("list_behind",)] * 2


def test_updates_and_deletes_are_not_in_the_list_yet(api: Api) -> None:
    """A changed type is listed as it was, a deleted one in its old place, for some requests."""
    lies(api, list_behind=1, list_behind_requests=1)
    old = api.get().json()["data"]
    api.replace(288901)
    api.delete(288905)
    assert api.get().json()["data"] == old
    now = api.get().json()["data"]
    assert now == api.server.types()
    assert [one["id"] for one in now] == [one["id"] for one in old if one["id"] != 288905]


def test_what_happened_before_the_lies_is_listed(api: Api, many: list[int]) -> None:
    """A list is behind in what happens from then on."""
    lies(api, list_behind=1)
    assert page(api) == many[:20]


def test_each_type_has_its_own_delay(api: Api) -> None:
    """At a rate, some types are missing and others are there."""
    lies(api, list_behind=0.5, seed=1)
    made = {api.create(body(title=f"Card {at}")).json()["data"]["id"] for at in range(20)}
    there = made & set(page(api, page_size=100))
    assert 4 < len(there) < 16


def test_a_count_is_some_changes_behind(api: Api) -> None:
    """It is that of three changes ago, whatever these were."""
    lies(api, total_behind=1, total_behind_changes=3)
    counts = [total(api)]
    for _ in range(4):
        api.create()
        counts.append(total(api))
    for type_id in (288901, 288902):
        api.delete(type_id)
        counts.append(total(api))
    #            9  10 11 12  13  12  11 live
    assert counts == [9, 9, 9, 9, 10, 11, 12]
    assert len(page(api)) == 11
    assert told(api)[:3] == [(), ("total_behind",), ("total_behind",)]


def test_a_count_is_cached(api: Api) -> None:
    """It is answered for two more requests for that list, and counted anew then."""
    lies(api, total_cached_requests=2)
    counts = []
    for _ in range(5):
        counts.append(total(api))
        api.create()
    assert counts == [9, 9, 9, 12, 12]
    assert total(api, title="Certificate 1000") == 5  # another list has a count of its own


def test_no_count_is_cached_where_lists_are_left_alone(api: Api) -> None:
    """`methods` without GET leaves lists as they are."""
    lies(api, total_cached_requests=9, total_missing=1, methods=("POST",))
    assert total(api) == 9
    api.create()
    assert total(api) == 10


def test_a_count_of_the_page(api: Api, many: list[int]) -> None:
    """The count is of the records on the page, which is all of them only for short lists."""
    lies(api, total_of_page=1)
    assert [total(api, page=number, page_size=20) for number in (1, 2, 3, 4)] == [20, 20, 10, 0]
    assert total(api, page_size=100) == len(many)


def test_no_count(api: Api) -> None:
    """`meta` is empty, and so is a list, as it is on a single record."""
    lies(api, total_missing=1)
    assert api.get().json()["meta"] == []
    assert told(api) == [("total_missing",)]


def test_pages_slip_by_one(api: Api, many: list[int]) -> None:
    """From page 2 on, a page begins one record earlier or later than it should."""
    lies(api, slipped_pages=1)
    assert page(api) == many[:20]
    pages = {tuple(page(api, 2)) for _ in range(20)}
    assert pages == {tuple(many[19:39]), tuple(many[21:41])}
    assert told(api) == [(), *[("slipped_pages",)] * 20]


def test_a_record_is_left_out_or_repeated(api: Api, many: list[int]) -> None:
    """One record of the page is not there, or twice; the count is that of all."""
    lies(api, script=("left_out", "repeated"))
    assert len(set(many[:20]) - set(page(api))) == 1
    twice = Counter(page(api))
    assert sorted(twice.values()) == [1] * 19 + [2]
    assert set(twice) == set(many[:20])
    lies(api, left_out=1)
    assert total(api) == 50


def test_an_empty_page_has_nothing_to_leave_out(api: Api) -> None:
    """Past the end there is nothing to lie about."""
    lies(api, left_out=1, repeated=1, nan=1, wrong_chain=1, text_ids=1, total_of_page=1)
    api.server.quirks = Quirks(lying_total=-9)
    assert page(api, 9) == []
    assert told(api) == [()]


def test_lists_may_begin_with_the_newest(api: Api, many: list[int]) -> None:
    """A new type then shifts all pages."""
    api.server.quirks = Quirks(newest_first=True)
    assert page(api) == many[:-21:-1]
    api.create()
    assert page(api, 2)[0] == many[-20]


def test_changes_can_be_undone() -> None:
    """Records keep their places, and one that was deleted comes back between its neighbours."""
    first, second, third = ({"id": one, "title": ""} for one in (1, 2, 3))
    renamed = {**first, "title": "New"}
    changes = [
        Change(request=1, before=None, after=third),
        Change(request=2, before=first, after=renamed),
        Change(request=None, before=second, after=None),
        Change(request=3, before=renamed, after=None),
    ]
    assert before([third], changes) == [first, second]
    assert before([third], changes[1:]) == [first, second, third]
    assert before([third], changes[3:]) == [renamed, third]
    assert before([third], []) == [third]
