"""A service that keeps certificate types, truthfully: the base of those that do not."""

import json
import threading
from typing import Any

from tests.api.service import Answer, Asked, answer, ok

Record = dict[str, Any]


class Keeper:
    """Answers as the documentation says; tests override the one thing that is to go wrong.

    Attributes:
        types: The records by id.
    """

    def __init__(self, *titles: str) -> None:
        self.types: dict[int, Record] = {}
        self._lock = threading.Lock()
        for title in titles:
            self.make({**BODY, "title": title})

    def __call__(self, asked: Asked) -> Answer:
        """Return the answer to a request."""
        last = asked.target.partition("?")[0].rpartition("/")[2]
        body = json.loads(asked.body) if asked.body else {}
        with self._lock:
            if "certificate_types" not in asked.target:
                return missing()
            if last != "certificate_types":
                return self.one(asked.method, int(last), body)
            return self.create(body) if asked.method == "POST" else self.listing()

    def make(self, body: Record) -> int:
        """Keep a new type and return its id."""
        number = 40001 + len(self.types)
        self.types[number] = flat(number, body)
        return number

    def create(self, body: Record) -> Answer:
        """Answer a create."""
        return ok(self.types[self.make(body)])

    def listing(self) -> Answer:
        """Answer a page of the list; all pages are one."""
        return ok([*self.types.values()], {"total_count": len(self.types)})

    def one(self, method: str, number: int, body: Record) -> Answer:
        """Answer what is asked of one type."""
        if number not in self.types:
            return missing()
        return ok(self.types[number]) if method == "GET" else self.change(method, number, body)

    def change(self, method: str, number: int, body: Record) -> Answer:
        """Answer an update or a deletion."""
        if method == "DELETE":
            del self.types[number]
            return ok(None)
        self.types[number] = flat(number, body)
        return ok(self.types[number])

    def titled(self, title: str) -> list[int]:
        """Return the ids of the types with a title."""
        return [number for number, record in self.types.items() if record["title"] == title]


BODY: Record = {
    "title": "Old 10",
    "balance": 10,
    "is_multi": True,
    "item_type_id": 0,
    "is_allow_empty_code": False,
    "category_id": None,
    "balance_edit_type_id": 1,
    "service_ids": [],
    "salon_ids": [720441],
    "expiration": {"type_id": 0},
    "online_sale": {"is_enabled": False},
}


def flat(number: int, body: Record) -> Record:
    """Return the record of a body, as the documentation shows one."""
    plain = {key: value for key, value in body.items() if not isinstance(value, dict)}
    return {
        "weight": 1,
        **plain,
        "id": number,
        "company_group_id": 706028,
        "expiration_type_id": body["expiration"]["type_id"],
        "expiration_date": None,
        "expiration_timeout": 0,
        "expiration_timeout_unit_id": 0,
        "online_sale_is_enabled": False,
        "online_sale_title": body["title"],
        "online_sale_description": "",
        "online_sale_price": 0,
        "released_total": 0,
        "is_archived": False,
    }


def missing() -> Answer:
    """Answer that there is no such type."""
    return answer(404, {"success": False, "data": None, "meta": []})
