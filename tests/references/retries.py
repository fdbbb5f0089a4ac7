"""The retry table: what certbulk does after an attempt, asked of the function that decides it."""

from collections.abc import Iterator

from certbulk.api.decision import ATTEMPTS, Attempt, Decision, Event, Verdict, decide
from certbulk.api.rest import PAUSES
from certbulk.core.result_codes import RESULT_CODES

METHODS = ("GET", "POST", "PUT", "DELETE")

WITHOUT_ANSWER: tuple[tuple[str, Event, int | None], ...] = (
    ("connection refused", Event.REFUSED, None),
    ("TLS certificate not trusted", Event.UNTRUSTED, None),
    ("host name not found (DNS)", Event.NO_SUCH_HOST, None),
    ("no connection in time", Event.CONNECT_TIMEOUT, None),
    ("connection lost before the request left (TLS, for example)", Event.NO_CONNECTION, None),
    ("a proxy refuses the connection (407, 403)", Event.PROXY_REFUSED, None),
    ("no connection to a proxy, or it gets none to the service (502)", Event.PROXY_FAILED, None),
    ("certificate file, proxy setting or header not usable", Event.NOT_SENDABLE, None),
    ("no answer in time", Event.READ_TIMEOUT, None),
    ("closed before any byte", Event.CLOSED, None),
    ("answer that the HTTP library cannot process", Event.BROKEN, None),
    ("closed in mid-answer, or answer too long or too slow", Event.CUT, 200),
    ("2xx, body truncated or not JSON", Event.UNREADABLE, 200),
    ("2xx, success false", Event.FALSE_SUCCESS, 200),
    ("3xx", Event.ANSWERED, 302),
)

TYPICAL = {400, 404, 409, 422, 500, 502, 503, 504}
"""Statuses to show beside those that an entry of the table names."""

IN_WORDS = {403: "403, JSON or HTML", 407: "407, a proxy's answer"}

WITH_RETRY_AFTER = {429: 120.0, 503: 120.0}


def happenings() -> Iterator[tuple[str, Event, int | None, float | None]]:
    """Yield all that is shown: words, event, status and Retry-After."""
    for words, event, status in WITHOUT_ANSWER:
        yield words, event, status, None
    named = {
        status
        for code in RESULT_CODES.values()
        for status in (code.attempt.statuses if code.attempt else ())
        if isinstance(status, int)
    }
    for status in sorted(named | TYPICAL):
        yield IN_WORDS.get(status, str(status)), Event.ANSWERED, status, None
        if seconds := WITH_RETRY_AFTER.get(status):
            yield f"{status} with Retry-After {seconds:g}", Event.ANSWERED, status, seconds


def page() -> str:
    """Return the page."""
    rows = []
    for words, event, status, retry_after in happenings():
        cells = [
            _in_words(
                decide(Attempt(method, event, status, 1, retry_after=retry_after)),
                decide(Attempt(method, event, status, ATTEMPTS, retry_after=retry_after)),
            )
            for method in METHODS
        ]
        rows.append(f"| {words} | {' | '.join(cells)} |")
    pauses = ", then ".join(f"{pause:g} s" for pause in PAUSES)
    return f"""# What happens after an attempt

This page is made from the function that decides it (`certbulk/api/decision.py`) and the table of
result codes that it reads (`certbulk/core/result_codes.py`).

The question behind it: can the request have been carried out? A create that can have been is never
sent again blindly: its outcome is **unknown**, and is settled by looking at the live list. Reads
may be repeated, and so may updates, which replace the whole record, and deletions.

| what happened | {" | ".join(METHODS)} |
|---|{"---|" * len(METHODS)}
{chr(10).join(rows)}

- **retry**: again after a growing pause (0.5 s, doubled each time, at most 30 s, spread by chance),
  or after Retry-After if that is longer; {ATTEMPTS} attempts in all. What stands behind the
  arrow is what the last attempt means.
- **rest, retry**: every process of this machine that talks to the same host rests, {pauses} for
  refusals in a row, or for Retry-After (at most 300 s) if that is longer; for a minute after the
  refusal, requests leave at half the pace.
- **fail**: the row ends as `failed`, with the code in brackets. Nothing was done.
- **stop**: the row fails and the run stops, because every other row would meet the same.
- **unknown**: the row is looked up in the live list at the end of the run, or when it is resumed.

Interim answers (1xx) are read past. An answer counts as cut off if it is not complete after 30 s,
headers and body together, or if it is larger than 32 MB, packed or unpacked.

A row that does not land is sent again at most three times, and a run stops by itself when too many
rows one after the other do not end well (`--most-failures`, 10 by default).
"""


def _in_words(first: Decision, last: Decision) -> str:
    verdict = {
        Verdict.DONE: "done",
        Verdict.RETRY: "retry",
        Verdict.REST: "rest, retry",
        Verdict.FAIL: f"fail (`{first.code}`)",
        Verdict.STOP: f"stop (`{first.code}`)",
        Verdict.UNKNOWN: "**unknown**",
    }[first.verdict]
    if first.verdict not in (Verdict.RETRY, Verdict.REST):
        return verdict
    end = "**unknown**" if last.verdict is Verdict.UNKNOWN else f"fail (`{last.code}`)"
    return f"{verdict} → {end}"
