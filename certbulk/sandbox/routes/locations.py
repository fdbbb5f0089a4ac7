"""The routes around certificate types: signing in, chains, locations, services, categories."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from certbulk.sandbox.routes import pages
from certbulk.sandbox.routes.admission import Body, Current, HasPartner, HasUser, MemberChain
from certbulk.sandbox.routes.answers import Refused, bare, ok
from certbulk.sandbox.store.chains import Category, Chain, Service
from certbulk.sandbox.store.seed import HARBOUR

__all__ = ["router", "signing_in"]

signing_in = APIRouter(
    prefix="/api/v1",
    tags=["Signing in"],
    dependencies=HasPartner,
    default_response_class=Response,
)
router = APIRouter(
    prefix="/api/v1",
    tags=["Chains, locations, services"],
    dependencies=HasUser,
    default_response_class=Response,
)


def _group(chain: Chain) -> dict[str, Any]:
    return {
        "id": chain.id,
        "title": chain.title,
        "companies": [{"id": one.id, "title": one.title} for one in chain.locations],
        "access": {"loyalty_certificate_types_access": chain.types_access},
    }


def _service(service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "title": service.title,
        "category_id": service.category_id,
        "active": int(service.active),
    }


def _category_with_services(category: Category, chain: Chain) -> dict[str, Any]:
    inside = [_service(one) for one in chain.services if one.category_id == category.id]
    return {**asdict(category), "services": inside}


_SERVICE = _service(HARBOUR.services[0])


@signing_in.post(
    "/auth",
    summary="Get a user token",
    status_code=201,
    openapi_extra=pages.sent({"login": "practice@example.com", "password": "practice"}),
    responses=pages.enveloped(
        {"login": "practice@example.com", "user_token": "sandbox-user"}, status=201
    ),
)
async def sign_in(sandbox: Current, body: Body) -> Response:
    """Return the user token for a login and a password. Needs the partner token only."""
    errors = {
        name: ["This field is required."]
        for name in ("login", "password")
        if not isinstance(body.get(name), str)
    }
    if errors:
        raise Refused(400, errors=errors)
    if (body["login"], body["password"]) != (sandbox.keys.login, sandbox.keys.password):
        raise Refused(401, "Authentication needed.")
    return ok({"login": sandbox.keys.login, "user_token": sandbox.keys.user_token}, status=201)


@router.get(
    "/groups",
    summary="List the chains of the user",
    responses=pages.enveloped([_group(replace(HARBOUR, locations=HARBOUR.locations[:1]))]),
)
async def list_chains(sandbox: Current) -> Response:
    """Return the chains, their locations, and whether the user may work on certificate types.

    The access is 1 or 0, on some chains the string "1" or "0".
    """
    return ok([_group(chain) for chain in sandbox.state.chains.values()])


@router.get(
    "/companies",
    summary="List locations",
    responses=pages.enveloped([asdict(HARBOUR.locations[0])], {"total_count": 1}),
)
async def list_locations(
    sandbox: Current,
    group_id: Annotated[str | None, Query(description="id of a chain")] = None,
    my: Annotated[str | None, Query(description="1 for all locations of the user")] = None,
) -> Response:
    """Return the locations of one chain, or all of the user. Pass one of the two parameters."""
    if group_id is not None:
        chains = [_chain_named(group_id, sandbox.state.chains.values())]
    elif my == "1":
        chains = list(sandbox.state.chains.values())
    else:
        # Own: the real service answers with locations of others, which nobody wants.
        raise Refused(400, "Pass group_id or my=1.")
    found = [asdict(location) for chain in chains for location in chain.locations]
    return ok(found, {"total_count": len(found)})


@router.get(
    "/company/{location_id}/services/",
    summary="List the services of a location",
    responses=pages.enveloped([_SERVICE], {"total_count": 1}),
)
async def list_services(sandbox: Current, location_id: int) -> Response:
    """Return the services of a location; those it no longer offers have `active` 0."""
    try:
        chain, location = sandbox.state.location(location_id)
    except KeyError:
        raise Refused(404) from None
    found = [_service(one) for one in chain.services if location.id in one.location_ids]
    return ok(found, {"total_count": len(found)})


@router.get(
    "/chain/{chain_id}/service_categories",  # noqa: FAST003 -- MemberChain takes the id
    summary="List the service categories of a chain",
    responses=pages.answered([{**asdict(HARBOUR.categories[0]), "services": [_SERVICE]}]),
)
async def list_categories(
    chain: MemberChain,
    include: Annotated[str, Query(description="`services` adds the services of each")] = "",
) -> Response:
    """Return the categories as a bare list, without the usual envelope."""
    if "services" in include.split(","):
        return bare([_category_with_services(one, chain) for one in chain.categories])
    return bare([asdict(one) for one in chain.categories])


def _chain_named(text: str, chains: Iterable[Chain]) -> Chain:
    if not (text.isascii() and text.isdigit()):
        raise Refused(400, errors={"group_id": ["This field must be an integer."]})
    for chain in chains:
        if str(chain.id) == text:
            return chain
    raise Refused(403, "Access denied.")
