"""The command that serves the practice API: sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certbulk.errors import SettingsError

__all__ = ["sandbox"]


def sandbox(
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="N", help="Its port; 0 takes any that is free."
        ),
    ] = 8765,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="FILE",
            help="A file that keeps what was done. [default: begin anew each time]",
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="NAME=RATE",
            help="What goes wrong, at a rate from 0 to 1: rate_limited, server_error, "
            "html_forbidden, false_success or closed (nothing is done); lost_answer, truncated, "
            "garbled, empty_body, server_error_applied or late_answer (it is done); latency. May "
            "be repeated.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same one deals the same faults again.")
    ] = 0,
) -> None:
    """Serve the practice API on this machine until Ctrl-C.

    It prints the settings with which every other command, and any other program, talks to it. For
    --sandbox it is not needed: those commands start one of their own while they run.

    Examples:
        certbulk sandbox
        certbulk sandbox --port 8766 --fault lost_answer=0.1 --fault latency=0.5
    """
    from certbulk.practice import Faults, Sandbox  # noqa: PLC0415

    rates: dict[str, object] = {"seed": seed}
    for item in fault or ():
        name, _, rate = item.partition("=")
        try:
            rates[name] = float(rate)
        except ValueError:
            raise SettingsError(f'"{item}" must look like --fault lost_answer=0.1.') from None
    try:
        faults = Faults.of(rates)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"--fault: {error}.") from None
    practice = Sandbox(state, port=port, faults=faults)
    practice.start()
    server = practice.server
    typer.echo(
        f"The practice API is at {server.url}, its own pages at "
        f"{server.url.removesuffix('/api/v1')}/docs. Ctrl-C ends it.\n\n"
        f"export CERTBULK_BASE_URL={server.url} CERTBULK_CHAIN_ID={server.chain_id} "
        f"CERTBULK_PARTNER_TOKEN={server.partner_token} CERTBULK_USER_TOKEN={server.user_token}"
    )
    server.serve_forever()
