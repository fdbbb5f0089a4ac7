import unicodedata
from typing import Any

import pytest

from certbulk.sandbox import PRICE_AND_VALIDITY, Lies, Server
from certbulk.sandbox.misbehaviour.liar import Liar
from certbulk.sandbox.misbehaviour.lies import RATES

from .talk import EXAMPLE_RECORD, Api, body


def lies(api: Api, **given: Any) -> None:
    api.server.lies = Lies(**given)


def told(api: Api) -> list[tuple[str, ...]]:
    return [seen.lies for seen in api.server.requests]


# Titles

SENT_AND_STORED: list[tuple[str, str, str]] = [
    ("entities", 'Tea & <Cake> "for" Ann\'s', "Tea &amp; &lt;Cake&gt; &quot;for&quot; Ann&#039;s"),
    ("dropped_astral", "Spa 🎁 day \U00020000", "Spa  day "),
    ("folded_spaces", "  Spa \u00a0 day\t ", "Spa day"),
    ("composed_titles", unicodedata.normalize("NFD", "Café à deux"), "Café à deux"),
    ("cut_titles", "x" * 39 + "yz", "x" * 39 + "y"),
]


@pytest.mark.parametrize(("lie", "sent", "stored"), SENT_AND_STORED)
def test_a_title_is_stored_otherwise(api: Api, lie: str, sent: str, stored: str) -> None:
    """Create and update answer what is stored, as do the list and a look by id."""
    lies(api, **{lie: 1})
    created = api.create(body(title=sent)).json()["data"]
    replaced = api.replace(288901, body(title=sent)).json()["data"]
    for record in (created, replaced):
        assert record["title"] == stored
        assert record["online_sale_title"] == stored  # online sale is off
        assert api.one(record["id"]).json()["data"] == record
        assert record in api.get(params={"page_size": 100}).json()["data"]
    assert [names for names in told(api) if names] == [(lie,), (lie,)]


def test_an_online_title_is_stored_otherwise_too(api: Api) -> None:
    """With online sale on, its own title is treated like the other."""
    lies(api, entities=1)
    sale = {"is_enabled": True, "title": "A & B", "description": "C & D", "price": 5}
    record = api.create(body(online_sale=sale)).json()["data"]
    assert (record["online_sale_title"], record["online_sale_description"]) == (
        "A &amp; B",
        "C & D",
    )


def test_a_title_that_stays_as_it_is_is_no_lie(api: Api) -> None:
    """A title without anything to change is stored as sent, and nothing is on record."""
    lies(api, entities=1, dropped_astral=1, folded_spaces=1, composed_titles=1, cut_titles=1)
    assert api.create().json()["data"]["title"] == EXAMPLE_RECORD["title"]
    assert told(api) == [()]


def test_a_text_is_always_treated_alike(api: Api) -> None:
    """At a rate below 1, the title decides: sent again, it is stored as before."""
    lies(api, entities=0.5, seed=3)
    titles = [f"Tea & {number}" for number in range(20)]
    first = [api.create(body(title=one)).json()["data"]["title"] for one in titles]
    again = [api.create(body(title=one)).json()["data"]["title"] for one in reversed(titles)]
    assert first == again[::-1]
    assert 4 < sum("&amp;" in one for one in first) < 16


def test_a_cut_comes_after_the_other_ways(api: Api) -> None:
    """The cut is that of the text which the other ways have made longer."""
    lies(api, entities=1, cut_titles=1, title_length=6)
    assert api.create(body(title="A & B")).json()["data"]["title"] == "A &amp"


# What is stored


@pytest.mark.parametrize(
    ("find_by", "title", "is_found"),
    [
        ("exact", "Gift Certificate 50", True),
        ("exact", "gift certificate 50", False),
        ("casefold", "GIFT CERTIFICATE 50", True),
        ("casefold", "Gift Certificate 5", False),
    ],
)
def test_find_or_create(api: Api, find_by: str, title: str, is_found: bool) -> None:  # noqa: FBT001
    """A create whose title is live answers that type, and nothing is created or changed."""
    lies(api, find_or_create=1, find_by=find_by)
    before = api.server.types()
    answer = api.create(body(title=title, balance=77))
    assert answer.status_code == 200
    assert (answer.json()["data"] == before[0]) is is_found
    assert (api.server.types() == before) is is_found
    assert told(api) == [("find_or_create",) if is_found else ()]
    assert api.server.requests[0].applied is not is_found


def test_the_oldest_type_is_found(api: Api) -> None:
    """Of several types with one title, the first is answered."""
    api.server.add({"title": "Gift Certificate 50"})
    lies(api, find_or_create=1)
    assert api.create(body(title="Gift Certificate 50")).json()["data"]["id"] == 288901


def test_an_update_is_kept_back_in_silence(api: Api) -> None:
    """A PUT answers 200 with the record as it was; nothing has changed."""
    lies(api, keeps=1)
    before = api.server.types()
    answer = api.replace(288901)
    assert (answer.status_code, answer.json()["data"]) == (200, before[0])
    assert api.server.types() == before
    assert (told(api), api.server.requests[0].applied) == ([("keeps",)], False)
    assert api.server.history == []


def test_some_fields_are_kept_back(api: Api) -> None:
    """Price and validity stay as they were, the rest is stored."""
    lies(api, keeps=1, keeps_fields=PRICE_AND_VALIDITY)
    (old, *_) = api.server.types()
    record = api.replace(288901, body(title="New", balance=777)).json()["data"]
    kept = {name: old[name] for name in PRICE_AND_VALIDITY}
    assert {name: record[name] for name in PRICE_AND_VALIDITY} == kept
    assert (record["title"], record["online_sale_title"]) == ("New", "New")
    assert record == api.server.types()[0]
    assert (told(api), api.server.requests[0].applied) == ([("keeps",)], True)


def test_an_answer_as_if_stored(api: Api) -> None:
    """With `wanted`, the answer shows what was sent; what is live does not."""
    lies(api, keeps=1, keeps_answer="wanted")
    before = api.server.types()
    assert api.replace(288901).json()["data"] == {**EXAMPLE_RECORD, "id": 288901, "weight": 10}
    assert api.server.types() == before


def test_only_sold_types_are_kept_back(api: Api) -> None:
    """With `keeps_sold_only` a sold type is answered 200 in place of 400; others are updated."""
    api.server.issue(288902, 1)
    lies(api, keeps=1, keeps_sold_only=True)
    before = api.server.types()
    sold, unsold = api.replace(288902), api.replace(288901)
    assert (sold.status_code, sold.json()["data"]) == (200, before[1])
    assert unsold.json()["data"]["title"] == EXAMPLE_RECORD["title"]
    assert told(api) == [("keeps",), ()]
    lies(api)
    assert api.replace(288902).status_code == 400


def test_an_update_that_changes_nothing_is_no_lie(api: Api) -> None:
    """Keeping what is wanted anyway makes no difference, and is not on record."""
    created = api.create().json()["data"]
    lies(api, keeps=1)
    assert api.replace(created["id"]).json()["data"] == created
    assert told(api) == [(), ()]


def test_another_balance_is_stored(api: Api) -> None:
    """Create and update answer and keep one more than was sent."""
    lies(api, alters=1)
    for answer in (api.create(), api.replace(288901)):
        record = answer.json()["data"]
        assert record["balance"] == 1001
        assert record in api.server.types()
    assert told(api) == [("alters",)] * 2


def test_a_create_that_stores_nothing(api: Api) -> None:
    """A record with a new id is answered, which no list shows; the id is not given again."""
    lies(api, script=("drops",))
    record = api.create().json()["data"]
    assert record == EXAMPLE_RECORD
    assert api.one(record["id"]).status_code == 404
    assert len(api.server.types()) == 9
    assert api.create().json()["data"]["id"] == record["id"] + 1
    assert (told(api)[0], api.server.requests[0].applied) == (("drops",), False)


def test_a_delete_that_deletes_nothing(api: Api) -> None:
    """It is answered like any other, and the type is still there."""
    lies(api, spares=1)
    before = api.server.types()
    assert api.delete(288901).json() == {"success": True, "data": None, "meta": []}
    assert api.server.types() == before
    assert told(api) == [("spares",)]


# What is answered


def test_a_static_server(api: Api) -> None:
    """Whatever is asked of certificate types, the vendor's example is the answer."""
    lies(api, static=1)
    before = api.server.types()
    answers = [
        api.create({"title": "Whatever"}),
        api.replace(1),
        api.one(2),
        api.delete(288901),
    ]
    assert [one.status_code for one in answers] == [200] * 4
    assert all(one.json()["data"] == EXAMPLE_RECORD for one in answers)
    listed = api.get(params={"page": 7}).json()
    assert (listed["data"], listed["meta"]) == ([EXAMPLE_RECORD], {"total_count": 1})
    assert api.server.types() == before
    assert told(api) == [("static",)] * 5
    assert len(api.get("/groups").json()["data"]) == 3


def test_a_record_of_a_wrong_chain(api: Api) -> None:
    """One record names another chain; the types themselves stay where they are."""
    lies(api, wrong_chain=1)
    assert api.create().json()["data"]["company_group_id"] == 706555
    chains = [one["company_group_id"] for one in api.get().json()["data"]]
    assert sorted(chains) == [706028] * 9 + [706555]
    assert {one["company_group_id"] for one in api.server.types()} == {706028}
    assert told(api) == [("wrong_chain",)] * 2


def test_ids_as_texts(api: Api) -> None:
    """Ids of types, chains, categories, services and locations are strings; nothing else is."""
    lies(api, text_ids=1)
    record = api.create(body(category_id=51001, service_ids=[610101])).json()["data"]
    texts = {
        "id": "289056",
        "company_group_id": "706028",
        "category_id": "51001",
        "service_ids": ["610101"],
        "salon_ids": ["720441"],
    }
    assert record == {**EXAMPLE_RECORD, **texts}
    assert api.get().json()["data"][0]["category_id"] is None


def test_a_balance_that_is_no_number(api: Api) -> None:
    """The JSON holds the word NaN, which Python reads and other parsers refuse."""
    lies(api, nan=1)
    assert '"balance": NaN' in api.create().text
    assert api.get().text.count("NaN") == 1
    assert told(api) == [("nan",), ("nan",)]


# Rates, seeds, scripts


def test_nothing_is_untrue_by_default(api: Api) -> None:
    """Without lies, titles, updates, deletes and lists are as they always were."""
    title = "  A & 🎁 " + "x" * 300
    record = api.create(body(title=title)).json()["data"]
    assert record["title"] == title
    assert api.replace(record["id"]).json()["data"]["title"] == EXAMPLE_RECORD["title"]
    assert api.get(params={"page": 2}).json()["meta"]["total_count"] == 10
    api.delete(record["id"])
    assert told(api) == [()] * 4


def drawn(given: Lies, *names: str, count: int = 200) -> list[tuple[bool, ...]]:
    liar = Liar(given)
    requests = [liar.tell("PUT") for _ in range(count)]
    return [tuple(one.is_due(name) for name in names) for one in requests]


def test_a_seed_makes_the_lies_repeatable() -> None:
    """The same seed tells the same lies to the same sequence; another seed tells others."""
    first = drawn(Lies(keeps=0.3, seed=7), "keeps")
    assert first == drawn(Lies(keeps=0.3, seed=7), "keeps")
    assert first != drawn(Lies(keeps=0.3, seed=8), "keeps")
    assert 0.2 < sum(one for (one,) in first) / len(first) < 0.4


def test_one_rate_does_not_shift_another_ones_dice() -> None:
    """A lie has the same fate whatever other lies are told."""
    alone = [one for (one,) in drawn(Lies(keeps=0.3), "keeps")]
    mixed = drawn(Lies(keeps=0.3, twin=0.5, spares=1), "twin", "spares", "keeps")
    assert [keeps for _, _, keeps in mixed] == alone


def test_a_script_names_the_lies_of_the_next_requests(api: Api) -> None:
    """One entry each, for the methods named; then the rates apply."""
    lies(api, script=[None, "keeps", "spares"], methods=["put"], find_or_create=1, keeps=1)
    before = api.server.types()
    assert api.replace(288901).json()["data"]["title"] == EXAMPLE_RECORD["title"]
    assert api.create(body(title=before[1]["title"])).json()["data"]["id"] == 289056
    for _ in range(3):
        api.replace(288902)
    # A PUT is nothing to spare, and the third one meets the rate.
    assert told(api) == [(), (), ("keeps",), (), ()]
    assert api.replace(288903).json()["data"] == before[2]


def test_lies_are_replaced_while_the_server_runs(api: Api) -> None:
    """Setting them takes effect at once; a reset brings back those of the start."""
    assert api.server.lies == Lies()
    lies(api, static=1)
    assert api.one(1).status_code == 200
    api.own("POST", "reset")
    assert api.server.lies == Lies()
    assert api.one(1).status_code == 404


def test_lies_over_http(api: Api) -> None:
    """`/_sandbox/lies` answers the lies in force, and replaces them all."""
    lies(api, nan=1)
    given = {"keeps": 0.5, "keeps_fields": ["balance"], "script": ["keeps", None], "seed": 7}
    assert api.own("PUT", "lies", json=given).status_code == 200
    expected = Lies(keeps=0.5, keeps_fields=("balance",), script=("keeps", None), seed=7)
    assert api.server.lies == expected
    assert Lies.of(api.own("GET", "lies").json()) == expected
    assert api.own("PUT", "lies", data='{"explode": 1}').status_code == 400
    assert api.server.lies == expected


WRONG: list[dict[str, Any]] = [
    *({name: rate} for name in RATES for rate in (-0.1, 1.1, True, "often", float("nan"))),
    {"title_length": 0},
    {"title_length": 1.5},
    {"total_cached_requests": -1},
    {"list_behind_requests": True},
    {"keeps_fields": ("id",)},
    {"keeps_fields": "balance"},
    {"keeps_sold_only": 1},
    {"keeps_answer": "else"},
    {"find_by": ""},
    {"twin_deeds": ("sings",)},
    {"methods": "POST"},
    {"script": ("explode",)},
    {"seed": "lucky"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_impossible_lies_are_refused(wrong: dict[str, Any]) -> None:
    """A rate outside 0 to 1 and an unknown name raise, with the name of the option."""
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        Lies(**wrong)


def test_lies_as_texts() -> None:
    """A command line gives each setting as name=value; lists have commas."""
    given = ["keeps=0.5", "keeps_sold_only=yes", "keeps_fields=balance,title", "title_length=9"]
    expected = Lies(
        keeps=0.5, keeps_sold_only=True, keeps_fields=("balance", "title"), title_length=9
    )
    assert Lies.of_texts([*given, "find_by=exact"]) == expected


@pytest.mark.parametrize(
    "text", ["keeps", "keeps=", "keeps=often", "explode=1", "title_length=x", "keeps_sold_only=1"]
)
def test_wrong_texts_are_refused(text: str) -> None:
    """The message names the setting."""
    with pytest.raises(ValueError, match=text.partition("=")[0]):
        Lies.of_texts([text])


def test_a_server_starts_with_lies() -> None:
    """They can be given to a server, and shown by it."""
    with Server(lies=Lies(static=1)) as server, Api(server) as api:
        assert server.lies == Lies(static=1)
        assert api.one(1).json()["data"] == EXAMPLE_RECORD
