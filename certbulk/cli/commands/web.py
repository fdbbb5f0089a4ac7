"""The command that serves the upload page: web."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["web"]


def web(
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="N", help="Its port; 0 takes any that is free."
        ),
    ] = 8867,
    browser: Annotated[
        bool,
        typer.Option(
            "--browser/--no-browser", help="Open the page in the browser, or only print its link."
        ),
    ] = True,
) -> None:
    """Serve a page, on this computer only, to upload a workbook on.

    The page goes the whole way: read, plan, confirm, send, results, undo. Ctrl-C ends it; a run
    that is under way goes on.

    Examples:
        certbulk web
        certbulk web --port 0 --no-browser
    """
    from certbulk.upload.server import serve  # noqa: PLC0415 (an optional extra)

    serve(port, browser=browser, say=typer.echo)
