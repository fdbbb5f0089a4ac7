import json
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import certbulk as cb
from certbulk.api import listing
from certbulk.sandbox import Quirks
from tests.sandbox.talk import EXAMPLE_RECORD, body

from .service import Answering, Asked, Service, answer, ok


def more_types(sandbox: cb.Sandbox, count: int) -> list[int]:
    """Put types there until there are so many, and return the ids of all."""
    for number in range(count - len(sandbox.types())):
        sandbox.server.add({"title": f"Added {number}", "salon_ids": [720441]})
    return [record["id"] for record in sandbox.types()]


QUIRKS = [
    pytest.param(Quirks(), 3, id="as documented"),
    pytest.param(Quirks(page_size_cap=10), 14, id="pages of ten"),
    pytest.param(Quirks(page_size_cap=7), 19, id="pages of seven"),
    pytest.param(Quirks(page_size_cap=1), 124, id="pages of one"),
    pytest.param(Quirks(overlap=20), 3, id="overlapping pages"),
    pytest.param(Quirks(page_size_cap=10, overlap=3), 19, id="small overlapping pages"),
    pytest.param(Quirks(page_size_cap=10, overlap=9), 115, id="pages one record apart"),
]


@pytest.mark.parametrize(("quirks", "pages"), QUIRKS)
def test_every_type_is_listed_once(
    sandbox: cb.Sandbox, client: cb.Client, quirks: Quirks, pages: int
) -> None:
    """Whatever the size of the pages, each id comes back exactly once; one page ends the list."""
    ids = more_types(sandbox, 123)
    sandbox.server.quirks = quirks
    assert [record["id"] for record in client.list()] == ids
    assert len(sandbox.requests) == pages


def test_what_is_asked_for(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """Pages are asked for by number, a hundred records each."""
    more_types(sandbox, 250)
    client.list()
    assert [seen.query for seen in sandbox.requests] == [
        {"page": str(page), "page_size": "100"} for page in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize("count", [9, 99, 100, 101, 200])
def test_around_a_whole_page(sandbox: cb.Sandbox, client: cb.Client, count: int) -> None:
    """A list that fills its last page is no longer and no shorter than it is."""
    assert [record["id"] for record in client.list()] == [r["id"] for r in sandbox.types()]
    sandbox.server.clear_requests()
    ids = more_types(sandbox, count)
    assert [record["id"] for record in client.list()] == ids
    assert len(sandbox.requests) == -(-count // 100) + 1


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


@pytest.mark.parametrize("lie", [1, 2, 50, -1, -5, -9])
def test_a_count_alone_is_a_remark(sandbox: cb.Sandbox, client: cb.Client, lie: int) -> None:
    """A count that lags: two readings with the same ids are complete, and the client says so."""
    sandbox.server.quirks = Quirks(lying_total=lie)
    ids = [record["id"] for record in sandbox.types()]
    assert [record["id"] for record in client.list()] == ids
    assert len(sandbox.requests) == 4
    (remark,) = client.remarks
    assert remark.startswith(f"The service reports {9 + lie} certificate types but returned 9")
    client.list()
    assert client.remarks == (remark,)  # once is enough


def test_a_count_that_agrees_is_no_remark(client: cb.Client) -> None:
    """Nothing is reported about a list that is as it should be."""
    client.list()
    assert client.remarks == ()


def paged(*listings: list[list[int]], counts: list[list[int]] | None = None) -> Answering:
    """Return a service with these pages of ids, one list of pages for each reading in turn.

    Pages past the end are empty. Without `counts`, each page counts what the reading has.
    """
    reading = -1

    def page(asked: Asked) -> bytes:
        nonlocal reading
        number = int(parse_qs(urlsplit(asked.target).query)["page"][0])
        reading += number == 1
        which = min(reading, len(listings) - 1)
        pages = listings[which]
        ids = pages[number - 1] if number <= len(pages) else []
        total = len({i for some in pages for i in some})
        if counts:
            said = counts[min(which, len(counts) - 1)]
            total = said[min(number, len(said)) - 1]
        return ok([{"id": i} for i in ids], {"total_count": total})

    return page


CONSISTENT: list[Any] = [
    pytest.param([[[1, 2], [3]]], [[3, 3, 3]], 3, 3, False, id="one reading that agrees"),
    pytest.param([[[1, 2], [3]]], [[2, 1, 0]], 3, 6, True, id="the count of the page"),
    pytest.param([[[1, 2], [3]]], [[3, 4, 3]], 3, 6, True, id="counts that differ"),
    pytest.param([[[1, 2], [3]], [[1, 3], [4]]], [[4, 3, 3], [3]], 3, 6, False, id="a delete"),
    pytest.param([[[1, 2], [2, 3]]], [[3]], 3, 3, False, id="a page that shifted"),
    pytest.param([[[1, 2], [2, 1, 3]]], [[4]], 3, 6, True, id="repeats and a new one go on"),
    pytest.param([[[1, 2]], [[1, 2, 3]], [[3, 1, 2]]], [[9]], 3, 6, True, id="the third"),
    pytest.param([[[1, 2]], [[1, 2, 3]]], [[3], [3]], 3, 4, False, id="the second agrees"),
    pytest.param([[[1], [2]]], [[0]], 2, 6, True, id="a count of none"),
]


@pytest.mark.parametrize(("listings", "counts", "types", "requests", "odd"), CONSISTENT)
def test_what_makes_a_list_complete(
    listings: list[list[list[int]]],
    counts: list[list[int]],
    *,
    types: int,
    requests: int,
    odd: bool,
) -> None:
    """One reading that agrees with all its counts, or two in a row with the same ids."""
    with Service(by=paged(*listings, counts=counts)) as service:
        client = service.client()
        assert len(client.list()) == types
        assert len(service.asked) == requests
        assert bool(client.remarks) is odd


INCONSISTENT: list[Any] = [
    pytest.param(
        [[[1]], [[1, 2]], [[1, 3]]], [[9]], "9 but returned 1, then 9 but", id="ids differ"
    ),
    pytest.param([[[1]], [[2]], [[1]]], [[2]], "The ids differ", id="to and fro"),
    pytest.param([[]], [[5]], "reports 5 certificate types but returned 0", id="none, but counted"),
]


@pytest.mark.parametrize(("listings", "counts", "says"), INCONSISTENT)
def test_a_list_that_contradicts_itself(
    listings: list[list[list[int]]], counts: list[list[int]], says: str
) -> None:
    """After three readings it is an error that says what came, and nothing is used."""
    with Service(by=paged(*listings, counts=counts)) as service:
        client = service.client()
        with pytest.raises(cb.ListingError, match=says) as caught:
            client.list()
        assert "It was read 3 times. The list was not used." in str(caught.value)
        assert client.remarks == ()


def test_a_page_that_is_always_the_same() -> None:
    """A service that ignores which page is asked for ends the list with the second."""
    with Service(ok([{"id": 1}, {"id": 2}], {"total_count": 2})) as service:
        assert len(service.client().list()) == 2
        assert len(service.asked) == 2


def test_a_page_that_is_always_the_same_and_hides_types() -> None:
    """If it counts more than it shows, no reading can be complete: that is an error."""
    with Service(ok([{"id": 1}, {"id": 2}], {"total_count": 5})) as service:
        with pytest.raises(cb.ListingError, match="the same page for every page number"):
            service.client().list()
        assert len(service.asked) == 6


@pytest.mark.parametrize("bound", ["_MOST_PAGES", "_MOST_RECORDS", "_MOST_CHARACTERS"])
def test_a_list_without_an_end(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """New ids for ever fill neither the time nor the memory."""
    monkeypatch.setattr(listing, bound, {"_MOST_CHARACTERS": 1000}.get(bound, 20))

    def page(asked: Asked) -> bytes:
        number = int(parse_qs(urlsplit(asked.target).query)["page"][0])
        return ok([{"id": 3 * number + n, "title": "x" * 20} for n in range(3)])

    with Service(by=page) as service:
        with pytest.raises(cb.ListingError, match=r"does not end: \d\d types were read"):
            service.client().list()
        assert len(service.asked) <= 20


def test_a_record_that_was_read_twice_with_other_contents() -> None:
    """It was changed meanwhile: the list is read again, and the later content counts."""
    old, new = {**EXAMPLE_RECORD, "id": 1}, {**EXAMPLE_RECORD, "id": 1, "balance": 7}
    meta = {"total_count": 2}
    last = {**EXAMPLE_RECORD, "id": 2}
    pages = [ok([old], meta), ok([new, last], meta), ok([], meta), ok([new, last], meta)]
    with Service(*pages, ok([], meta)) as service:
        client = service.client()
        assert [record["balance"] for record in client.list()] == [7, last["balance"]]
        assert len(service.asked) == 5
        assert client.remarks == ()


def test_a_record_that_always_has_two_contents() -> None:
    """Nobody knows which is true: the error names the type and the fields."""
    two = [{**EXAMPLE_RECORD, "id": 1}, {**EXAMPLE_RECORD, "id": 1, "balance": 7, "title": "B"}]
    says = r"type 1 twice, with different contents \((title, balance|balance, title)\)"
    with Service(ok(two, {"total_count": 1})) as service:
        client = service.client()
        with pytest.raises(cb.ListingError, match=says):
            client.list()


def test_a_record_that_was_read_twice_in_two_spellings() -> None:
    """The same values in another spelling are the same record."""
    one = {**EXAMPLE_RECORD, "id": 1, "balance": 1000}
    two = {**EXAMPLE_RECORD, "id": "1", "balance": "1000.00", "surprise": 1}
    with Service(ok([one, two], {"total_count": 1})) as service:
        client = service.client()
        assert [record["id"] for record in client.list()] == [1]
        assert len(service.asked) == 2
        assert client.remarks == ()


NO_NUMBERS = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"]


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize("field", ["balance", "online_sale_price", "expiration_timeout", "weight"])
def test_a_number_that_is_none(number: str, field: str) -> None:
    """A list with one is not used, and the error names type and field: NaN differs from itself."""
    record = json.dumps({**EXAMPLE_RECORD, "id": 5, field: "@"}).replace('"@"', number)
    whole = answer(200, raw=f'{{"success": true, "data": [{record}], "meta": []}}'.encode())
    with Service(whole) as service:
        client = service.client()
        with pytest.raises(cb.ListingError, match=f"type 5, .* has {field} .*not a number"):
            client.list()
    single = answer(200, raw=f'{{"success": true, "data": {record}, "meta": []}}'.encode())
    with Service(single) as service:
        client = service.client()
        with pytest.raises(cb.UnavailableError, match=f"type 5 has {field} .*not a number"):
            client.get(5)
        assert client.create({})[field] is None  # it was created: what was stored differs
        assert client.update(5, {})[field] is None


def test_a_number_deep_inside_that_is_none() -> None:
    """It is found in lists and objects, too."""
    raw = b'{"success": true, "data": [{"id": 5, "salon_ids": [1, NaN]}]}'
    with Service(answer(200, raw=raw)) as service:
        client = service.client()
        with pytest.raises(cb.ListingError, match=r"has salon_ids\.1 nan, which"):
            client.list()


def test_without_a_count() -> None:
    """If no total is given, the list ends with the page that brings nothing new."""

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
        assert len(service.asked) == 4


@pytest.mark.parametrize("count", ["8", 8, 8.0])
def test_spellings_of_the_count(count: object) -> None:
    """The count may be a text; it is a count all the same."""
    records = [{"id": n} for n in range(1, 9)]
    with Service(ok(records, {"total_count": count})) as service:
        client = service.client()
        assert len(client.list()) == 8
        assert len(service.asked) == 2
        assert client.remarks == ()


@pytest.mark.parametrize("meta", [None, {}, {"total_count": None}])
def test_a_count_that_was_given_once_stays(meta: object) -> None:
    """A page past the end that gives no count does not take back the one on the first page."""
    with Service(*[ok([{"id": 1}], {"total_count": 3}), ok([], meta)] * 3) as service:
        client = service.client()
        assert client.list() == [{"id": 1}]
        assert "reports 3 certificate types but returned 1" in client.remarks[0]
        assert len(service.asked) == 4


@pytest.mark.parametrize("spelling", ["289001", 289001])
def test_ids_may_be_texts(spelling: object) -> None:
    """An id comes back as a number however the service spells it, and counts as one id."""
    records = [{**EXAMPLE_RECORD, "id": spelling}, {**EXAMPLE_RECORD, "id": 289001}]
    with Service(*[ok(records, {"total_count": 1})] * 2, ok(records[0])) as service:
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


NAMED: list[Any] = [
    ([{"id": 1}, None], "Record 2 on page 1 of the list is null, not a certificate type"),
    ([{"id": 1}, [2]], "Record 2 on page 1 of the list is a list, not"),
    ([{"title": "Lost"}], "Record 1 on page 1 of the list, 'Lost', has no id"),
    ([{"title": "Lost", "id": None}], "'Lost', has the id null, which is not an id"),
    ([{"id": True}], "has the id 'True', which is not an id"),
    ([{"id": 1.5}], "has the id '1.5', which is not an id"),
    ([{"id": -4}], "has the id '-4', which is not an id"),
    ({"1": {"id": 1}}, "The service's list is not a list but an object"),
    ("none", "The service's list is not a list but 'none'"),
]


@pytest.mark.parametrize(("data", "says"), NAMED)
def test_what_is_wrong_is_named(data: object, says: str) -> None:
    """Whoever has to ask the service about it can say which record it is."""
    with Service(ok(data)) as service, pytest.raises(cb.ListingError) as caught:
        service.client().list()
    assert says in str(caught.value)
    assert str(caught.value).endswith("if this remains, the list is not reliable.")


def test_another_record_than_asked_for_is_an_error() -> None:
    """An answer about another type must not be taken for the one asked for."""
    with Service(ok({**EXAMPLE_RECORD, "id": 2})) as service:
        client = service.client()
        with pytest.raises(cb.ServiceError):
            client.get(1)
        with pytest.raises(cb.OutcomeUnknownError):
            client.update(1, {})


# Own changes while a list is read, which are (creates, deletions, updates); the counts of its
# pages; how many records it has; and whether that agrees.
MEANWHILE: list[Any] = [
    pytest.param((0, 0, 0), [3], 3, True, id="nothing"),
    pytest.param((0, 0, 0), [3, 4], 3, False, id="somebody else adds one"),
    pytest.param((1, 0, 0), [3, 4], 3, True, id="one is created after its page"),
    pytest.param((1, 0, 0), [3, 4], 4, True, id="one is created before its page"),
    pytest.param((1, 0, 0), [3, 5], 3, False, id="somebody else adds another"),
    pytest.param((1, 0, 0), [4], 3, False, id="one is counted that is not listed"),
    pytest.param((0, 1, 0), [4, 3], 4, True, id="one is deleted after its page"),
    pytest.param((0, 1, 0), [4, 3], 3, True, id="one is deleted and another slips"),
    pytest.param((0, 1, 0), [4, 3], 2, True, id="both"),
    pytest.param((0, 1, 0), [4, 2], 3, False, id="somebody else deletes another"),
    pytest.param((0, 0, 9), [3, 4], 3, False, id="updates change no counts"),
]


@pytest.mark.parametrize(("own", "counts", "records", "agrees"), MEANWHILE)
def test_own_changes_while_it_is_read(
    own: tuple[int, int, int], counts: list[int], records: int, *, agrees: bool
) -> None:
    """Counts may differ by what this client itself was changing meanwhile, and by no more."""
    read = listing.Listing({n: {"id": n} for n in range(records)}, counts, last=listing.Own(own))
    assert read.agrees is agrees


def test_own_updates_explain_two_contents() -> None:
    """A record that this client changes meanwhile may be read before and after."""
    read = listing.Listing({1: {"id": 1}}, [1], contradiction="type 1 twice")
    assert not read.agrees
    read.last = listing.Own((0, 0, 1))
    assert read.agrees


def test_creates_that_ended_before_explain_nothing() -> None:
    """Only what may have landed while the list was read counts."""
    before = listing.Own((5, 0, 0), (5, 0, 0))
    read = listing.Listing({1: {"id": 1}}, [1, 2], first=before, last=before)
    assert not read.agrees


def test_a_list_that_is_read_while_rows_are_created(sandbox: cb.Sandbox) -> None:
    """A create between two pages of it, in another thread, makes it no longer and no odder."""
    client = sandbox.client()
    really = client._loop.call  # noqa: SLF001 (between two pages there is no other way in)
    busy = threading.Event()

    def call(method: str, path: str, **how: Any) -> Any:
        if method == "GET" and how["query"]["page"] == 2 and not busy.is_set():
            busy.set()
            maker = threading.Thread(target=client.create, args=(body(),))
            maker.start()
            maker.join()
        return really(method, path, **how)

    client._loop.call = call  # type: ignore[method-assign]  # noqa: SLF001
    assert len(client.list()) == 9
    assert client.remarks == ()
    assert [seen.method for seen in sandbox.requests] == ["GET", "POST", "GET"]
