"""The retry table: what certbulk does after an attempt, asked of the function that decides it."""

from certbulk.api.decision import ATTEMPTS, Attempt, Decision, Event, Verdict, decide
from certbulk.api.rest import PAUSES

METHODS = ("GET", "POST", "PUT", "DELETE")

HAPPENINGS: tuple[tuple[str, Event, int | None, float | None], ...] = (
    ("connection refused", Event.REFUSED, None, None),
    ("TLS certificate not trusted", Event.UNTRUSTED, None, None),
    ("host name not found (DNS)", Event.NO_SUCH_HOST, None, None),
    ("no connection in time", Event.CONNECT_TIMEOUT, None, None),
    ("no answer in time", Event.READ_TIMEOUT, None, None),
    ("closed before any byte", Event.CLOSED, None, None),
    ("closed in mid-answer", Event.CUT, 200, None),
    ("2xx, body truncated or not JSON", Event.UNREADABLE, 200, None),
    ("2xx, success false", Event.FALSE_SUCCESS, 200, None),
    ("3xx", Event.ANSWERED, 302, None),
    ("400", Event.ANSWERED, 400, None),
    ("401", Event.ANSWERED, 401, None),
    ("402", Event.ANSWERED, 402, None),
    ("403, JSON or HTML", Event.ANSWERED, 403, None),
    ("404", Event.ANSWERED, 404, None),
    ("408", Event.ANSWERED, 408, None),
    ("409", Event.ANSWERED, 409, None),
    ("422", Event.ANSWERED, 422, None),
    ("429", Event.ANSWERED, 429, None),
    ("429 with Retry-After 120", Event.ANSWERED, 429, 120.0),
    ("500", Event.ANSWERED, 500, None),
    ("502", Event.ANSWERED, 502, None),
    ("503", Event.ANSWERED, 503, None),
    ("503 with Retry-After 120", Event.ANSWERED, 503, 120.0),
    ("504", Event.ANSWERED, 504, None),
)


def page() -> str:
    """Return the page."""
    rows = []
    for words, event, status, retry_after in HAPPENINGS:
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

This page is made from the function that decides it (`certbulk/api/decision.py`).

The question behind it: can the request have been carried out? A create that can have been is never
sent again blindly: its outcome is **unknown**, and is settled by looking at the live list. Reads
may be repeated, and so may updates, which replace the whole record, and deletions.

| what happened | {" | ".join(METHODS)} |
|---|{"---|" * len(METHODS)}
{chr(10).join(rows)}

- **retry**: again after a growing pause (0.5 s, doubled each time, at most 30 s, spread by chance),
  or after Retry-After where that is longer; {ATTEMPTS} attempts in all. What stands behind the
  arrow is what the last attempt means.
- **rest, retry**: every process of this machine that talks to the same host rests, {pauses} for
  refusals in a row, or for Retry-After (at most 300 s) where that is longer; for a minute after the
  refusal, requests leave at half the pace.
- **fail**: the row ends as `failed`, with the code in brackets. Nothing was done.
- **stop**: the row fails and the run stops, because every other row would meet the same.
- **unknown**: the row is looked up in the live list at the end of the run, or when it is resumed.

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
