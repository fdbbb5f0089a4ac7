"""The retry table: what certbulk does after an attempt, asked of the function that decides it."""

from collections.abc import Iterator

from certbulk.api.decision import ATTEMPTS, Attempt, Decision, Event, Verdict, decide
from certbulk.api.pacing.backoff import PAUSES
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

This page is made from the function that decides it (`decide`) and the table of result codes that it
reads.

The question behind it: can the request have been carried out? If a create can have been, it is
never simply sent again: its outcome is **unknown**, and is settled by looking at what is live.
Reads can be repeated, and so can deletions and updates, which replace the whole record.

| what happened | {" | ".join(METHODS)} |
|---|{"---|" * len(METHODS)}
{chr(10).join(rows)}

- **retry**: sent again after a growing pause (0.5 s, doubled each time, at most 30 s, randomly
  varied), or after Retry-After if that is longer; {ATTEMPTS} attempts in all. The arrow shows what
  the last attempt means.
- **rest, retry**: every process of this machine that talks to the same host rests: {pauses} for
  consecutive refusals, or for Retry-After (at most 300 s) if that is longer. For a minute after the
  refusal, requests leave at half the pace.
- **fail**: the row ends as `failed`, with the code in brackets. Nothing was done.
- **stop**: the row fails and the run stops, because every other row would fail for the same reason.
- **unknown**: the row is looked up in the live list at the end of the run, or when it is resumed.

Interim answers (1xx) are skipped. An answer counts as cut off if it is not complete after 30 s,
headers and body together, or if it is larger than 32 MB, compressed or not.

A row whose request did not take effect is sent again at most three times. A run stops by itself
when too many consecutive rows fail (`--most-failures`, 10 by default).

## What an answer is worth

An answer is a claim. certbulk believes the answer to a create only if its id was not live at the
last look before the request, no other row and no other run has the id, the record belongs to this
chain, and its title may be what a service made of the row's. Otherwise the row is treated as
unanswered.

What is live is the witness. At the end of a run that has sent something, one listing compares
every row that was sent with what is live. If the listing contradicts a row, lacks it or shows
only a part, the type is read by id, and once more after a pause, before that is believed: lists
lag, and people change things. [How outcomes are made true](../explanation/outcomes.md) explains
this at length.

This table, too, is made from the one that decides (`VERDICTS`).

| what the answer says | what is live | how the row ends | `result_verified` |
|---|---|---|---|
{chr(10).join(_verdicts())}

- **as the row asks**: equal in all that counts. Texts are compared as titles are: `A &amp; B`
  and `A & B` are the same title, and so are texts that differ only in white space.
- **a newer type that may be the row's**: for a row without an id. The type is newer than the
  plan, no answer explains it, and it has a title like the row's or agrees in everything else.
  Only a type that has strictly the row's title, and agrees in all that counts, is adopted.
- A row in **not known, as it was before** may be sent again, after two looks. If a type of its
  title then exists twice, the row reports it as `possibly_doubled`.
- `result_verified` is **doubled** if there is another new type with the row's title that nothing in
  the run explains: another computer may have sent the same file. `certbulk undo RUN --doubles`
  deletes the run's own types that came later.
- **not looked**: the run stopped, `--no-verify` was given, or more than 50 rows were contradicted.

Between the last look and the request there is only the wait for its permit, bounded by
`--staleness` (30 s by default, including the time that the machine sleeps), and the writing of
the intent. A change that somebody makes in that time is not seen before the request, but the
check at the end sees what came of it. If a process is suspended in the microseconds between the
last check and the first byte, it sends that one request when it continues.
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
