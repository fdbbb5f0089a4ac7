"""The command that tries a connection, or the form of requests: check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.options import ALL_WELL, COULD_NOT_START, WITH_BAD_ROWS
from certbulk.cli.service import Service
from certbulk.core.counting import counted

if TYPE_CHECKING:
    from certbulk.api.form_check import FormCheck

__all__ = ["check"]

_KEEPS_NOTHING = (
    "It answers every request with the same record and keeps nothing, so nothing can be applied "
    "to it. Rehearse with: --sandbox"
)
_CHAIN, _TOKEN = 706028, "mock"


def check(*, service: Service, json: options.Json = False) -> None:
    """Try the connection to the chain, without changing anything.

    It lists the certificate types, reads one of them, and shows where the rules of the house (a
    policy) come from. With the address of the vendor's mock server
    (--base-url https://developer.alteg.io/_mock/en/b2b-v1/openapi), which keeps nothing, it sends
    one request each of list, create, get and update instead, and shows whether the form of each is
    accepted. Your tokens are not sent there.

    Examples:
        certbulk check
        certbulk check --sandbox
    """
    from certbulk.applying.history import service_name  # noqa: PLC0415
    from certbulk.planning.policy.policy_file import policy_in_force  # noqa: PLC0415
    from certbulk.settings import Settings, checked_base_url  # noqa: PLC0415
    from certbulk.settings.urls import is_mock_server  # noqa: PLC0415

    settings = Settings.load(base_url=service.base_url, chain_id=service.chain_id)
    address = checked_base_url(settings.base_url)
    if not service.sandbox and is_mock_server(address):
        with cb.Client(
            address,
            settings.chain_id or _CHAIN,
            _TOKEN,
            _TOKEN,
            per_second=settings.per_second,
            per_minute=settings.per_minute,
            api_spelling=settings.api_spelling,
        ) as client:
            _show_form(address, client.check_form(), json=json)
    policy = policy_in_force()
    with service.client() as client:
        types = client.list()
        if types:
            client.get(types[0]["id"])
        repeated = client.repeated_id()
    where = f"Chain {client.chain_id} at {service_name(client.service)}"
    if json:
        show.as_json(
            {
                "service": service_name(client.service),
                "chain_id": client.chain_id,
                "types": len(types),
                "keeps": repeated is None,
                "requests": [],
                "policy": {
                    "path": policy.path,
                    "sha256": policy.sha256,
                    "rules": [*policy.limits],
                },
            }
        )
    else:
        read = " One of them was read by its id." if types else ""
        show.line(f"{where}: {counted(len(types), 'certificate type')}.{read} Nothing was changed.")
        rules = counted(len(policy.limits), "rule") if policy.sha256 else "none, there is no file"
        show.line(f"Rules of the house: {rules} ({policy.path}).")
        if repeated is not None:
            show.line(f"It seems to be a mock server. {_KEEPS_NOTHING}")
    raise typer.Exit(ALL_WELL if repeated is None else WITH_BAD_ROWS)


def _show_form(address: str, checks: tuple[FormCheck, ...], *, json: bool) -> None:
    """Print how the mock server took each request, and end with the exit code."""
    fine = all(one.accepted for one in checks)
    is_there = any(one.status is not None for one in checks)
    if json:
        requests = [{**one._asdict(), "accepted": one.accepted} for one in checks]
        show.as_json({"service": address, "keeps": False, "requests": requests})
    else:
        show.line(f"{address} is the vendor's mock server.")
        for one in checks:
            no = "no answer" if one.status is None else "not accepted"
            took = "accepted" if one.accepted else f"{no}: {one.says}"
            show.line(f"  {one.what:6}  {one.method:4} {one.path}  {took}")
        how = "accepted" if fine else "not accepted" if is_there else "not known"
        show.line(f"The form of the requests is {how}.")
        show.line(_KEEPS_NOTHING)
    raise typer.Exit(ALL_WELL if fine else WITH_BAD_ROWS if is_there else COULD_NOT_START)
