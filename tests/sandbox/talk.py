"""A client that checks nothing, and a clock that only moves when told: what the tests talk with."""

import copy
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter

from certbulk.sandbox import Server

Json = dict[str, Any]

ACCEPT = "application/vnd.api.v2+json"
TIMEOUT = 5

# The vendor's documentation shows this body of a create, and the answer below it.
EXAMPLE: Json = {
    "title": "Gift Certificate 1000",
    "balance": 1000,
    "is_multi": True,
    "item_type_id": 0,
    "is_allow_empty_code": False,
    "category_id": None,
    "balance_edit_type_id": 1,
    "service_ids": [],
    "salon_ids": [720441],
    "expiration": {
        "type_id": 2,
        "date": "2026-12-31T23:59:59+00:00",
        "timeout": 6,
        "timeout_unit_id": 3,
    },
    "online_sale": {
        "is_enabled": False,
        "title": "Gift Certificate",
        "description": "Perfect gift for any occasion",
        "price": 1000,
    },
}
EXAMPLE_RECORD: Json = {
    "id": 289056,
    "title": "Gift Certificate 1000",
    "balance": 1000,
    "is_multi": True,
    "company_group_id": 706028,
    "category_id": None,
    "weight": 1,
    "item_type_id": 0,
    "expiration_type_id": 2,
    "expiration_date": None,
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": 3,
    "balance_edit_type_id": 1,
    "is_allow_empty_code": False,
    "is_serial_number_limited": False,
    "is_archived": False,
    "date_archived": None,
    "online_sale_is_enabled": False,
    "online_sale_title": "Gift Certificate 1000",
    "online_sale_description": "",
    "online_sale_price": 0,
    "online_sale_image": None,
    "released_total": 0,
    "item_type": {"id": 0, "title": "All services and products"},
    "service_ids": [],
    "salon_ids": [720441],
}


class _LeftOut:
    """A field that a body goes without."""

    def __repr__(self) -> str:
        return "left out"


LEFT_OUT = _LeftOut()


def body(**changes: Any) -> Json:
    """Return the example body with changes; `expiration__date` reaches inside, LEFT_OUT drops."""
    changed = copy.deepcopy(EXAMPLE)
    for name, value in changes.items():
        *outer, inner = name.split("__")
        target = changed[outer[0]] if outer else changed
        if value is LEFT_OUT:
            del target[inner]
        else:
            target[inner] = value
    return changed


class Clock:
    """Seconds that pass when a test or a pretended sleep lets them."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the seconds pass at once."""
        self.slept.append(seconds)
        self.now += seconds


class Api:
    """Requests to a server, with its tokens; paths are those behind `/api/v1`."""

    def __init__(self, server: Server, address: str = "127.0.0.1") -> None:
        self.server = server
        self.types = f"/chain/{server.chain_id}/loyalty/certificate_types"
        self.session = requests.Session()
        leaving = HTTPAdapter()
        leaving.init_poolmanager(1, 1, source_address=(address, 0))
        self.session.mount("http://", leaving)
        self.session.headers["Accept"] = ACCEPT
        tokens = f"Bearer {server.partner_token}, User {server.user_token}"
        self.session.headers["Authorization"] = tokens

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        """Send a request with whatever `requests` takes."""
        more.setdefault("timeout", TIMEOUT)
        return self.session.request(method, self.server.url + path, **more)

    def get(self, path: str = "", **more: Any) -> requests.Response:
        """Get a path; the list of types without one."""
        return self.send("GET", path or self.types, **more)

    def create(self, sent: object = EXAMPLE, **more: Any) -> requests.Response:
        """Create a type."""
        return self.send("POST", self.types, json=sent, **more)

    def replace(self, type_id: int, sent: object = EXAMPLE) -> requests.Response:
        """Replace a type."""
        return self.send("PUT", f"{self.types}/{type_id}", json=sent)

    def delete(self, type_id: int, **more: Any) -> requests.Response:
        """Delete a type."""
        return self.send("DELETE", f"{self.types}/{type_id}", **more)

    def one(self, type_id: int) -> requests.Response:
        """Get one type."""
        return self.get(f"{self.types}/{type_id}")

    def own(self, method: str, path: str, **more: Any) -> requests.Response:
        """Send a request to the sandbox itself, with no headers of ours."""
        root = self.server.url.removesuffix("/api/v1")
        return requests.request(method, f"{root}/_sandbox/{path}", timeout=TIMEOUT, **more)
