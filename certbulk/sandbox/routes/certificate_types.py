"""The routes of certificate types: list, create, get, update, delete."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response

from certbulk.sandbox.misbehaviour.answered_records import as_answered
from certbulk.sandbox.routes import pages
from certbulk.sandbox.routes.admission import Body, Current, HasUser, TypesChain
from certbulk.sandbox.routes.answers import ok
from certbulk.sandbox.routes.changes import TypeChanges
from certbulk.sandbox.routes.lists import answered_list
from certbulk.sandbox.store.records import Record

__all__ = ["router"]

router = APIRouter(
    prefix="/api/v1/chain/{chain_id}/loyalty/certificate_types",
    tags=["Certificate types"],
    dependencies=HasUser,
    default_response_class=Response,
)


async def _requested(request: Request, sandbox: Current, chain: TypesChain) -> TypeChanges:
    return TypeChanges(sandbox.state, chain, request.state.told, request.state.number)


Requested: TypeAlias = Annotated[TypeChanges, Depends(_requested)]


@router.get("", summary="List certificate types", responses=pages.TYPES)
async def list_types(
    *,
    request: Request,
    sandbox: Current,
    chain: TypesChain,
    title: Annotated[str, Query(description="part of the title, in either case")] = "",
    page: Annotated[str, Query(description="from 1")] = "1",
    page_size: Annotated[str, Query(description="1 to 100; anything else counts as 10")] = "10",
) -> Response:
    """Return one page of records, archived ones included, and the count of all that match."""
    # Declared for the documentation only: the list also accepts what is not a number.
    del title, page, page_size
    records, meta = answered_list(sandbox, request.state.told, chain.id, request.query_params)
    return ok(_shown(records, request, sandbox), meta)


@router.post(
    "",
    summary="Create a certificate type",
    openapi_extra=pages.BODY,
    responses=pages.TYPE,
)
async def create_type(
    request: Request, sandbox: Current, changes: Requested, body: Body
) -> Response:
    """Create a type and return its record.

    The body is nested and the record is flat, and not every value is stored as it was sent: see
    the example. There is no idempotency key: a create that is sent twice makes two types.
    """
    return _one(changes.create(body), request, sandbox)


@router.get("/{type_id}", summary="Get one certificate type", responses=pages.TYPE)
async def get_type(
    request: Request, sandbox: Current, changes: Requested, type_id: int
) -> Response:
    """Return one record."""
    return _one(changes.existing(type_id), request, sandbox)


@router.put(
    "/{type_id}",
    summary="Replace a certificate type",
    openapi_extra=pages.BODY,
    responses=pages.TYPE,
)
async def replace_type(
    request: Request, sandbox: Current, changes: Requested, type_id: int, body: Body
) -> Response:
    """Replace a type with the body, which must be complete: it has the same required fields.

    Get the record first, change it, and send all of it. A type with issued certificates cannot be
    updated. Weight, image, archive and serial number flags stay as they are.
    """
    return _one(changes.replace(type_id, body), request, sandbox)


@router.delete("/{type_id}", summary="Delete a certificate type", responses=pages.NOTHING)
async def delete_type(sandbox: Current, changes: Requested, type_id: int) -> Response:
    """Delete a type for good. A type with issued certificates cannot be deleted."""
    changes.delete(type_id)
    return Response(status_code=204) if sandbox.quirks.delete_answers_204 else ok(None)


def _one(record: Record, request: Request, sandbox: Current) -> Response:
    (answered,) = _shown([record], request, sandbox)
    return ok(answered)


def _shown(records: Sequence[Record], request: Request, sandbox: Current) -> list[Record]:
    return as_answered(records, request.state.told, sandbox.quirks, sandbox.state.chains)
