"""The command that serves the upload page: web."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

__all__ = ["web"]


def web(
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="N", help="Its port; 0 takes any free one."
        ),
    ] = 8867,
    browser: Annotated[
        bool,
        typer.Option(
            "--browser/--no-browser", help="Open the page in the browser, or only print its link."
        ),
    ] = True,
) -> None:
    """Serve the upload page, on this computer only.

    The page covers the whole job: read, plan, confirm, send, results, undo. Ctrl-C ends the page; a
    run that is under way continues.

    Examples:
        certbulk web
        certbulk web --port 0 --no-browser
    """
    from certbulk.page.host.server import serve  # noqa: PLC0415 (only this command needs it)

    if serve(port, browser=browser, say=typer.echo):  # Python would wait for it
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
