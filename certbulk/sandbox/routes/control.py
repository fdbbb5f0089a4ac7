"""The routes of the sandbox itself: what it saw, what it holds, what goes wrong next.

No tokens, no limits, no faults here: the server listens on this computer only.
"""

import json
from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from certbulk.sandbox.misbehaviour.faults import Fates, Faults
from certbulk.sandbox.misbehaviour.lies import Lies
from certbulk.sandbox.routes import pages
from certbulk.sandbox.routes.admission import Room
from certbulk.sandbox.routes.answers import bare

__all__ = ["router"]

router = APIRouter(prefix="/_sandbox", tags=["The sandbox itself"], default_response_class=Response)


@router.get("/requests", summary="What the API was asked")
async def list_requests(room: Room) -> Response:
    """Return every request to the API in the order of arrival, those answered badly included.

    `at` is in seconds since the server started. Tokens and passwords are not recorded.
    """
    return bare([{**asdict(one), "wall": one.wall.isoformat()} for one in room.seen.snapshot()])


@router.delete("/requests", summary="Forget what the API was asked")
async def clear_requests(room: Room) -> Response:
    """Empty the list of requests."""
    room.seen.clear()
    return bare([])


@router.get("/faults", summary="The faults in force")
async def get_faults(room: Room) -> Response:
    """Return the rates, the script and the seed in force."""
    return bare(asdict(room.fates.faults))


@router.put("/faults", summary="Ask for faults", openapi_extra=pages.FAULTS)
async def put_faults(request: Request, room: Room) -> Response:
    """Replace the faults: what is left out is off. The dice and the script start anew."""
    try:
        room.fates = Fates(Faults.of(json.loads(await request.body())))
    except ValueError as error:
        return bare({"error": str(error)}, 400)
    return bare(asdict(room.fates.faults))


# These three stand in the text of the documentation page.
@router.get("/lies", include_in_schema=False)
async def get_lies(room: Room) -> Response:
    """Return the lies in force."""
    return bare(asdict(room.liar.lies))


@router.put("/lies", include_in_schema=False)
async def put_lies(request: Request, room: Room) -> Response:
    """Replace the lies: what is left out is off. The dice, script and caches start anew."""
    try:
        room.tell(Lies.of(json.loads(await request.body())))
    except (TypeError, ValueError) as error:
        return bare({"error": str(error)}, 400)
    return bare(asdict(room.liar.lies))


@router.get("/history", include_in_schema=False)
async def list_changes(room: Room) -> Response:
    """Return who created, changed or deleted which type, oldest first."""
    return bare(
        [{"id": one.type_id, "deed": one.deed, **asdict(one)} for one in room.state.history]
    )


@router.get("/state", summary="The certificate types as they stand")
async def get_state(room: Room) -> Response:
    """Return all certificate types of each chain, whole and unpaged, by the id of the chain."""
    return bare({str(chain_id): room.state.types(chain_id) for chain_id in room.state.chains})


@router.post("/reset", summary="Back to the start")
async def reset(room: Room) -> Response:
    """Restore the seed and the first faults; forget the requests and the rate windows."""
    room.reset()
    return bare({"reset": True})
