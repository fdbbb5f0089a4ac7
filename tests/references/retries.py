"""The retry table: what certbulk does after an attempt, asked of the function that decides it."""

from collections.abc import Iterator

from certbulk.api.backoff import PAUSES
from certbulk.api.decision import ATTEMPTS, Attempt, Decision, Event, Verdict, decide
from certbulk.applying.sending.truth import VERDICTS, Claim
from certbulk.core.results.result_codes import RESULT_CODES

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
result codes that it reads (`certbulk/core/results/result_codes.py`).

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
consecutive rows fail (`--most-failures`, 10 by default).

## What an answer is worth

An answer is a claim. That of a create is believed only if its id was not live at the last look
before the request, no other row and no other run has the id, the record is of this chain, and its
title may be what a service made of the row's; otherwise the row is as good as unanswered. Then what
is live is the witness: at the end of a run that has sent something, one listing holds every row
that was sent against it. What the listing contradicts, does not show or shows in part is read by
id, and once more after a pause, before it is believed: lists lag, and people change things.

This table, too, is made from the one that decides (`certbulk/applying/sending/truth.py`).

| what the answer says | what is live | how the row ends | `result_verified` |
|---|---|---|---|
{chr(10).join(_verdicts())}

- **as the row asks**: in all that counts, texts compared as titles are: `A &amp;amp; B` and `A & B`
  are one title, and so are texts that differ in white space alone.
- **a newer type that may be the row's**: for a row without an id. It is newer than the plan, no
  answer explains it, and it has a title like the row's, or agrees in everything else. Only a type
  that has strictly the row's title, and agrees in all that counts, is adopted.
- A row in **not known, as it was before** may be sent again, after two looks. That it was, and that
  a type of its title is there twice after all, is reported as `possibly_doubled`.
- **doubled** stands in `result_verified` if there is another new type with the row's title, which
  nothing of the run explains: another computer has sent the same file, for example.
  `certbulk undo RUN --doubles` deletes the run's own types that came later.
- **not looked**: the run stopped, `--no-verify` was given, or more than 50 rows were contradicted.

Between the last look and the bytes of a request lie only the wait for its permit, bounded by
`--staleness` (30 s by default, the time that the machine sleeps included), and the writing of the
intent. A change that somebody makes in that time is not seen before the request, but the witness
sees what came of it. A process that is stopped between the last check and the first byte, which
are some microseconds apart, sends that one request when it goes on.
"""


def _verdicts() -> Iterator[str]:
    """Yield the rows of the table of claims and sights."""
    for (claim, sight), found in VERDICTS.items():
        kept = "as it was" if claim is Claim.LOST else "as the answer says"
        status = kept if found.status is None else f"`{found.status}`"
        if found.status is Claim.DONE:
            status = "`created`, `updated` or `deleted`"
        code = f" (`{found.code}`)" if found.code else ""
        yield f"| {claim} | {sight} | {status}{code} | {found.verified} |"


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
