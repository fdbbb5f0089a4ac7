from typing import Any

from .talk import Api


def data(api: Api, path: str) -> Any:
    content = api.get(path).json()
    assert content["success"] is True
    return content["data"]


def test_the_chains_and_the_access_to_them(api: Api) -> None:
    """Three chains: access as the number 1, as the string "1", and as the string "0"."""
    chains = {one["id"]: one for one in data(api, "/groups")}
    access = {key: one["access"] for key, one in chains.items()}
    assert access == {
        706028: {"loyalty_certificate_types_access": 1},
        706555: {"loyalty_certificate_types_access": "1"},
        706900: {"loyalty_certificate_types_access": "0"},
    }
    assert chains[706028]["companies"][0] == {"id": 720441, "title": "Harbour & Pine Baixa"}


def test_the_locations_of_a_chain(api: Api) -> None:
    """With group_id, the locations of that chain, with city, time zone and currency."""
    found = data(api, "/companies?group_id=706028")
    assert [one["id"] for one in found] == [720441, 720442, 720443, 720450]
    assert found[3] == {
        "id": 720450,
        "title": "Harbour & Pine Vera",
        "city": "Tbilisi",
        "timezone_name": "Asia/Tbilisi",
        "currency_short_title": "₾",
    }


def test_all_locations_of_the_user(api: Api) -> None:
    """With my=1, the locations of all chains."""
    assert len(data(api, "/companies?my=1")) == 8


def test_locations_need_a_filter(api: Api) -> None:
    """Without group_id and my=1, or with a group_id that is not a number, the answer is 400."""
    assert api.get("/companies").status_code == 400
    assert api.get("/companies?my=0").status_code == 400
    assert api.get("/companies?group_id=all").status_code == 400
    assert api.get("/companies?group_id=1").status_code == 403


def test_the_services_of_a_location(api: Api) -> None:
    """The services that the location offers, those no longer active among them."""
    found = data(api, "/company/720441/services/")
    assert len(found) == 7
    assert found[3] == {
        "id": 610104,
        "title": "Aroma massage, 45 min",
        "category_id": 51001,
        "active": 0,
    }
    assert [one["id"] for one in data(api, "/company/720450/services/")] == [610101, 610103, 610201]
    assert api.get("/company/1/services/").status_code == 404


def test_categories_come_without_an_envelope(api: Api) -> None:
    """The answer is a bare list; with include=services each category holds its services."""
    path = "/chain/706028/service_categories"
    assert api.get(path).json()[0] == {"id": 51001, "title": "Massage"}
    categories = api.get(f"{path}?include=services").json()
    inside = {one["title"]: [service["id"] for service in one["services"]] for one in categories}
    assert inside == {
        "Massage": [610101, 610102, 610103, 610104],
        "Face care": [610201, 610202],
        "Day spa": [610301],
    }
    assert api.get("/chain/1/service_categories").status_code == 403


def test_the_second_chain_has_names_of_the_first_and_ids_of_its_own(api: Api) -> None:
    """For practising a move between chains: some names agree, one of them twice, no id does."""

    def names_and_ids(chain_id: int) -> tuple[set[str], set[int]]:
        locations = data(api, f"/companies?group_id={chain_id}")
        categories = api.get(f"/chain/{chain_id}/service_categories?include=services").json()
        services = [one for category in categories for one in category["services"]]
        things = [*locations, *categories, *services]
        return {one["title"] for one in things}, {one["id"] for one in things}

    (names, ids), (other_names, other_ids) = names_and_ids(706028), names_and_ids(706555)
    assert not ids & other_ids
    assert names & other_names == {
        "Harbour & Pine Old Town",
        "Massage",
        "Classic massage, 60 min",
        "Hot stone massage, 90 min",
        "Hydrating facial",
    }
    services = data(api, "/company/731001/services/")
    assert [s["id"] for s in services if s["title"] == "Hydrating facial"] == [620201, 620302]
