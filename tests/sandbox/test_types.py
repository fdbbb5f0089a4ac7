from certbulk.sandbox import Quirks, Server

from .talk import EXAMPLE_RECORD, LEFT_OUT, Api, body


def test_the_documented_create_gets_the_documented_answer(api: Api) -> None:
    """The vendor's example body is answered, field by field, by the vendor's example record."""
    answer = api.create()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"success": True, "data": EXAMPLE_RECORD, "meta": []}
    assert list(answer.json()["data"]) == list(EXAMPLE_RECORD)


def test_ids_count_up_from_a_fixed_number(api: Api) -> None:
    """The first created type is 289056, and a refused create uses no id up."""
    ids = [api.create().json()["data"]["id"]]
    api.create(body(title=""))
    ids.append(api.create().json()["data"]["id"])
    assert ids == [289056, 289057]


def test_a_created_type_can_be_read_again(api: Api) -> None:
    """GET answers what POST answered, by id and in the list."""
    record = api.create().json()["data"]
    assert api.one(record["id"]).json() == {"success": True, "data": record, "meta": []}
    assert record in api.get(params={"page_size": 100}).json()["data"]


def test_online_sale_is_stored_as_sent_when_on(api: Api) -> None:
    """Only with online sale off do title, description and price fall back."""
    record = api.create(body(online_sale__is_enabled=True)).json()["data"]
    sale = {name: value for name, value in record.items() if name.startswith("online_sale")}
    assert sale == {
        "online_sale_is_enabled": True,
        "online_sale_title": "Gift Certificate",
        "online_sale_description": "Perfect gift for any occasion",
        "online_sale_price": 1000,
        "online_sale_image": None,
    }


def test_a_fixed_date_drops_the_period(api: Api) -> None:
    """With expiration type 1 the date is kept, timeout and unit are stored as 0."""
    record = api.create(body(expiration__type_id=1)).json()["data"]
    assert record["expiration_date"] == "2026-12-31T23:59:59+00:00"
    assert (record["expiration_timeout"], record["expiration_timeout_unit_id"]) == (0, 0)


def test_no_expiration_drops_date_and_period(api: Api) -> None:
    """With expiration type 0 nothing of the rest is kept."""
    record = api.create(body(expiration__type_id=0)).json()["data"]
    assert record["expiration_date"] is None
    assert (record["expiration_timeout"], record["expiration_timeout_unit_id"]) == (0, 0)


def test_ids_are_kept_as_sets(api: Api) -> None:
    """Locations and services come back sorted and once each: lists of ids have no order."""
    sent = body(salon_ids=[720450, 720441, 720441], service_ids=[610201, 610101], item_type_id=3)
    record = api.create(sent).json()["data"]
    assert record["salon_ids"] == [720441, 720450]
    assert record["service_ids"] == [610101, 610201]
    assert record["item_type"] == {"id": 3, "title": "Specific services"}


def test_an_update_replaces_all_that_a_body_carries(api: Api) -> None:
    """PUT writes every field of the body over the record, an absent category as null."""
    record = api.replace(288906, body(title="Renamed", category_id=LEFT_OUT)).json()["data"]
    assert (record["id"], record["title"], record["service_ids"]) == (288906, "Renamed", [])
    assert (record["item_type_id"], record["category_id"]) == (0, None)
    assert api.one(288906).json()["data"] == record


def test_an_update_keeps_what_a_body_does_not_carry(api: Api) -> None:
    """Weight, serial number and archive flags, and the image survive a PUT."""
    kept = {
        "weight": 7,
        "is_serial_number_limited": True,
        "is_archived": True,
        "date_archived": "2024-10-01T09:00:00+00:00",
        "online_sale_image": "https://images.example/spa-day.jpg",
    }
    api.server.edit(288904, **kept)
    assert api.replace(288904).json()["data"].items() >= kept.items()


def test_an_update_must_be_complete(api: Api) -> None:
    """A PUT of one field is refused with all the missing ones by name, and changes nothing."""
    before = api.one(288901).json()
    answer = api.replace(288901, {"title": "Only this"})
    assert answer.status_code == 400
    assert set(answer.json()["meta"]["errors"]) == {
        "balance",
        "is_multi",
        "item_type_id",
        "is_allow_empty_code",
        "balance_edit_type_id",
        "service_ids",
        "salon_ids",
        "expiration",
        "online_sale",
    }
    assert api.one(288901).json() == before


def test_a_delete_answers_null_and_cannot_be_repeated(api: Api) -> None:
    """DELETE answers 200 with `data: null`; the type is then unknown."""
    answer = api.delete(288901)
    assert (answer.status_code, answer.json()) == (
        200,
        {"success": True, "data": None, "meta": []},
    )
    assert api.delete(288901).status_code == 404
    assert api.one(288901).status_code == 404


def test_a_delete_may_answer_without_a_body(api: Api) -> None:
    """204 is the other documented answer to a DELETE."""
    api.server.quirks = Quirks(delete_answers_204=True)
    answer = api.delete(288901)
    assert (answer.status_code, answer.content) == (204, b"")


def test_an_issued_type_is_fixed(api: Api) -> None:
    """A type with issued certificates can be neither deleted, in the documented words, nor put."""
    before = api.server.types()
    answer = api.delete(288903)
    assert answer.status_code == 400
    message = answer.json()["meta"]["message"]
    assert message == "Cannot delete certificate type with issued certificates"
    assert api.replace(288903).status_code == 400
    assert api.server.types() == before


def test_types_of_another_chain_are_unknown(api: Api) -> None:
    """A type is found under its own chain only, and `meta` of a 404 is an empty list."""
    answer = api.one(288951)
    assert answer.status_code == 404
    assert answer.json() == {"success": False, "data": None, "meta": []}
    assert api.get("/chain/706555/loyalty/certificate_types/288951").status_code == 200


def test_the_seed_shows_every_kind_of_type(server: Server) -> None:
    """The seed has a type that is issued, archived, sold online, dated, and bound to services."""
    types = {one["id"]: one for one in server.types()}
    assert list(types) == list(range(288901, 288910))
    assert types[288903]["released_total"] == 12
    assert types[288904]["online_sale_is_enabled"]
    assert types[288905]["expiration_date"] == "2031-12-31T23:59:59+00:00"
    assert types[288906]["service_ids"] == [610101, 610102]
    assert types[288907]["is_archived"]
    assert all(list(one) == list(EXAMPLE_RECORD) for one in types.values())


def test_seed_types_could_have_been_sent(api: Api) -> None:
    """Every seed record, turned back into a body, is accepted as an update of itself."""
    for record in api.server.types():
        if record["released_total"]:
            continue
        nested = {
            **{name: record[name] for name in body() if name in record},
            "expiration": {
                "type_id": record["expiration_type_id"],
                "date": record["expiration_date"],
                "timeout": record["expiration_timeout"],
                "timeout_unit_id": record["expiration_timeout_unit_id"],
            },
            "online_sale": {
                "is_enabled": record["online_sale_is_enabled"],
                "title": record["online_sale_title"],
                "description": record["online_sale_description"],
                "price": record["online_sale_price"],
            },
        }
        assert api.replace(record["id"], nested).json()["data"] == record
