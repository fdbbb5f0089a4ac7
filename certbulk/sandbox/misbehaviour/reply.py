"""An answer that is held back until it is decided what to send of it, and how."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.types import Message, Send

__all__ = ["Pieces", "Reply"]

Pieces: TypeAlias = Iterable[tuple[bytes, float]]
"""Bytes for the connection, each with the seconds to wait after them."""


@dataclass
class Reply:
    """One answer.

    - `is_cut`: the connection is closed after the body, although more was announced.
    - `interim`: bytes to send before the answer.
    - `pieces`: raw bytes to send instead of the answer; then the connection is closed.
    - `lands_after`: seconds after the answer until its request is handled.
    """

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    is_cut: bool = False
    interim: bytes = b""
    pieces: Pieces | None = None
    lands_after: float | None = None

    async def collect(self, message: Message) -> None:
        """Take one message of an application's answer."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    async def send(self, send: Send) -> None:
        """Send status, headers and body the regular way."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": self.is_cut})

    def resize(self, body: bytes) -> None:
        """Replace the body and its `Content-Length`."""
        self.body = body
        kept = [(name, value) for name, value in self.headers if name != b"content-length"]
        self.headers = [*kept, (b"content-length", str(len(body)).encode())]
