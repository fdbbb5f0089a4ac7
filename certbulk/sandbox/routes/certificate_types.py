"""The routes of certificate types: list, create, get, update, delete."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response

from certbulk.sandbox.misbehaviour.shown import as_answered
from certbulk.sandbox.routes import pages
from certbulk.sandbox.routes.admission import Body, HasUser, Room, TypesChain
from certbulk.sandbox.routes.answers import ok
from certbulk.sandbox.routes.changes import Deeds
from certbulk.sandbox.routes.lists import answered_list
from certbulk.sandbox.store.records import Record

__all__ = ["router"]

router = APIRouter(
    prefix="/api/v1/chain/{chain_id}/loyalty/certificate_types",
    tags=["Certificate types"],
    dependencies=HasUser,
    default_response_class=Response,
)


async def _deeds(request: Request, room: Room, chain: TypesChain) -> Deeds:
    return Deeds(room.state, chain, request.state.told, request.state.number)


ToDo: TypeAlias = Annotated[Deeds, Depends(_deeds)]


@router.get("", summary="List certificate types", responses=pages.TYPES)
async def list_types(
    *,
    request: Request,
    room: Room,
    chain: TypesChain,
    title: Annotated[str, Query(description="part of the title, in either case")] = "",
    page: Annotated[str, Query(description="from 1")] = "1",
    page_size: Annotated[str, Query(description="1 to 100; anything else counts as 10")] = "10",
) -> Response:
    """Return one page of records, archived ones among them, and the count of all that match."""
    # Declared for the documentation; the list takes what is no number, too.
    del title, page, page_size
    records, meta = answered_list(room, request.state.told, chain.id, request.query_params)
    return ok(_shown(records, request, room), meta)


@router.post(
    "",
    summary="Create a certificate type",
    openapi_extra=pages.BODY,
    responses=pages.TYPE,
)
async def create_type(request: Request, room: Room, to_do: ToDo, body: Body) -> Response:
    """Create a type and return its record.

    The record is flat where the body is nested, and not every value is stored as sent: see the
    example. There is no idempotency key: a create sent twice makes two types.
    """
    return _one(to_do.create(body), request, room)


@router.get("/{type_id}", summary="Get one certificate type", responses=pages.TYPE)
async def get_type(request: Request, room: Room, to_do: ToDo, type_id: int) -> Response:
    """Return one record."""
    return _one(to_do.existing(type_id), request, room)


@router.put(
    "/{type_id}",
    summary="Replace a certificate type",
    openapi_extra=pages.BODY,
    responses=pages.TYPE,
)
async def replace_type(
    request: Request, room: Room, to_do: ToDo, type_id: int, body: Body
) -> Response:
    """Replace a type by the body, which must be complete: what a create requires, this does too.

    Get the record first, change it, and send all of it. A type of which certificates were issued
    cannot be updated. Weight, image, archive and serial number flags stay as they are.
    """
    return _one(to_do.replace(type_id, body), request, room)


@router.delete("/{type_id}", summary="Delete a certificate type", responses=pages.NOTHING)
async def delete_type(room: Room, to_do: ToDo, type_id: int) -> Response:
    """Delete a type for good. A type of which certificates were issued cannot be deleted."""
    to_do.delete(type_id)
    return Response(status_code=204) if room.quirks.delete_answers_204 else ok(None)


def _one(record: Record, request: Request, room: Room) -> Response:
    (answered,) = _shown([record], request, room)
    return ok(answered)


def _shown(records: Sequence[Record], request: Request, room: Room) -> list[Record]:
    return as_answered(records, request.state.told, room.quirks, room.state.chains)
