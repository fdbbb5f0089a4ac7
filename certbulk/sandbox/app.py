"""The FastAPI application: routes, documentation page, and errors in the API's envelope."""

from functools import cache
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from certbulk.sandbox.misbehaviour.spelling import DOCUMENTED_IDS, NEWER_IDS, renamed
from certbulk.sandbox.routes import certificate_types, control, locations, pages, reference
from certbulk.sandbox.routes.answers import Refused, refusal

__all__ = ["application"]


@cache
def application() -> FastAPI:
    """Return the application that all sandboxes of this process share.

    It has no state: the gate puts a server's state into each request. Building it takes ten times
    as long as everything else at the start of a server.
    """
    app = _Documented(
        title="Sandbox for gift certificate types",
        version="1",
        description=pages.WELCOME,
        docs_url=None,  # FastAPI's own page loads scripts from other hosts
        redoc_url=None,
        # A redirect to the path with a slash would hide a client's mistake.
        redirect_slashes=False,
        exception_handlers={
            Refused: _refused,
            RequestValidationError: _not_found,
            HTTPException: _http_error,
            OSError: _not_saved,
        },
    )
    for router in (
        certificate_types.router,
        locations.signing_in,
        locations.router,
        control.router,
    ):
        app.include_router(router)
    app.add_api_route("/", _to_documentation, include_in_schema=False)
    app.add_api_route("/docs", _documentation, include_in_schema=False)
    return app


class _Documented(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Return FastAPI's description of the routes, with null in examples.

        FastAPI leaves out null everywhere.
        """
        if self.openapi_schema is None:
            self.openapi_schema = pages.with_examples(super().openapi())
        return self.openapi_schema


async def _documentation(request: Request) -> HTMLResponse:
    headers = {"Content-Security-Policy": reference.POLICY, "Referrer-Policy": "no-referrer"}
    return HTMLResponse(reference.page(request.app.openapi()), headers=headers)


async def _to_documentation() -> RedirectResponse:
    return RedirectResponse("/docs")


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        return refusal(Refused(500))
    if request.state.sandbox.quirks.spelling == "newer" and error.errors is not None:
        error.errors = renamed(error.errors, DOCUMENTED_IDS, NEWER_IDS)
    return refusal(error)


async def _not_found(_: Request, __: Exception) -> Response:
    # FastAPI validates paths only: an id that is not a number does not exist.
    return refusal(Refused(404))


async def _http_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refusal(Refused(status, str(getattr(error, "detail", ""))))


async def _not_saved(_: Request, error: Exception) -> Response:
    return refusal(Refused(500, f"The change could not be saved: {error}"))
