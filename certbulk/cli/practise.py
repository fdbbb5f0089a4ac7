"""The command that serves the practice API: sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from certbulk.errors import SettingsError

__all__ = ["sandbox"]


def sandbox(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 8765,
    state: Annotated[
        Path | None, typer.Option("--state", help="A file that keeps its state. [default: none]")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="NAME=RATE",
            help="What goes wrong how often, such as lost_answer=0.1. May be repeated.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The seed of the faults.")] = 0,
) -> None:
    """Serve the practice API on this machine until Ctrl-C.

    Example: certbulk sandbox --port 8765 --fault lost_answer=0.1
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
