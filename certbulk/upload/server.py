"""Serving the upload page: Voilà on this machine only, opened by links that work once."""

from __future__ import annotations

import logging
import os
import secrets
import sys
import tempfile
import threading
import webbrowser
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.errors import SettingsError
from certbulk.settings.sources import HANDED_OVER, environment_for_child

try:
    from jupyter_server.auth.decorator import allow_unauthenticated
    from jupyter_server.auth.identity import IdentityProvider, User
    from jupyter_server.base.handlers import JupyterHandler
    from tornado.httpserver import HTTPServer
    from tornado.ioloop import IOLoop
    from tornado.netutil import bind_sockets
    from tornado.web import HTTPError
    from voila.app import Voila
except ImportError:  # an optional extra
    raise SettingsError(
        "The upload page needs packages that are not installed: pip install 'certbulk[web]'."
    ) from None

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PORT", "serve"]

PORT = 8867
_HERE = Path(__file__).parent
_HOST = "127.0.0.1"
_MOST_PAGES = 8
_GONE_SECONDS, _LOOK_SECONDS = 120, 30
"""After how long a page counts no more whose window has gone, and how often that is looked at."""
_COOKIE_DAYS = 7
_LONGEST_FOLDER = 32
# Everything comes from this server: a page that was tampered with could not send anything out.
_POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' ws: data: "
    "blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)


class _Links:
    """Keys for links; each opens the page in one browser, once."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    def new(self) -> str:
        key = secrets.token_urlsafe(24)
        self._keys.add(key)
        return key

    def use(self, key: str) -> bool:
        """Tell whether a key opens the page; from then on it does not."""
        known = next((k for k in self._keys if secrets.compare_digest(k, key)), None)
        self._keys.discard(known or "")
        return known is not None


class _Identity(IdentityProvider):
    """Whoever has the cookie that a link was changed for. There are neither names nor passwords."""

    @property
    def auth_enabled(self) -> bool:
        return True

    def get_handlers(self) -> list[tuple[str, object]]:
        return [(r"/open", _Open), (r"/login", _NoLink)]

    def get_user(self, handler: Any) -> User | None:
        found = self.get_user_cookie(handler)
        return found if isinstance(found, User) else None


class _Open(JupyterHandler):
    """Changes a link's key for the cookie."""

    @allow_unauthenticated
    def get(self) -> None:
        if not self.settings["links"].use(self.get_argument("key", "")):
            _say(self, "This link has been used", "Each link opens the page once. " + _AGAIN)
            return
        self.identity_provider.set_login_cookie(self, User("office"))
        self.redirect("/")


class _NoLink(JupyterHandler):
    """What is shown to a browser that has not opened a link."""

    @allow_unauthenticated
    def get(self) -> None:
        _say(self, "Open the page by its link", "This browser has not opened the link. " + _AGAIN)


_AGAIN = (
    "Go back to the window that has the page open, or end certbulk web with Ctrl-C and start it "
    "again: it prints new links. A run that is under way goes on."
)


def _say(handler: JupyterHandler, title: str, text: str) -> None:
    page = handler.settings["voila_jinja2_env"].get_template("error.html")
    handler.set_status(403)
    handler.finish(page.render(title=title, text=text))


class _Page(Voila):  # type: ignore[misc]  # it has no types
    """Voilà with one notebook, on loopback; settings of other Voilà servers do not reach it."""

    port: int
    ready: Callable[[], None]

    def listen(self) -> None:
        try:
            sockets = bind_sockets(self.port, _HOST)
        except OSError:  # taken: any free one will do
            sockets = bind_sockets(0, _HOST)
        server = HTTPServer(self.app)
        server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]
        self.ioloop = IOLoop.current()
        self.ioloop.add_callback(self.ready)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass
        finally:
            self.stop()

    def setup_template_dirs(self) -> None:
        super().setup_template_dirs()
        self.template_paths.insert(0, str(_HERE / "template"))


def serve(port: int = PORT, *, browser: bool = True, say: Callable[[str], None] = print) -> None:
    """Serve the upload page until Ctrl-C or a polite end.

    Args:
        port: The port; another free one where it is taken, 0 for any.
        browser: Whether to open the page in the browser.
        say: Called with each line for the person at the terminal.
    """
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)  # who loads what is no news
    with tempfile.TemporaryDirectory(prefix="certbulk-page-") as folder:
        os.environ["CERTBULK_PAGE_FOLDER"] = folder  # where the page's processes work
        _serve(port, browser=browser, say=say)


def _serve(port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    hand_over = _hands_over()
    hand_over()
    links = _Links()
    page = _Page(
        notebook_path=str(_HERE / "upload.ipynb"),
        config_file_paths=[],
        log_level="ERROR",
        port=port,
        open_browser=False,
        identity_provider_class=_Identity,
        tornado_settings={
            "links": links,
            "allow_remote_access": False,
            "local_hostnames": ["localhost"],
            "ws_ping_interval": 0,  # nothing on the way to this machine drops a quiet line
            # A page that goes says so without the token that this would ask for. The cookie is
            # not sent along with what other sites ask for, so that they cannot say it.
            "disable_check_xsrf": True,
            "headers": {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
        },
    )

    def ready() -> None:
        url = f"http://{_HOST}:{page.port}/open?key="
        say(f"The upload page: {url}{links.new()}")
        say("The link works once, on this computer. Ctrl-C ends the page; a run goes on.")
        if browser:
            _open(url + links.new())

    page.ready = ready
    if sys.platform == "linux" and len(tempfile.gettempdir()) < _LONGEST_FOLDER:
        # Sockets in a private folder instead of ports that others of this machine could knock at;
        # their paths must be short.
        page.config.KernelManager.transport = "ipc"
    page.config.MappingKernelManager.cull_idle_timeout = _GONE_SECONDS
    page.config.MappingKernelManager.cull_interval = _LOOK_SECONDS
    page.config.MappingKernelManager.cull_connected = False
    page.config.IdentityProvider.cookie_options = {
        "expires_days": _COOKIE_DAYS,
        "samesite": "Lax",
    }

    def before_a_page(*_: Any, **__: Any) -> None:
        _refuse_too_many(page)
        hand_over()  # the .env file may have been mended since

    page.config.VoilaConfiguration.prelaunch_hook = before_a_page
    page.config.VoilaConfiguration.allow_template_override = "NO"
    page.config.VoilaConfiguration.allow_theme_override = "NO"
    page.initialize([])
    page.start()


def _hands_over() -> Callable[[], None]:
    """Return a function that gives the processes of pages the settings of this folder."""
    given = os.environ.get(HANDED_OVER)

    def hand_over() -> None:
        os.environ.pop(HANDED_OVER, None)
        if given is not None:
            os.environ[HANDED_OVER] = given
        os.environ.update(environment_for_child())

    return hand_over


def _refuse_too_many(page: _Page) -> None:
    if len(page.kernel_manager.list_kernel_ids()) >= _MOST_PAGES:
        minutes = -(-(_GONE_SECONDS + _LOOK_SECONDS) // 60)
        why = f"{_MOST_PAGES} pages are open. Close one of them; where none is to be seen, "
        raise HTTPError(429, reason=f"{why}wait {minutes} minutes and load the page again")


def _open(url: str) -> None:
    """Open a link in the browser, by a file: a process's arguments can be read by others."""
    handle, name = tempfile.mkstemp(prefix="certbulk-", suffix=".html")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f'<meta http-equiv="refresh" content="0;url={escape(url)}">')
    threading.Thread(target=webbrowser.open, args=(Path(name).as_uri(),), daemon=True).start()
    timer = threading.Timer(30, _remove, [name])
    timer.daemon = True
    timer.start()


def _remove(name: str) -> None:
    with suppress(OSError):
        Path(name).unlink()
