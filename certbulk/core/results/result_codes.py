"""The table of result codes: what each means, what to do about it, and how it is handled.

The decision after an attempt, error messages, exit codes and the reference pages are all read from
here: a new code, or a status code that is to be handled in its own way, is one entry. What the
statuses mean: fact:statuses, fact:licence, fact:rate_limit.
"""

from __future__ import annotations

from types import MappingProxyType

from certbulk.core.results.result_code import OfAttempt, ResultCode, Verdict

__all__ = ["RESULT_CODES", "WARNINGS", "asks_to_back_off", "code_of_status", "of_attempt"]

_PROXY = "The proxy is the one that HTTPS_PROXY names."

_ALL = (
    ResultCode(
        "rejected",
        "The service read the row and refused it (400, 422, or 2xx with success false).",
        "The message has the service's reason. Correct the row, and upload the results workbook "
        "again.",
        attempt=OfAttempt(
            Verdict.FAIL,
            "RejectedError",
            (range(400, 500),),
            says="The service refused it",
            says_of_read="The service refused to give {what}",
            advice="Check the id of the chain.",
        ),
    ),
    ResultCode(
        "unauthorized",
        "The service does not accept the tokens (401). The run stopped.",
        "Check the partner's and the user's token, then upload the results workbook again.",
        attempt=OfAttempt(
            Verdict.STOP,
            "AccessError",
            (401,),
            says="The service does not accept the tokens",
            says_of_read="{says}",
            advice="Check the two tokens.",
        ),
    ),
    ResultCode(
        "licence",
        "The licence of a location has run out (402). The run stopped.",
        "Renew it in the service, then upload the results workbook again.",
        attempt=OfAttempt(
            Verdict.STOP,
            "AccessError",
            (402,),
            says="The licence of a location has run out",
            says_of_read="{says}",
            advice="Renew it in the service.",
        ),
    ),
    ResultCode(
        "forbidden",
        "The service, or a proxy before it, denies access (403). The run stopped.",
        "Ask for the right to edit certificate types of this chain.",
        attempt=OfAttempt(
            Verdict.STOP,
            "AccessError",
            (403,),
            says="The service denies access",
            says_of_read="{says}",
            advice="Check the user's rights for this chain.",
        ),
    ),
    ResultCode(
        "proxy_refused",
        "A proxy between this machine and the service refused the request (407, or 4xx when asked "
        "for a connection). Nothing was done. The run stopped.",
        "Check the proxy's name and password, or ask whoever runs it to let requests to the "
        "service through; then upload the results workbook again.",
        terminal=_PROXY,
        attempt=OfAttempt(
            Verdict.STOP,
            "UnavailableError",
            (407,),
            says="A proxy refused the request, and the service was not reached",
            says_of_read="{says}",
            advice="Check the proxy's name and password (HTTPS_PROXY), or ask whoever runs it.",
        ),
    ),
    ResultCode(
        "proxy_failed",
        "The proxy between this machine and the service could not be reached, or could not reach "
        "the service. Nothing was done.",
        "Check the proxy's address, or ask whoever runs it; then upload the results workbook "
        "again.",
        terminal=_PROXY,
        attempt=OfAttempt(
            Verdict.RETRY,
            "UnavailableError",
            (),
            says="The service could not be reached through the proxy",
            advice="Check the proxy's address (HTTPS_PROXY), or ask whoever runs it.",
        ),
    ),
    ResultCode(
        "not_sendable",
        "The request could not be sent from this machine: a certificate file, a proxy setting or a "
        "header cannot be used. Nothing was done. The run stopped.",
        "Correct the setting that the message names, then upload the results workbook again.",
        attempt=OfAttempt(
            Verdict.STOP,
            "UnavailableError",
            (),
            says="The request could not be sent from this machine",
            says_of_read="{says}",
            advice="Check the settings of this machine: REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, "
            "HTTPS_PROXY, CERTBULK_SOURCE_ADDRESS.",
        ),
    ),
    ResultCode(
        "not_found",
        "There is no type with this id in the chain, or no longer.",
        "Check the id and the chain. To create the type again, empty the id.",
        attempt=OfAttempt(
            Verdict.FAIL,
            "NotFoundError",
            (404,),
            says="The service knows no such certificate type",
            says_of_read="The service does not know {what}",
            advice="Check the ids and the base URL.",
        ),
    ),
    ResultCode(
        "not_looked_up",
        "The complete list does not have this id: its type is archived or gone, or another "
        "chain's. There are too many such rows to look each up by its id.",
        "Check that the file is of this chain, and take out the rows of types that are gone. Fewer "
        "such rows are looked up one by one.",
    ),
    ResultCode(
        "already_issued",
        "Certificates of this type were issued; the service refuses to change it.",
        "Create a new type with another title, then archive the old one in the service.",
        terminal="New types in place of the sold ones: --issued successor.",
    ),
    ResultCode(
        "last_in_list",
        "The row would remove the last entry of a list, and an empty list may mean no restriction.",
        "Keep an entry, or write the whole list.",
    ),
    ResultCode(
        "nothing_listed",
        "The row would add to an empty list, which may mean no restriction: it would restrict it.",
        "Write the whole list.",
    ),
    ResultCode(
        "archived",
        "The type is archived.",
        "Restore it in the service, or skip the row.",
    ),
    ResultCode(
        "incomplete_record",
        "The service does not show the whole record, and an update replaces the whole of it.",
        "Change this type in the service itself.",
    ),
    ResultCode(
        "title_exists",
        "A different type with this title is live or in another row.",
        "Give the row the live id to update it, or another title to create a new type.",
        terminal="A title that is taken: --match title updates the live type that has it, "
        "--allow-duplicate-titles creates another.",
    ),
    *(
        ResultCode(
            code,
            f"{means} The policy of the team does not allow it.",
            "Change the row, or ask whoever may change the policy.",
        )
        for code, means in (
            ("policy_change", "A face value or online price changes by too many percent."),
            ("policy_face_value", "The face value is too high."),
            ("policy_creates", "The plan creates too many types."),
            ("policy_title", "The title matches none of the patterns."),
            ("policy_location", "The type loses a location that it must keep."),
        )
    ),
    ResultCode(
        "policy_approval",
        "The run began without the approval of another person, which the policy asks for by now.",
        "Plan the row again, and have that plan approved.",
    ),
    ResultCode(
        "left_out",
        "The row was taken out of the plan by hand before the run.",
        "Upload the results workbook again to send it after all.",
        exit_code=0,
    ),
    ResultCode(
        "rate_limited",
        "The service kept answering that there are too many requests (429). Nothing was done.",
        "Wait a minute, see what else uses this network's address, upload again.",
        attempt=OfAttempt(
            Verdict.REST,
            "UnavailableError",
            (429,),
            says="The service kept answering that there are too many requests",
            advice="Wait a minute and try again. If others send as well, set a lower pace.",
        ),
    ),
    ResultCode(
        "server_error",
        "The service failed (5xx) each time it was asked.",
        "Try again later.",
        attempt=OfAttempt(
            Verdict.RETRY,
            "UnavailableError",
            (408, range(500, 1000)),
            says="The service failed",
            advice="Try again in a few minutes.",
            doubtful=True,
        ),
    ),
    ResultCode(
        "unreachable",
        "The service could not be reached. Nothing was done.",
        "Check the network and the address of the service, then upload the results workbook again.",
        attempt=OfAttempt(
            Verdict.RETRY,
            "UnavailableError",
            (),
            says="The service could not be reached",
            advice="Check the network and the base URL, and try again.",
        ),
    ),
    ResultCode(
        "unknown_outcome",
        "The request may have been carried out: no clear answer came.",
        "Upload the results workbook again: the plan compares it with what is live, and a type "
        "that was created is found by its title instead of being created twice.",
        attempt=OfAttempt(
            Verdict.UNKNOWN,
            "OutcomeUnknownError",
            (),
            says="It may have been carried out or not: no clear answer came",
            advice="Look at what is live before sending it again.",
            doubtful=True,
        ),
    ),
    ResultCode(
        "adopted",
        "No credible answer came to the create, but a live type is certainly the row's: it has "
        "the row's title, agrees in all that counts, and nothing else explains it.",
        "Nothing: the row has its id.",
        exit_code=0,
    ),
    ResultCode(
        "possibly_doubled",
        "A warning: the create was sent again because the type was not live, and now two types "
        "have this title. The first request may have been carried out late.",
        "Look at both types in the service (the message has their ids) and delete one.",
        warning=True,
    ),
    ResultCode(
        "changed_since_plan",
        "Somebody changed the live type after the plan was made. It was not overwritten.",
        "The message lists what changed. Make a new plan.",
    ),
    ResultCode(
        "stored_differs",
        "A warning: the service stored other values than were sent.",
        "Look at the type in the service; the message says which fields differ.",
        warning=True,
    ),
    ResultCode(
        "not_stored",
        "The service answered without an error, but the type is as it was before: none of the "
        "changes was stored. This has been seen with types that were sold.",
        "Change the type in the service itself, or create a new type with another title.",
    ),
    ResultCode(
        "not_own",
        "It is not proved that the run to be undone created this type: somebody else may have.",
        "Look at the type in the service, and delete it there if it is not needed.",
    ),
    ResultCode(
        "settled_by_hand",
        "A person ended this row, whose outcome was unknown.",
        "Nothing if the row is created or updated. If it has failed, upload the results workbook "
        "again to send it in a new plan.",
        exit_code=0,
    ),
)

RESULT_CODES: MappingProxyType[str, ResultCode] = MappingProxyType({c.name: c for c in _ALL})
"""Every code by its name, in the order of the reference page."""

WARNINGS = frozenset(code.name for code in _ALL if code.warning)
"""Codes of rows that were carried out, and should be checked all the same."""


def of_attempt(name: str) -> OfAttempt:
    """Return how an attempt that ended with a code is handled.

    Raises:
        LookupError: There is no such code, or no attempt ends with it.
    """
    found = RESULT_CODES[name].attempt
    if found is None:
        raise LookupError(f"no attempt ends with {name}")
    return found


def code_of_status(status: int) -> ResultCode | None:
    """Return the code that an HTTP status means; None for 1xx, 2xx and 3xx, which mean none."""
    in_a_range: ResultCode | None = None
    for code in RESULT_CODES.values():
        statuses = code.attempt.statuses if code.attempt else ()
        if status in statuses:  # a range is never equal to a number
            return code
        if any(isinstance(some, range) and status in some for some in statuses):
            in_a_range = code
    return in_a_range


def asks_to_back_off(status: int | None) -> bool:
    """Whether an answer with this HTTP status asks everybody to rest: too many requests."""
    code = None if status is None else code_of_status(status)
    return code is not None and of_attempt(code.name).verdict is Verdict.REST
