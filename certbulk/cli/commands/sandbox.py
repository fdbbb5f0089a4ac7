"""The command that serves the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from certbulk.sandbox_client import Faults, Lies

__all__ = ["Fault", "Lie", "Seed", "misbehaviour", "sandbox"]

Fault = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="NAME=RATE",
        help="What goes wrong, at a rate from 0 to 1: rate_limited, server_error, "
        "html_forbidden, false_success or closed (nothing is done); lost_answer, truncated, "
        "garbled, empty_body, server_error_applied or late_answer (it is done); late_landing "
        "(it is done after its answer, an error); out_of_step, interim, dripping_head, "
        "dripping_body, bad_header, endless_head, endless_body or endless_redirect (it is "
        "done, the answer is odd); latency. Their settings are given in the same way, such as "
        "landing_seconds=2 or methods=POST,PUT. May be repeated.",
    ),
]
Lie = Annotated[
    list[str] | None,
    typer.Option(
        "--lie",
        metavar="NAME=RATE",
        help="What is untrue though the answer is in order, at a rate from 0 to 1: entities, "
        "dropped_astral, folded_spaces, composed_titles or cut_titles (a title is stored "
        "otherwise); find_or_create, keeps, alters, drops or spares (a create, update or "
        "delete is not done, or otherwise); list_behind, total_behind, total_of_page, "
        "total_missing, slipped_pages, left_out or repeated (the list); static, wrong_chain, "
        "text_ids or nan (the answer); twin (somebody else works on the chain). Their "
        "settings are given in the same way, such as title_length=30. May be repeated.",
    ),
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", help="The same seed gives the same faults and lies."),
]


def misbehaviour(fault: list[str] | None, lie: list[str] | None, seed: int) -> tuple[Faults, Lies]:
    """Return the faults and lies that options ask for.

    Raises:
        SettingsError: An option has another form, or there is no such fault or lie.
    """
    from certbulk.sandbox_client import Faults, Lies  # noqa: PLC0415

    of_seed = f"seed={seed}"
    try:
        faults = Faults.of_texts([of_seed, *(fault or ())])
    except ValueError as error:
        raise SettingsError(f"--fault: {error}.") from None
    try:
        lies = Lies.of_texts([of_seed, *(lie or ())])
    except ValueError as error:
        raise SettingsError(f"--lie: {error}.") from None
    return faults, lies


def sandbox(
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="N", help="Its port; 0 takes any free one."
        ),
    ] = 8765,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="FILE",
            help="A file that keeps its data. [default: start afresh each time]",
        ),
    ] = None,
    chains: Annotated[
        int | None,
        typer.Option(
            "--chains",
            min=1,
            metavar="N",
            help="How many chains: the same names, different ids. [default: two that differ]",
        ),
    ] = None,
    fault: Fault = None,
    lie: Lie = None,
    seed: Seed = 0,
) -> None:
    """Serve the sandbox, a practice server on this machine, until Ctrl-C.

    It prints the settings with which every other command, and any other program, talks to it.
    --sandbox does not need it: those commands start a server of their own while they run.

    Examples:
        certbulk sandbox
        certbulk sandbox --port 8766 --fault lost_answer=0.1 --fault latency=0.5
        certbulk sandbox --chains 3
        certbulk sandbox --lie keeps=0.3 --lie twin=0.05 --seed 7
    """
    from certbulk.sandbox_client import Sandbox  # noqa: PLC0415

    faults, lies = misbehaviour(fault, lie, seed)
    served = Sandbox(state, port=port, faults=faults, lies=lies, chains=chains)
    served.start()
    server = served.server
    numbers = ", ".join(map(str, server.chain_ids))
    typer.echo(
        f"The sandbox is at {server.url}, its own pages at "
        f"{server.url.removesuffix('/api/v1')}/docs. Ctrl-C ends it.\n"
        f"Its chains: {numbers}.\n\n"
        f"export CERTBULK_BASE_URL={server.url} CERTBULK_CHAIN_ID={server.chain_id} "
        f"CERTBULK_PARTNER_TOKEN={server.partner_token} CERTBULK_USER_TOKEN={server.user_token}\n\n"
        f"certbulk login: the login is {server.login}, the password {server.password}."
    )
    server.serve_forever()
