"""What a request must bring before a route looks at it: headers, tokens, access, a JSON body.

The order in which the real service looks at these is not documented.
"""

import re
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader

from certbulk.sandbox.routes.answers import Refused
from certbulk.sandbox.service import Practice
from certbulk.sandbox.store.chains import Chain

__all__ = ["ACCEPT", "Body", "HasPartner", "HasUser", "MemberChain", "Room", "TypesChain"]

ACCEPT: Final = "application/vnd.api.v2+json"

_BEARER: Final = re.compile(r"Bearer ([^\s,]+)(?:, *User (\S+))?")

# Shows the header on the documentation page; the check is our own.
_tokens = APIKeyHeader(
    name="Authorization",
    description="`Bearer <partner_token>, User <user_token>`",
    auto_error=False,
)


async def _room(request: Request) -> Practice:
    practice: Practice = request.state.practice
    return practice


Room: TypeAlias = Annotated[Practice, Depends(_room)]


async def _accepts(request: Request) -> None:
    """Documented: without the right `Accept`, some endpoints answer 400. Own: all of them do."""
    ranges = request.headers.get("accept", "").split(",")
    if ACCEPT not in (one.partition(";")[0].strip().lower() for one in ranges):
        raise Refused(400, f"The Accept header must be {ACCEPT}.")


async def _partner(request: Request, room: Room, _: Annotated[str, Depends(_tokens)]) -> None:
    if _presented(request)[0] != room.keys.partner_token:
        raise Refused(401, "Authentication needed.")


async def _user(request: Request, room: Room, _: Annotated[str, Depends(_tokens)]) -> None:
    if _presented(request) != (room.keys.partner_token, room.keys.user_token):
        raise Refused(401, "Authentication needed.")


def _presented(request: Request) -> tuple[str | None, str | None]:
    found = _BEARER.fullmatch(request.headers.get("authorization", ""))
    return (found[1], found[2]) if found else (None, None)


HasPartner: Final = [Depends(_accepts), Depends(_partner)]
HasUser: Final = [Depends(_accepts), Depends(_user)]


async def _member_chain(chain_id: int, room: Room) -> Chain:
    # Own: a chain that does not exist is answered like one of somebody else.
    if chain_id not in room.state.chains:
        raise Refused(403, "Access denied.")
    return room.state.chains[chain_id]


MemberChain: TypeAlias = Annotated[Chain, Depends(_member_chain)]


async def _types_chain(chain: MemberChain) -> Chain:
    if not chain.types_allowed:
        raise Refused(403, "Access denied.")
    return chain


TypesChain: TypeAlias = Annotated[Chain, Depends(_types_chain)]


async def _object(request: Request) -> dict[str, Any]:
    """Documented: a body is JSON and says so. Own: 400 for one that does not."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(400, "The Content-Type header must be application/json.")
    if not isinstance(request.state.sent, dict):
        raise Refused(400, "The body must be a JSON object.")
    return request.state.sent


Body: TypeAlias = Annotated[dict[str, Any], Depends(_object)]
