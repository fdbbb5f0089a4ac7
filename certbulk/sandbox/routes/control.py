"""The routes of the sandbox itself: what it recorded, what it has, what goes wrong next.

They need no tokens, and have no limits and no faults: the server listens on this computer only.
"""

import json
from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from certbulk.sandbox.misbehaviour.faults import Fates, Faults
from certbulk.sandbox.misbehaviour.lies import Lies
from certbulk.sandbox.routes import pages
from certbulk.sandbox.routes.admission import Current
from certbulk.sandbox.routes.answers import bare

__all__ = ["router"]

router = APIRouter(prefix="/_sandbox", tags=["The sandbox itself"], default_response_class=Response)


@router.get("/requests", summary="What the API was asked")
async def list_requests(sandbox: Current) -> Response:
    """Return every request to the API in the order of arrival, including failed ones.

    `at` is in seconds since the server started. Tokens and passwords are not recorded.
    """
    return bare([{**asdict(one), "wall": one.wall.isoformat()} for one in sandbox.seen.snapshot()])


@router.delete("/requests", summary="Forget what the API was asked")
async def clear_requests(sandbox: Current) -> Response:
    """Empty the list of requests."""
    sandbox.seen.clear()
    return bare([])


@router.get("/faults", summary="The faults in force")
async def get_faults(sandbox: Current) -> Response:
    """Return the rates, the script and the seed in force."""
    return bare(asdict(sandbox.fates.faults))


@router.put("/faults", summary="Ask for faults", openapi_extra=pages.FAULTS)
async def put_faults(request: Request, sandbox: Current) -> Response:
    """Replace the faults: those left out are off. The dice and the script restart."""
    try:
        sandbox.fates = Fates(Faults.of(json.loads(await request.body())))
    except ValueError as error:
        return bare({"error": str(error)}, 400)
    return bare(asdict(sandbox.fates.faults))


# The text of the documentation page describes these three.
@router.get("/lies", include_in_schema=False)
async def get_lies(sandbox: Current) -> Response:
    """Return the lies in force."""
    return bare(asdict(sandbox.liar.lies))


@router.put("/lies", include_in_schema=False)
async def put_lies(request: Request, sandbox: Current) -> Response:
    """Replace the lies: those left out are off. The dice, script and caches restart."""
    try:
        sandbox.tell(Lies.of(json.loads(await request.body())))
    except (TypeError, ValueError) as error:
        return bare({"error": str(error)}, 400)
    return bare(asdict(sandbox.liar.lies))


@router.get("/history", include_in_schema=False)
async def list_changes(sandbox: Current) -> Response:
    """Return each creation, change and deletion of a type, oldest first, and who did it."""
    return bare(
        [{"id": one.type_id, "deed": one.deed, **asdict(one)} for one in sandbox.state.history]
    )


@router.get("/state", summary="The certificate types now")
async def get_state(sandbox: Current) -> Response:
    """Return all certificate types of each chain, without pages, by the id of the chain."""
    return bare({str(chain_id): sandbox.state.types(chain_id) for chain_id in sandbox.state.chains})


@router.post("/reset", summary="Back to the start")
async def reset(sandbox: Current) -> Response:
    """Restore the seed and the first settings; forget the requests and the rate limits."""
    sandbox.reset()
    return bare({"reset": True})
