import pytest
import requests

from .talk import ACCEPT, EXAMPLE, TIMEOUT, Api

RIGHT = "Bearer sandbox-partner, User sandbox-user"
UNKNOWN = [
    None,
    "",
    "Bearer sandbox-partner",
    "Bearer sandbox-partner,",
    "Bearer wrong, User sandbox-user",
    "Bearer sandbox-partner, User wrong",
    "User sandbox-user, Bearer sandbox-partner",
    "Bearer sandbox-user, User sandbox-partner",
    "sandbox-partner, sandbox-user",
    f"{RIGHT} and more",
]


@pytest.mark.parametrize("authorization", UNKNOWN)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/chain/706028/loyalty/certificate_types"),
        ("POST", "/chain/706028/loyalty/certificate_types"),
        ("PUT", "/chain/706028/loyalty/certificate_types/288901"),
        ("DELETE", "/chain/706028/loyalty/certificate_types/288901"),
        ("GET", "/groups"),
        ("GET", "/companies?my=1"),
        ("GET", "/company/720441/services/"),
        ("GET", "/chain/706028/service_categories"),
    ],
)
def test_both_tokens_are_needed(
    api: Api, method: str, path: str, authorization: str | None
) -> None:
    """Without both tokens in the right form, every route answers 401 and does nothing."""
    api.session.headers["Authorization"] = authorization  # type: ignore[assignment]
    answer = api.send(method, path, json=EXAMPLE)
    assert answer.status_code == 401
    assert answer.json() == {
        "success": False,
        "data": None,
        "meta": {"message": "Authentication needed."},
    }
    assert not any(seen.applied for seen in api.server.requests)


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/vnd.api.v3+json"])
def test_the_accept_header_is_needed(api: Api, accept: str | None) -> None:
    """Without the vendor's media type in Accept, the answer is 400."""
    answer = requests.get(
        f"{api.server.url}/groups",
        headers={"Authorization": RIGHT, "Accept": accept},
        timeout=TIMEOUT,
    )
    assert answer.status_code == 400
    assert ACCEPT in answer.json()["meta"]["message"]


@pytest.mark.parametrize("accept", [ACCEPT, f"text/html, {ACCEPT};q=0.9", ACCEPT.upper()])
def test_accept_may_carry_more(api: Api, accept: str) -> None:
    """Other media types and parameters beside it do no harm."""
    assert api.get("/groups", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("chain_id", [706900, 1])
def test_a_chain_without_access_is_forbidden(api: Api, chain_id: int) -> None:
    """A chain whose access to certificate types is 0, and one that is not ours, answer 403."""
    path = f"/chain/{chain_id}/loyalty/certificate_types"
    for method, url in [("GET", path), ("POST", path), ("PUT", f"{path}/288901")]:
        answer = api.send(method, url, json=EXAMPLE)
        assert answer.status_code == 403
        assert answer.json()["meta"]["message"] == "Access denied."


def test_signing_in_gives_the_user_token(api: Api) -> None:
    """POST /auth needs the partner token alone, and answers the user's."""
    headers = {"Authorization": "Bearer sandbox-partner"}
    sent = {"login": api.server.login, "password": api.server.password}
    assert sent == {"login": "practice@example.com", "password": "practice"}
    answer = api.send("POST", "/auth", json=sent, headers=headers)
    assert answer.status_code == 201
    assert answer.json()["data"]["user_token"] == "sandbox-user"


@pytest.mark.parametrize(
    ("sent", "partner", "status"),
    [
        ({"login": "practice@example.com", "password": "wrong"}, "sandbox-partner", 401),
        ({"login": "nobody", "password": "practice"}, "sandbox-partner", 401),
        ({"login": "practice@example.com", "password": "practice"}, "wrong", 401),
        ({"login": "practice@example.com"}, "sandbox-partner", 400),
        ({"login": 1, "password": ["practice"]}, "sandbox-partner", 400),
    ],
)
def test_signing_in_can_fail(api: Api, sent: object, partner: str, status: int) -> None:
    """Wrong credentials are answered 401, missing ones 400."""
    headers = {"Authorization": f"Bearer {partner}"}
    assert api.send("POST", "/auth", json=sent, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/chain/706028/loyalty/certificate_types/", 404),
        ("GET", "/chain/706028/loyalty/certificate_types/first", 404),
        ("GET", "/chain/x/loyalty/certificate_types", 404),
        ("GET", "/company/720441/services", 404),
        ("PATCH", "/chain/706028/loyalty/certificate_types/288901", 405),
    ],
)
def test_wrong_addresses(api: Api, method: str, path: str, status: int) -> None:
    """Unknown paths are answered in the envelope, and no slash is added or taken away."""
    answer = api.send(method, path)
    assert answer.status_code == status
    assert answer.json()["success"] is False
