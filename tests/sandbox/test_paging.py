from typing import Any

import pytest

from certbulk.sandbox import Quirks, Server

from .talk import Api


@pytest.fixture
def many(server: Server) -> list[int]:
    """Fill the chain up to 250 types, and return their ids in the order of the list."""
    for number in range(241):
        server.add({"title": f"Card {number}"})
    return [one["id"] for one in server.types()]


def ids_and_total(api: Api, **query: Any) -> tuple[list[int], int]:
    content = api.get(params=query).json()
    return [one["id"] for one in content["data"]], content["meta"]["total_count"]


def test_ten_records_make_a_page(api: Api, many: list[int]) -> None:
    """Without a page and a size, the answer is the first ten and the count of all."""
    assert ids_and_total(api) == (many[:10], 250)


def test_pages_follow_one_another(api: Api, many: list[int]) -> None:
    """Pages of 100 hold 100, 100 and 50 records, all of them once."""
    pages = [ids_and_total(api, page=page, page_size=100)[0] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [100, 100, 50]
    assert [*pages[0], *pages[1], *pages[2]] == many


def test_past_the_end_is_an_empty_page(api: Api, many: list[int]) -> None:
    """A page after the last is not an error: no records, and the right count."""
    assert ids_and_total(api, page=4, page_size=100) == ([], len(many))


@pytest.mark.parametrize("size", ["0", "-5", "101", "1000", "many", "1.5", "", "9" * 999])
def test_a_size_out_of_range_falls_back_silently(api: Api, many: list[int], size: str) -> None:
    """A size that is not a number from 1 to 100 counts as 10, without a word."""
    assert ids_and_total(api, page_size=size) == (many[:10], 250)


@pytest.mark.parametrize("page", ["0", "-1", "first", ""])
def test_a_page_that_is_none_is_the_first(api: Api, many: list[int], page: str) -> None:
    """A page that is not a number from 1 counts as 1."""
    assert ids_and_total(api, page=page)[0] == many[:10]


def test_part_of_the_title_filters(api: Api) -> None:
    """`title` finds types by a part of the title, in either case; the count is of those found."""
    assert ids_and_total(api, title="massage") == ([288906], 1)
    assert ids_and_total(api, title="80") == ([288905, 288906], 2)
    assert ids_and_total(api, title="nowhere") == ([], 0)


def test_archived_types_are_listed(api: Api) -> None:
    """The list does not leave archived types out."""
    assert 288907 in ids_and_total(api)[0]


def test_a_capped_page_size(api: Api, many: list[int]) -> None:
    """With `page_size_cap` pages are shorter than asked for, and no record is skipped."""
    api.server.quirks = Quirks(page_size_cap=20)
    assert ids_and_total(api, page=1, page_size=100) == (many[:20], 250)
    assert ids_and_total(api, page=13, page_size=100) == (many[240:], 250)


def test_a_lying_total(api: Api) -> None:
    """With `lying_total` the count is off by that many."""
    api.server.quirks = Quirks(lying_total=-2)
    assert ids_and_total(api)[1] == 7


def test_overlapping_pages(api: Api, many: list[int]) -> None:
    """With `overlap` a page repeats the end of the one before, and the last records come later."""
    api.server.quirks = Quirks(overlap=5)
    pages = [ids_and_total(api, page=page, page_size=100)[0] for page in (1, 2, 3)]
    assert pages[1] == many[95:195]
    assert pages[2] == many[190:]


DATES: list[tuple[Quirks, object]] = [
    (Quirks(), "2031-12-31T23:59:59+00:00"),
    (Quirks(dates="offset"), "2031-12-31T18:59:59.000-05:00"),
    (Quirks(dates="epoch"), 1956527999),
]


@pytest.mark.parametrize(("quirks", "date"), DATES, ids=str)
def test_dates_come_in_several_forms(api: Api, quirks: Quirks, date: object) -> None:
    """`dates` changes the form of a date, not the moment; no date stays null."""
    api.server.quirks = quirks
    assert api.one(288905).json()["data"]["expiration_date"] == date
    assert api.one(288901).json()["data"]["expiration_date"] is None


def test_balance_as_text(api: Api) -> None:
    """`balance_as_text` answers the balance as older endpoints do; the state keeps the number."""
    api.server.quirks = Quirks(balance_as_text=True)
    assert api.one(288901).json()["data"]["balance"] == "50.00"
    assert api.server.types()[0]["balance"] == 50


@pytest.mark.parametrize("wrong", [{"page_size_cap": 0}, {"overlap": -1}], ids=str)
def test_impossible_quirks_are_refused(wrong: dict[str, int]) -> None:
    """A page holds at least one record, and cannot overlap by less than none."""
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        Quirks(**wrong)  # type: ignore[arg-type]  # the names are right
