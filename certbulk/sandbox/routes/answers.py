"""The answers of the sandbox: the envelope around data, and refusals."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import Response

from certbulk.sandbox.store.checks import Errors

__all__ = ["Refused", "bare", "false_success", "html_page", "ok", "refusal", "too_many"]

_FAILED: Final = "An error has occurred"


class Refused(Exception):  # noqa: N818 -- part of the protocol, not a bug
    """A request that the API answers with an error envelope.

    `errors` has messages by field. A 404 has no message: its `meta` is an empty list.
    """

    def __init__(self, status: int, message: str = _FAILED, errors: Errors | None = None) -> None:
        super().__init__(status, message, errors)
        self.status = status
        self.message = message
        self.errors = errors


def bare(content: object, status: int = 200) -> Response:
    """Return JSON without an envelope; NaN, which only a lie contains, as the word NaN."""
    text = json.dumps(content, ensure_ascii=False)
    return Response(text.encode(), status, media_type="application/json")


def ok(data: object, meta: Mapping[str, Any] | None = None, status: int = 200) -> Response:
    """Return data in its envelope; an empty `meta` becomes a list, as in the real service."""
    return bare({"success": True, "data": data, "meta": dict(meta) if meta else []}, status)


def refusal(refused: Refused) -> Response:
    """Return the error envelope of a refused request."""
    meta: dict[str, Any] | list[Any] = {"message": refused.message}
    if refused.status == HTTPStatus.NOT_FOUND:
        meta = []
    elif refused.errors is not None:
        meta = {"message": refused.message, "errors": refused.errors}
    return bare({"success": False, "data": None, "meta": meta}, refused.status)


def too_many(retry_after: float | None = None) -> Response:
    """Return a 429, with `Retry-After` in whole seconds if `retry_after` is given."""
    # The real service says "0 seconds" whatever the wait: no client can rely on it.
    answer = refusal(Refused(429, "Requests limit exceeded, try again in 0 seconds"))
    if retry_after is not None:
        answer.headers["Retry-After"] = str(math.ceil(retry_after))
    return answer


def false_success() -> Response:
    """Return a 200 whose envelope says that the request failed."""
    return bare({"success": False, "data": None, "meta": {"message": _FAILED}})


def html_page(status: int) -> Response:
    """Return a page such as a proxy in front of the API sends."""
    title = HTTPStatus(status).phrase
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(page, status, media_type="text/html")
