"""The routes of certificate types: list, create, get, update, delete."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from certbulk.sandbox import pages
from certbulk.sandbox.admission import Body, HasUser, Room, TypesChain
from certbulk.sandbox.answers import Refused, ok
from certbulk.sandbox.chains import Chain
from certbulk.sandbox.checks import problems
from certbulk.sandbox.practice import Practice
from certbulk.sandbox.quirks import page_of, shown
from certbulk.sandbox.records import Record

__all__ = ["router"]

router = APIRouter(
    prefix="/api/v1/chain/{chain_id}/loyalty/certificate_types",
    tags=["Certificate types"],
    dependencies=HasUser,
    default_response_class=Response,
)


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
    del page, page_size  # declared for the documentation; page_of takes what is no number, too
    wanted = title.casefold()
    found = [one for one in room.state.types(chain.id) if wanted in one["title"].casefold()]
    records, total = page_of(found, request.query_params, room.quirks)
    return ok([shown(one, room.quirks) for one in records], {"total_count": total})


@router.post(
    "", summary="Create a certificate type", openapi_extra=pages.BODY, responses=pages.TYPE
)
async def create_type(request: Request, room: Room, chain: TypesChain, body: Body) -> Response:
    """Create a type and return its record.

    The record is flat where the body is nested, and not every value is stored as sent: see the
    example. There is no idempotency key: a create sent twice makes two types.
    """
    _checked(body, chain)
    record = room.state.create(chain.id, body)
    request.state.applied = True
    return ok(shown(record, room.quirks))


@router.get("/{type_id}", summary="Get one certificate type", responses=pages.TYPE)
async def get_type(room: Room, chain: TypesChain, type_id: int) -> Response:
    """Return one record."""
    return ok(shown(_existing(room, chain, type_id), room.quirks))


@router.put(
    "/{type_id}",
    summary="Replace a certificate type",
    openapi_extra=pages.BODY,
    responses=pages.TYPE,
)
async def replace_type(
    request: Request, room: Room, chain: TypesChain, type_id: int, body: Body
) -> Response:
    """Replace a type by the body, which must be complete: what a create requires, this does too.

    Get the record first, change it, and send all of it. A type of which certificates were issued
    cannot be updated. Weight, image, archive and serial number flags stay as they are.
    """
    with room.state.lock:
        _unissued(_existing(room, chain, type_id), "update")
        _checked(body, chain)
        record = room.state.replace(type_id, body)
    request.state.applied = True
    return ok(shown(record, room.quirks))


@router.delete("/{type_id}", summary="Delete a certificate type", responses=pages.NOTHING)
async def delete_type(request: Request, room: Room, chain: TypesChain, type_id: int) -> Response:
    """Delete a type for good. A type of which certificates were issued cannot be deleted."""
    with room.state.lock:
        _unissued(_existing(room, chain, type_id), "delete")
        room.state.remove(type_id)
    request.state.applied = True
    return Response(status_code=204) if room.quirks.delete_answers_204 else ok(None)


def _checked(body: dict[str, Any], chain: Chain) -> None:
    if errors := problems(body, chain):
        raise Refused(400, errors=errors)


def _existing(room: Practice, chain: Chain, type_id: int) -> Record:
    try:
        record = room.state.get(type_id)
    except KeyError:
        raise Refused(404) from None
    if record["company_group_id"] != chain.id:
        raise Refused(404)
    return record


def _unissued(record: Record, doing: str) -> None:
    # Documented for the delete in these words; for the update, that it is refused.
    if record["released_total"] > 0:
        raise Refused(400, f"Cannot {doing} certificate type with issued certificates")
