"""The table of result codes: every entry is whole, and a status code needs one entry only."""

import itertools
from types import MappingProxyType
from typing import Any

import pytest

import certbulk as cb
from certbulk import errors
from certbulk.api.decision import ATTEMPTS, Attempt, Event, decide
from certbulk.core.results import result_codes
from certbulk.core.results.result_code import OfAttempt, ResultCode, Verdict
from certbulk.core.results.result_codes import RESULT_CODES, WARNINGS, code_of_status, of_attempt
from tests.references import PAGES

from .service import Service, answer

CODES = list(RESULT_CODES.values())
OF_ATTEMPTS = [code for code in CODES if code.attempt]
METHODS = ("GET", "PUT", "DELETE", "POST")


def is_sentence(text: str) -> bool:
    return len(text) > 8 and text[0].isupper() and text[-1] == "." and "  " not in text


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_every_code_says_what_it_means_and_what_to_do(code: ResultCode) -> None:
    """No code is left without a meaning, an advice and an exit code."""
    assert is_sentence(code.means)
    assert is_sentence(code.what_to_do)
    assert code.exit_code in (0, 1)
    assert code.warning is (code.name in WARNINGS)


@pytest.mark.parametrize("code", OF_ATTEMPTS, ids=lambda code: code.name)
def test_every_code_of_an_attempt_can_be_handled(code: ResultCode) -> None:
    """It has a verdict, an exception that exists, words and an advice."""
    handled = of_attempt(code.name)
    assert isinstance(handled.verdict, Verdict)
    assert issubclass(getattr(errors, handled.error), cb.ServiceError)
    assert handled.says
    assert is_sentence(handled.advice)
    said = handled.says_of_read.format(says=handled.says, what="it all")
    assert "{" not in said
    assert said[0].isupper()
    assert said[-1] != "."
    if handled.statuses:  # an answer always has a consequence of its own
        assert handled.verdict not in {Verdict.DONE, Verdict.UNKNOWN}


def test_no_status_means_two_things() -> None:
    """A status is in one entry only; ranges do not overlap."""
    statuses = [status for code in OF_ATTEMPTS for status in of_attempt(code.name).statuses]
    single = [status for status in statuses if isinstance(status, int)]
    ranged = [status for some in statuses if isinstance(some, range) for status in some]
    assert len(single) == len(set(single))
    assert len(ranged) == len(set(ranged))


def test_every_error_status_has_a_code() -> None:
    """Every status from 400 to 999, which is the highest that HTTP libraries let through."""
    assert [status for status in range(400, 1000) if code_of_status(status) is None] == []
    assert [status for status in range(100, 400) if code_of_status(status)] == []


def test_a_single_number_goes_before_a_range() -> None:
    """404 is 4xx, and has a meaning of its own."""
    found = [code_of_status(status) for status in (404, 405, 408, 500)]
    names = [code.name for code in found if code]
    assert names == ["not_found", "rejected", "server_error", "server_error"]


def test_every_decision_has_an_entry() -> None:
    """Whatever an attempt ends with, there is an error to raise for it: no KeyError in mid run."""
    statuses = [None, *range(200, 1000, 7), 401, 402, 403, 404, 407, 408, 429]
    for method, event, status, number, doubtful in itertools.product(
        METHODS, Event, statuses, (1, ATTEMPTS), (False, True)
    ):
        decision = decide(Attempt(method, event, status, number, doubtful))
        if decision.verdict is not Verdict.DONE:
            assert of_attempt(decision.code)


def test_a_code_of_no_attempt_is_not_handled_as_one() -> None:
    """Asking how an attempt is handled that cannot be is a mistake that shows at once."""
    with pytest.raises(LookupError):
        of_attempt("adopted")
    with pytest.raises(LookupError):
        of_attempt("no such code")


LOCKED = ResultCode(
    "locked",
    "The chain is locked for the moment (423). The run stopped.",
    "Wait until the lock is gone, then upload the results workbook again.",
    attempt=OfAttempt(
        Verdict.STOP,
        "UnavailableError",
        (423,),
        says="The chain is locked",
        says_of_read="{says}",
        advice="Wait until the lock is gone.",
    ),
)


@pytest.mark.parametrize("method", ["get", "create", "update"])
def test_a_new_status_is_one_entry(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an entry for 423, decision, loop, message and pages know it, and a run stops."""
    table = MappingProxyType({**RESULT_CODES, "locked": LOCKED})
    monkeypatch.setattr(result_codes, "RESULT_CODES", table)
    arguments: dict[str, tuple[Any, ...]] = {"get": (1,), "create": ({},), "update": (1, {})}
    with Service(answer(423, {"success": False})) as service:
        with pytest.raises(cb.UnavailableError) as caught:
            getattr(service.client(), method)(*arguments[method])
        assert len(service.asked) == 1
    assert (caught.value.code, caught.value.stops) == ("locked", True)
    assert str(caught.value).startswith("The chain is locked (127.0.0.1:")
    assert str(caught.value).endswith("HTTP 423). Wait until the lock is gone.")


def test_the_pages_have_every_code() -> None:
    """Each code is in the page about results, and each status in the page about attempts."""
    results, retries = PAGES["results.md"](), PAGES["retries.md"]()
    assert [code.name for code in CODES if f"| `{code.name}` |" not in results] == []
    single = [s for code in OF_ATTEMPTS for s in of_attempt(code.name).statuses if s in range(999)]
    assert [status for status in single if f"| {status}" not in retries] == []


EXIT_CODES = [
    ("created", "", True),
    ("created", "adopted", True),
    ("created", "settled_by_hand", True),
    ("created", "stored_differs", False),
    ("created", "possibly_doubled", False),
    ("updated", "stored_differs", False),
    ("unchanged", "not_found", True),  # an undo of what is not there any more
    ("skipped", "left_out", True),
    ("failed", "not_stored", False),
    ("failed", "settled_by_hand", False),
    ("unknown", "unknown_outcome", False),
    ("blocked", "title_exists", False),
    ("invalid", "title_missing", False),
    ("not_sent", "", False),
    ("deleted", "", True),
]


@pytest.mark.parametrize(("status", "code", "ok"), EXIT_CODES)
def test_what_counts_as_well(status: str, code: str, *, ok: bool) -> None:
    """A row's status and its code decide together whether a run with it ends with exit code 0."""
    assert cb.Outcome(2, cb.Status(status), code=code).ok is ok
