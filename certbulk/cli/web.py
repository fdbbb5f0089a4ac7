"""The command that serves the upload page: web."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["web"]


def web(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 8867,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it in the browser, or only print.")
    ] = True,
) -> None:
    """Serve a page, on this computer only, to upload a workbook on. Ctrl-C ends it.

    The page goes the whole way: read, plan, confirm, send, results, undo. A run goes on when the
    page is closed.

    Example: certbulk web
    """
    from certbulk.upload.server import serve  # noqa: PLC0415 (an optional extra)

    serve(port, browser=browser, say=typer.echo)
