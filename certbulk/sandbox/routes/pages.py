"""The text and the examples of the documentation page."""

import json
from typing import Any, Final, TypeAlias

from certbulk.sandbox.routes.admission import ACCEPT
from certbulk.sandbox.store.records import blank, written

__all__ = [
    "BODY",
    "EXAMPLE",
    "FAULTS",
    "NOTHING",
    "TYPE",
    "TYPES",
    "WELCOME",
    "answered",
    "enveloped",
    "sent",
    "with_examples",
]

# FastAPI's own types for these two parameters.
Extra: TypeAlias = dict[str, Any]
Responses: TypeAlias = dict[int | str, dict[str, Any]]

WELCOME: Final = """
The sandbox: a practice server with the Altegio B2B API v1 for gift certificate types. It runs on
this computer only; nothing here reaches a real account.

The tokens are `sandbox-partner` and `sandbox-user`, or those that the server was started with. The
chain to practise on is `706028`.

Every request to the API sends `Accept: application/vnd.api.v2+json` and
`Authorization: Bearer <partner_token>, User <user_token>`; at most 5 requests a second and 200 a
minute are answered, the others get a 429. Errors come as
`{"success": false, "data": null, "meta": {"message": "...", "errors": {"field": ["..."]}}}`.

The routes under `/_sandbox` belong to the sandbox, not to the API: they show what it recorded, and
make it misbehave on request. In addition to those below, `GET` and `PUT /_sandbox/lies` show and
set lies, which are answers that look right and are not, such as `{"find_or_create": 1}` or
`{"keeps": 0.5, "seed": 7}`; and `GET /_sandbox/history` shows which request, or somebody else
(`null`), created, changed or deleted which type.
"""

_EXAMPLE_BODY: Final = {
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
EXAMPLE: Final = written(_EXAMPLE_BODY, over=blank(289056, 706028))
"""The record that the vendor's documentation shows."""
_EXAMPLE_REFUSAL: Final = {
    "success": False,
    "data": None,
    "meta": {
        "message": "An error has occurred",
        "errors": {"expiration.date": ["This field is required with expiration type 1."]},
    },
}


def _example(content: object) -> dict[str, str]:
    # As text, because FastAPI leaves out null; `with_examples` turns it back into JSON.
    return {"example": json.dumps(content)}


def with_examples(schema: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI description with the examples of this module as JSON again."""
    for path in schema["paths"].values():
        for operation in path.values():
            for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in holder.get("content", {}).values():
                    if "example" in content:
                        content["example"] = json.loads(content["example"])
    return schema


def answered(content: object, status: int = 200) -> Responses:
    """Return the answers of a route, with an example of its content."""
    # Under this media type, so that the page shows it as the Accept header.
    done = {"description": "Done", "content": {ACCEPT: _example(content)}}
    refused = {"description": "Refused", "content": {ACCEPT: _example(_EXAMPLE_REFUSAL)}}
    return {status: done, "4XX": refused}


def enveloped(data: object, meta: object = (), status: int = 200) -> Responses:
    """Return the answers of a route, with an example in the envelope."""
    return answered({"success": True, "data": data, "meta": meta}, status)


def sent(example: object) -> Extra:
    """Return the body of a route, with an example."""
    content = {"schema": {"type": "object"}, **_example(example)}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


BODY: Final = sent(_EXAMPLE_BODY)
TYPE: Final = enveloped(EXAMPLE)
TYPES: Final = enveloped([EXAMPLE], {"total_count": 1})
NOTHING: Final = enveloped(None)
FAULTS: Final = sent({"lost_answer": 0.2, "methods": ["POST"], "seed": 7})
