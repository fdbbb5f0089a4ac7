"""Answers as raw bytes: interim, malformed, byte by byte, or without an end.

No server library sends these, so they are written to the connection directly. Except after interim
answers, the connection is then closed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import chain, repeat
from typing import Final

from certbulk.sandbox.misbehaviour.reply import Pieces, Reply

__all__ = ["BAD_HEADERS", "dripped", "endless", "interim", "with_bad_header"]

_LONG: Final = 100_000
_MANY: Final = 1_000
_MEGABYTE: Final = 2**20
_PIECE: Final = 2**13
_SAME_PATH: Final = b"?again=1"


def interim(statuses: Iterable[int]) -> bytes:
    """Return interim answers, one after the other."""
    return b"".join(
        b"%s\r\nlink: </style.css>; rel=preload\r\n\r\n" % _status_line(one) for one in statuses
    )


def dripped(reply: Reply, seconds: float, *, head: bool, body: bool) -> Pieces:
    """Return an answer whose head, body or both come byte by byte."""
    raw = _Raw.of(reply)
    for part, is_slow in ((raw.head(), head), (raw.body, body)):
        if is_slow:
            yield from ((part[at : at + 1], seconds) for at in range(len(part)))
        else:
            yield part, 0.0


def endless(reply: Reply, kind: str, megabytes: int) -> tuple[int, Pieces]:
    """Return the status and the bytes of an answer of this many megabytes.

    `kind` is `endless_head`, `endless_body` or `endless_redirect`, as in `Faults`.
    """
    raw = _Raw.of(reply).minus(b"content-length")
    if kind == "endless_redirect":
        raw = raw.redirected(_SAME_PATH)
    begin, more = raw.head() + raw.body, b" " * _PIECE  # spaces may follow JSON
    if kind == "endless_head":
        line = b"x-trace: %s\r\n"
        begin, more = raw.head().removesuffix(b"\r\n"), line % (b"a" * (_PIECE - len(line) + 2))
    pieces = repeat((more, 0.0), megabytes * _MEGABYTE // _PIECE)
    return raw.status, chain([(begin, 0.0)], pieces)


def with_bad_header(reply: Reply, name: str) -> tuple[int, bytes]:
    """Return the status and the bytes of an answer with one of `BAD_HEADERS`."""
    raw = BAD_HEADERS[name](_Raw.of(reply))
    return raw.status, raw.head() + raw.body


@dataclass(frozen=True)
class _Raw:
    status: int
    first: bytes
    lines: tuple[bytes, ...]
    body: bytes

    @classmethod
    def of(cls, reply: Reply) -> "_Raw":
        lines = [name + b": " + value for name, value in reply.headers]
        first = _status_line(reply.status)
        return cls(reply.status, first, (*lines, b"connection: close"), reply.body)

    def head(self) -> bytes:
        return b"\r\n".join((self.first, *self.lines, b"", b""))

    def plus(self, *lines: bytes) -> "_Raw":
        return replace(self, lines=(*self.lines, *lines))

    def minus(self, name: bytes) -> "_Raw":
        kept = (line for line in self.lines if not line.startswith(name + b":"))
        return replace(self, lines=tuple(kept))

    def announcing(self, *lengths: object) -> "_Raw":
        lines = (b"content-length: %s" % str(length).encode() for length in lengths)
        return self.minus(b"content-length").plus(*lines)

    def redirected(self, location: bytes) -> "_Raw":
        # A client that follows a 307 sends the same method and body again.
        status = HTTPStatus.TEMPORARY_REDIRECT
        first = _status_line(status)
        return replace(self, status=status, first=first).plus(b"location: " + location)


def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()


BAD_HEADERS: Final[Mapping[str, Callable[[_Raw], _Raw]]] = {
    "redirect": lambda raw: raw.redirected(_SAME_PATH),
    "location": lambda raw: raw.redirected(b"http://[::1"),
    "location_port": lambda raw: raw.redirected(b"http://127.0.0.1:port/"),
    "location_bytes": lambda raw: raw.redirected(b"http://\xff\xfe\x80/"),
    "length_more": lambda raw: raw.announcing(len(raw.body) + 10),
    "length_less": lambda raw: raw.announcing(len(raw.body) // 2),
    "length_twice": lambda raw: raw.announcing(len(raw.body), len(raw.body) + 10),
    "length_text": lambda raw: raw.announcing("many"),
    "length_negative": lambda raw: raw.announcing(-1),
    "chunks": lambda raw: raw.minus(b"content-length").plus(b"transfer-encoding: chunked"),
    "encoding": lambda raw: raw.plus(b"content-encoding: gzip"),
    "charset": lambda raw: raw.minus(b"content-type").plus(
        b"content-type: application/json; charset=klingon"
    ),
    "no_text": lambda raw: raw.plus(b"x-trace: \xff\xfe\x80\xc3("),
    "nul": lambda raw: raw.plus(b"x-trace: \x00\x01"),
    "no_colon": lambda raw: replace(raw, lines=(b"this line has none", *raw.lines)),
    "long_line": lambda raw: raw.plus(b"x-trace: " + b"a" * _LONG),
    "many_lines": lambda raw: raw.plus(*(b"x-trace-%d: a" % at for at in range(_MANY))),
    "status_text": lambda raw: replace(raw, first=b"HTTP/1.1 fine"),
    "status_huge": lambda raw: replace(raw, first=b"HTTP/1.1 99999 Off the scale"),
    "version": lambda raw: replace(raw, first=raw.first.replace(b"HTTP/1.1", b"HTTP/7")),
    "no_http": lambda raw: replace(raw, first=b"220 mail.example.com ESMTP"),
}
"""What can be wrong with the head of an answer to a request that was handled.

- `redirect`: a redirect (307) to the same path, with a body: to follow it is to send again.
  `location`, `location_port`, `location_bytes`: a redirect to a malformed address.
- `length_…`: a `Content-Length` that is too large, too small, repeated, a word, or negative.
- `chunks`, `encoding`: the body is neither chunked nor compressed. `charset`: unknown.
- `no_text`, `nul`: a header with bytes that are not UTF-8, or with control characters.
- `no_colon`: the first header line has no colon.
- `long_line`, `many_lines`: a header of 100,000 bytes, or 1,000 headers: too many for clients.
- `status_…`, `version`, `no_http`: a malformed status line.
"""
