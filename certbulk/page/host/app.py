"""The page's application: its few routes, who may ask for them, and what each answer carries."""

from __future__ import annotations

import asyncio
import json
import secrets
from html import escape
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, Router, WebSocketRoute

from certbulk.page import assets as frontend
from certbulk.page.crash_log import written_down
from certbulk.page.host.pages import GONE_SECONDS, MOST_PAGES
from certbulk.page.texts.catalogue import language_of, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from certbulk.page.host.address import Address
    from certbulk.page.host.browsers import Browsers, Links
    from certbulk.page.host.channel import Channel
    from certbulk.page.host.pages import Pages

__all__ = ["OPEN", "Guarded", "application", "is_ours"]

OPEN = "open"
"""The last part of a link's address, before its key."""

_KEY_BYTES, _KEY_SECONDS = 512, 5.0
_CACHED = "private, max-age=604800, immutable"
_FRAMES = frozenset({b"iframe", b"frame", b"embed", b"object", b"fencedframe"})
_RELOAD = ("max-age=0", "no-cache")

_DOCUMENT = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>certbulk</title>
<link rel="icon" href="{files}/icon.svg">
<link rel="stylesheet" href="{files}/host.css">
{rest}
"""
_PAGE = """<link rel="stylesheet" href="{files}/page.css">
<link rel="modulepreload" href="{files}/widget.js">
<script type="module" src="{files}/host.js"></script>
<body>
<div id="page"><p class="host-words">{wait}</p></div>
<noscript><p class="host-words">{javascript}</p></noscript>
</body>"""
_WORDS = '<body>\n<main class="host-words">\n<h1>{full_title}</h1>\n<p>{full}</p>\n</main>\n</body>'


def application(
    address: Address,
    links: Links,
    browsers: Browsers,
    pages: Pages,
    channel: Channel,
    *,
    welcomed: Callable[[], None] = lambda: None,
) -> ASGIApp:
    """Return the application that serves the page.

    Args:
        address: Where it is.
        links: The links that open it.
        browsers: Those that have opened one.
        pages: The pages that are open.
        channel: What serves their sockets.
        welcomed: Called when a browser has opened a link.
    """
    files = frontend.files()
    version = frontend.version(files)

    def document(request: Request, body: str, *keys: str, **more: Any) -> Response:
        language = language_of(request.headers.get("accept-language", ""))
        texts = {key: escape(said(f"host.{key}", {}, language)) for key in keys}
        rest = body.format(files=version, **texts)
        filled = _DOCUMENT.format(files=version, rest=rest, language=language)
        headers = {"Vary": "Accept-Language", **more.pop("headers", {})}
        return HTMLResponse(filled, headers=headers, **more)

    async def page(request: Request) -> Response:
        # A page that is loaded again is still open while it asks: its socket tells.
        again = request.headers.get("cache-control") in _RELOAD
        if pages.connected >= MOST_PAGES and not again:
            wait = {"Retry-After": f"{GONE_SECONDS:.0f}"}
            return document(request, _WORDS, "full_title", "full", status_code=503, headers=wait)
        return document(request, _PAGE, "wait", "javascript")

    async def file(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        if found is None:
            return _not_found()
        headers = {"Content-Type": found.type, "Cache-Control": _CACHED}
        return Response(found.data, headers=headers)

    async def browser(request: Request) -> Response:
        """Change a link's key for a browser's secret."""
        try:
            async with asyncio.timeout(_KEY_SECONDS):
                key = str(json.loads(await _body(request))["key"])
        except (ValueError, TypeError, KeyError, RecursionError, TimeoutError, ClientDisconnect):
            return Response(status_code=400)
        if not key.isascii() or not links.use(key):
            return Response(status_code=403)
        name, secret = browsers.welcome()
        welcomed()
        return JSONResponse({"id": name, "secret": secret})

    base = f"/{address.path}"
    router = Router(
        [
            Route(f"{base}/", page),
            Route(f"{base}/{OPEN}", page),
            Route(f"{base}/browser", browser, methods=["POST"]),
            Route(f"{base}/{version}/{{name:path}}", file),
            WebSocketRoute(f"{base}/socket", channel.serve),
        ],
        redirect_slashes=False,
        default=_not_found(),
    )
    return Guarded(router, address)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _KEY_BYTES:
            raise ValueError("it is too long")
    return body


def _not_found() -> Response:
    return Response("Not found", status_code=404, media_type="text/plain")


def is_ours(scope: Scope, address: Address) -> bool:
    """Return whether a request may be answered: it names this server, and comes from its page.

    Other sites can ask for anything here, and so can what another user of this machine serves on
    another port. Their browser says so: in Origin, in Sec-Fetch-Site, or by a host that is not ours
    (a name of theirs that leads to this machine). They may lead it to a link's address only, where
    nothing is opened without a key; the file that opens the link does so, too.
    """
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    origins = _all(headers, b"origin")
    acts = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
    link = scope["path"] == f"/{address.path}/{OPEN}" and not acts
    leads = link and _all(headers, b"sec-fetch-mode") == [b"navigate"]
    framed = set(_all(headers, b"sec-fetch-dest")) & _FRAMES
    return (
        _all(headers, b"host") == [address.authority.encode()]
        and _begins(scope["path"], f"/{address.path}/")
        and (not origins or origins == [address.origin.encode()])
        and (bool(origins) or not acts)
        and not framed
        and (leads or set(_all(headers, b"sec-fetch-site")) <= {b"same-origin", b"none"})
    )


def _all(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    return [value for name, value in headers if name == wanted]


def _begins(path: str, with_: str) -> bool:
    begin = path[: len(with_)].encode(errors="replace")
    return secrets.compare_digest(begin, with_.encode())


class Guarded:
    """An application that answers its own page only, and each answer of which is guarded.

    What goes wrong in it is written down, and told to nobody.

    Args:
        app: The application.
        address: Where it is.
    """

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app = app
        self._address = address
        self._headers = _headers(address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a socket."""
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"].endswith("response.start"):
                message = {**message, "headers": self._guard(message.get("headers", []))}
            await send(message)

        try:
            if is_ours(scope, self._address):
                # With "app" in it, Starlette raises if there is no such route, or method.
                await self._app({**scope, "app": self}, receive, guarded)
            else:
                await _not_found()(scope, receive, guarded)
        except HTTPException:
            await _not_found()(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001 (written down; uvicorn would print it)
            written_down(error)
            if not begun:
                await Response(status_code=500)(scope, receive, guarded)

    def _guard(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        own = list(headers)
        names = {name.lower() for name, _ in own}
        return own + [entry for entry in self._headers if entry[0] not in names]


def _headers(address: Address) -> list[tuple[bytes, bytes]]:
    # Everything comes from this server: a page that was tampered with could not send anything out.
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' ws://{address.authority}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    headers = {
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cache-control": "no-store",
        "connection": "close",  # a connection is for one request, and is bounded as such
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()]
