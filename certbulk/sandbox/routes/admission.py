"""What a request needs before a route handles it: headers, tokens, access, a JSON body.

The order in which the real service checks these is not documented.
"""

import re
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader

from certbulk.sandbox.routes.answers import Refused
from certbulk.sandbox.service import SandboxState
from certbulk.sandbox.store.chains import Chain

__all__ = ["ACCEPT", "Body", "Current", "HasPartner", "HasUser", "MemberChain", "TypesChain"]

ACCEPT: Final = "application/vnd.api.v2+json"

_BEARER: Final = re.compile(r"Bearer ([^\s,]+)(?:, *User (\S+))?")

# Shows the header on the documentation page; the check is our own.
_tokens = APIKeyHeader(
    name="Authorization",
    description="`Bearer <partner_token>, User <user_token>`",
    auto_error=False,
)


async def _current(request: Request) -> SandboxState:
    sandbox: SandboxState = request.state.sandbox
    return sandbox


Current: TypeAlias = Annotated[SandboxState, Depends(_current)]


async def _accepts(request: Request) -> None:
    """Documented: some endpoints answer 400 without the right `Accept`. Own: all of them do."""
    ranges = request.headers.get("accept", "").split(",")
    if ACCEPT not in (one.partition(";")[0].strip().lower() for one in ranges):
        raise Refused(400, f"The Accept header must be {ACCEPT}.")


async def _partner(request: Request, sandbox: Current, _: Annotated[str, Depends(_tokens)]) -> None:
    if _presented(request)[0] != sandbox.keys.partner_token:
        raise Refused(401, "Authentication needed.")


async def _user(request: Request, sandbox: Current, _: Annotated[str, Depends(_tokens)]) -> None:
    if _presented(request) != (sandbox.keys.partner_token, sandbox.keys.user_token):
        raise Refused(401, "Authentication needed.")


def _presented(request: Request) -> tuple[str | None, str | None]:
    found = _BEARER.fullmatch(request.headers.get("authorization", ""))
    return (found[1], found[2]) if found else (None, None)


HasPartner: Final = [Depends(_accepts), Depends(_partner)]
HasUser: Final = [Depends(_accepts), Depends(_user)]


async def _member_chain(chain_id: int, sandbox: Current) -> Chain:
    # Own: an unknown chain gets the same answer as a chain of somebody else.
    if chain_id not in sandbox.state.chains:
        raise Refused(403, "Access denied.")
    return sandbox.state.chains[chain_id]


MemberChain: TypeAlias = Annotated[Chain, Depends(_member_chain)]


async def _types_chain(chain: MemberChain) -> Chain:
    if not chain.types_allowed:
        raise Refused(403, "Access denied.")
    return chain


TypesChain: TypeAlias = Annotated[Chain, Depends(_types_chain)]


async def _object(request: Request) -> dict[str, Any]:
    """Documented: a body is JSON, and its `Content-Type` says so. Own: 400 otherwise."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(400, "The Content-Type header must be application/json.")
    if not isinstance(request.state.sent, dict):
        raise Refused(400, "The body must be a JSON object.")
    return request.state.sent


Body: TypeAlias = Annotated[dict[str, Any], Depends(_object)]
