from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import certbulk as cb
from certbulk.sandbox import Quirks
from tests.sandbox.talk import EXAMPLE_RECORD

from .service import Asked, Service, answer, ok


def more_types(sandbox: cb.Sandbox, count: int) -> list[int]:
    """Put types there until there are so many, and return the ids of all."""
    for number in range(count - len(sandbox.types())):
        sandbox.server.add({"title": f"Added {number}", "salon_ids": [720441]})
    return [record["id"] for record in sandbox.types()]


QUIRKS = [
    pytest.param(Quirks(), 2, id="as documented"),
    pytest.param(Quirks(page_size_cap=10), 13, id="pages of ten"),
    pytest.param(Quirks(page_size_cap=7), 18, id="pages of seven"),
    pytest.param(Quirks(page_size_cap=1), 123, id="pages of one"),
    pytest.param(Quirks(overlap=20), 2, id="overlapping pages"),
    pytest.param(Quirks(page_size_cap=10, overlap=3), 18, id="small overlapping pages"),
    pytest.param(Quirks(page_size_cap=10, overlap=9), 114, id="pages one record apart"),
]


@pytest.mark.parametrize(("quirks", "pages"), QUIRKS)
def test_every_type_is_listed_once(
    sandbox: cb.Sandbox, client: cb.Client, quirks: Quirks, pages: int
) -> None:
    """Whatever the size of the pages, each id comes back exactly once, and no page is wasted."""
    ids = more_types(sandbox, 123)
    sandbox.server.quirks = quirks
    assert [record["id"] for record in client.list()] == ids
    assert len(sandbox.requests) == pages


def test_what_is_asked_for(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Pages are asked for by number, a hundred records each."""
    more_types(sandbox, 250)
    client.list()
    assert [seen.query for seen in sandbox.requests] == [
        {"page": str(page), "page_size": "100"} for page in (1, 2, 3)
    ]


@pytest.mark.parametrize("count", [9, 99, 100, 101, 200])
def test_around_a_whole_page(sandbox: cb.Sandbox, client: cb.Client, count: int) -> None:
    """A list that fills its last page is no longer and no shorter than it is."""
    assert [record["id"] for record in client.list()] == [r["id"] for r in sandbox.types()]
    sandbox.server.clear_requests()
    ids = more_types(sandbox, count)
    assert [record["id"] for record in client.list()] == ids
    assert len(sandbox.requests) == -(-count // 100)


def test_an_empty_list() -> None:
    """A chain without types has an empty list, after one request."""
    with Service(ok([], {"total_count": 0})) as service:
        assert service.client().list() == []
        assert len(service.asked) == 1


def test_by_title(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """A part of the title can be asked for, and characters in it stay what they are."""
    sandbox.server.add({"title": "50 % & more=100"})
    assert [record["title"] for record in client.list("% & more=")] == ["50 % & more=100"]
    assert sandbox.requests[-1].query["title"] == "% & more="


@pytest.mark.parametrize("lie", [1, 2, 50, -1, -5])
def test_a_count_that_does_not_agree_is_an_error(
    sandbox: cb.Sandbox, client: cb.Client, lie: int
) -> None:
    """A list that is longer or shorter than its count is not relied on, after three tries."""
    sandbox.server.quirks = Quirks(lying_total=lie)
    with pytest.raises(cb.ListingError, match=f"counts {9 + lie} certificate types but lists 9"):
        client.list()
    assert 3 <= len(sandbox.requests) <= 6


def test_a_list_that_changes_meanwhile_is_read_again() -> None:
    """A count that was wrong once, because somebody added a type, is no error."""
    wrong = ok([{"id": 1}], {"total_count": 2})
    with Service(wrong, ok([], {"total_count": 2}), ok([{"id": 1}], {"total_count": 1})) as service:
        assert service.client().list() == [{"id": 1}]


def test_a_server_that_ignores_pages_is_no_endless_loop() -> None:
    """The same page again brings nothing new, and so the list ends."""
    with Service(ok([{"id": 1}, {"id": 2}], {"total_count": 5})) as service:
        with pytest.raises(cb.ListingError):
            service.client().list()
        assert len(service.asked) == 6


def test_without_a_count() -> None:
    """Where no total is given, the list ends with the page that brings nothing new."""

    def page(asked: Asked) -> bytes:
        number = int(parse_qs(urlsplit(asked.target).query)["page"][0])
        return ok([{"id": number * 10 + n} for n in range(3)] if number < 4 else [])

    with Service(by=page) as service:
        ids = [record["id"] for record in service.client().list()]
        assert ids == [10, 11, 12, 20, 21, 22, 30, 31, 32]
        assert len(service.asked) == 4


def test_a_short_page_is_not_the_end() -> None:
    """A page shorter than the one before it says nothing about the next."""
    sizes = {1: 5, 2: 1, 3: 4}

    def page(asked: Asked) -> bytes:
        number = int(parse_qs(urlsplit(asked.target).query)["page"][0])
        records = [{"id": number * 10 + n} for n in range(sizes.get(number, 0))]
        return ok(records, {"total_count": 10})

    with Service(by=page) as service:
        assert len(service.client().list()) == 10
        assert len(service.asked) == 3


@pytest.mark.parametrize("count", ["9", 9, 9.0])
def test_spellings_of_the_count(count: object) -> None:
    """The count may be a text; it is a count all the same."""
    records = [{"id": n} for n in range(1, 9)]
    with Service(ok(records, {"total_count": count})) as service:
        client = service.client()
        with pytest.raises(cb.ListingError, match=r"counts 9 .* lists 8"):
            client.list()


@pytest.mark.parametrize("meta", [None, {}, {"total_count": None}])
def test_a_count_that_was_given_once_stays(meta: object) -> None:
    """A page past the end that gives no count does not take back the one on the first page."""
    pages = [ok([{"id": 1}], {"total_count": 3}), ok([], meta)]
    with Service(*pages * 3) as service:
        client = service.client()
        with pytest.raises(cb.ListingError, match=r"counts 3 .* lists 1"):
            client.list()


@pytest.mark.parametrize("spelling", ["289001", 289001])
def test_ids_may_be_texts(spelling: object) -> None:
    """An id comes back as a number however the service spells it, and counts as one id."""
    records = [{**EXAMPLE_RECORD, "id": spelling}, {**EXAMPLE_RECORD, "id": 289001}]
    with Service(ok(records, {"total_count": 1}), ok(records[0])) as service:
        client = service.client()
        assert [record["id"] for record in client.list()] == [289001]
        assert client.get(289001)["id"] == 289001
        assert client.update(289001, {})["id"] == 289001


SPELLINGS: list[Any] = [None, 0, -1, True, 1.5, "", "x", "1.0", [], "9" * 5000, "\u0663"]
WRONG = [
    pytest.param(ok({"1": {"id": 1}}, {"total_count": 1}), id="a map"),
    pytest.param(ok(None, {"total_count": 0}), id="null"),
    pytest.param(ok("none"), id="a text"),
    pytest.param(ok([1, 2], {"total_count": 2}), id="a list of numbers"),
    pytest.param(ok([None], {"total_count": 1}), id="a list of null"),
    pytest.param(ok([{"title": "no id"}], {"total_count": 1}), id="without an id"),
    *(
        pytest.param(ok([{"id": spelling}], {"total_count": 1}), id=f"id {str(spelling)[:20]}")
        for spelling in SPELLINGS
    ),
    pytest.param(ok([{"id": 1}], {"total_count": "9" * 5000}), id="an endless count"),
    pytest.param(answer(200, [{"id": 1}]), id="without an envelope"),
    pytest.param(answer(200, raw=b"<html>log in</html>"), id="a page"),
]


@pytest.mark.parametrize("page", WRONG)
def test_a_list_that_is_none_is_an_error(page: bytes) -> None:
    """Nothing is planned on the ground of a list that cannot be read whole."""
    with Service(page) as service, pytest.raises(cb.ServiceError) as caught:
        service.client().list()
    assert caught.value.code == "server_error"
    assert len(str(caught.value)) < 600


def test_another_record_than_asked_for_is_an_error() -> None:
    """An answer about another type must not be taken for the one asked for."""
    with Service(ok({**EXAMPLE_RECORD, "id": 2})) as service:
        client = service.client()
        with pytest.raises(cb.ServiceError):
            client.get(1)
        with pytest.raises(cb.OutcomeUnknownError):
            client.update(1, {})
