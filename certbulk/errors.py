"""What can go wrong, as one small tree; each is also the builtin that fits it best.

CertbulkError
├── SettingsError (ValueError)        a setting is missing or cannot be right
│   └── ArgumentError (TypeError)     a function was given another thing than it takes
├── ReadError (ValueError)            a file cannot be read as a sheet
├── InvalidRowsError (ValueError)     a report has errors and the caller asked to be told
├── PlanError (ValueError)            a plan does not fit what it is asked to do
├── NoSuchRunError (LookupError)      the journal has no run of that number
├── ChainBusyError (RuntimeError)     another run sends to the same chain just now
├── OutputError (OSError)             a file cannot be written where it was asked for
└── ServiceError (RuntimeError)       a request did not end with the answer that was asked for
    ├── RejectedError                 the service looked at it and refused: nothing was done
    ├── NotFoundError (LookupError)   there is no such record: nothing was done
    ├── AccessError (PermissionError) 401, 402, 403: every other request would meet the same
    ├── UnavailableError (ConnectionError)  not reached, or refused for the moment: nothing done
    ├── OutcomeUnknownError           it may have been done or not: only a look can tell
    ├── ListingError                  the list of live types contradicts itself
    └── InterruptedRequestError       the caller asked to stop before the request left
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "SERVICE_ERRORS",
    "AccessError",
    "ArgumentError",
    "CertbulkError",
    "ChainBusyError",
    "InterruptedRequestError",
    "InvalidRowsError",
    "ListingError",
    "NoSuchRunError",
    "NotFoundError",
    "OutcomeUnknownError",
    "OutputError",
    "PlanError",
    "ReadError",
    "RejectedError",
    "ServiceError",
    "SettingsError",
    "UnavailableError",
]


class CertbulkError(Exception):
    """The root: catch it to catch everything that certbulk raises on purpose.

    The message says what, where, and what next in words that are true wherever it is shown.

    Attributes:
        terminal: The option or command that helps, for people at a terminal; empty for none.

    Example:
        >>> import certbulk as cb
        >>> try:
        ...     cb.validate(cb.read("new_types.xls")).raise_for_errors()
        ... except cb.CertbulkError as error:
        ...     print(f"Not today: {error}")
        Not today: There is no file new_types.xls. Check the path and the name.
    """

    def __init__(self, message: str = "", *, terminal: str = "") -> None:
        super().__init__(message)
        self.terminal = terminal


class SettingsError(CertbulkError, ValueError):
    """A setting is missing or cannot be right; the message names it and how to give it.

    Example:
        >>> import certbulk as cb
        >>> cb.Client(chain_id="many")
        Traceback (most recent call last):
        certbulk.errors.SettingsError: chain_id cannot be 'many': give the id of the chain, ...
    """


class ArgumentError(SettingsError, TypeError):
    """A function was given another thing than it takes; the message names both.

    Example:
        >>> import certbulk as cb
        >>> cb.validate("types.xlsx")
        Traceback (most recent call last):
        certbulk.errors.ArgumentError: certbulk.validate(sheet=...) takes a Sheet, not a str. ...
    """


class ReadError(CertbulkError, ValueError):
    """The source cannot be read as a sheet; the message says why and what to do.

    Attributes:
        sheets: The sheets to choose from, where the workbook has several that fit.

    Example:
        >>> import certbulk as cb
        >>> try:
        ...     cb.read("sample_data/with_errors.xlsx", sheet="prices")
        ... except cb.ReadError as error:
        ...     print(error)
        with_errors.xlsx has no sheet called prices. It has: certificate_types, ...
    """

    def __init__(self, message: str, *, sheets: Sequence[str] = (), terminal: str = "") -> None:
        super().__init__(message, terminal=terminal)
        self.sheets = tuple(sheets)


class InvalidRowsError(CertbulkError, ValueError):
    """A report has errors; the message holds the first of them and how many there are.

    Example:
        >>> import certbulk as cb
        >>> cb.validate(cb.read("sample_data/with_errors.xlsx")).raise_for_errors()
        Traceback (most recent call last):
        certbulk.errors.InvalidRowsError: 37 errors in with_errors.xlsx:
          D3 title: "Title" is needed for a new type. ...
    """


class PlanError(CertbulkError, ValueError):
    """A plan does not fit: another chain, another service, or an option that contradicts it.

    Example:
        >>> import certbulk as cb
        >>> sandbox = cb.Sandbox()
        >>> with sandbox as here:
        ...     plan = cb.plan(cb.validate(cb.read("sample_data/certificate_types.xlsx")), here)
        ...     cb.apply(plan, sandbox.client(chain_id=706555))
        Traceback (most recent call last):
        certbulk.errors.PlanError: The plan is for chain 706028 ..., but the client is for chain ...
    """


class NoSuchRunError(CertbulkError, LookupError):
    """The journal in the state folder has no run of that number.

    Example:
        >>> import certbulk as cb
        >>> cb.attach("20270131-101500-a1b2c3")
        Traceback (most recent call last):
        certbulk.errors.NoSuchRunError: The journal ... has no such run. ...
    """


class ChainBusyError(CertbulkError, RuntimeError):
    """Another run sends to the same chain; the message says which, in what process, since when.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox("practice.json"):
        ...     cb.Sandbox("practice.json").start()  # a practice chain is for one at a time, too
        Traceback (most recent call last):
        certbulk.errors.ChainBusyError: The practice chain is busy: practice.json is in use ...
    """


class OutputError(CertbulkError, OSError):
    """A file cannot be written: it exists already, or its folder is not there or is read-only.

    Example:
        >>> import certbulk as cb
        >>> path = cb.template("mine.xlsx")
        >>> cb.template("mine.xlsx")
        Traceback (most recent call last):
        certbulk.errors.OutputError: mine.xlsx exists already. Give another name, ...
    """


class ServiceError(CertbulkError, RuntimeError):
    """A request that did not end with the answer it asked for.

    Attributes:
        code: The result code, as it stands in the results sheet (`rejected`, `server_error`, ...).
        status: The HTTP status of the last attempt; None when no answer came.
        attempts: How many times the request left.
        fields: The service's own messages by the name it gives the field, such as
            `{"expiration.date": ["is required"]}`.
        stops: Whether every other request would meet the same, so that a run should stop.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     try:
        ...         client.create({"title": "A card without the rest"})
        ...     except cb.ServiceError as error:
        ...         caught = error
        >>> caught.code, caught.status, caught.attempts, caught.stops
        ('rejected', 400, 1, False)
        >>> caught.fields["balance"]
        ['This field is required.']
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int | None = None,
        attempts: int = 0,
        fields: Mapping[str, list[str]] | None = None,
        stops: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.attempts = attempts
        self.fields = dict(fields or {})
        self.stops = stops

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it travel between processes, which exceptions with named arguments do not."""
        named = ("code", "status", "attempts", "fields", "stops")
        return partial(type(self), *self.args, **{n: getattr(self, n) for n in named}), ()


class RejectedError(ServiceError):
    """The service refused this request for what it says; nothing was done.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     client.create({"title": "A card without the rest"})
        Traceback (most recent call last):
        certbulk.errors.RejectedError: The service refused it (...: HTTP 400): ...
    """


class NotFoundError(ServiceError, LookupError):
    """The service knows no such record; nothing was done.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     client.get(1)
        Traceback (most recent call last):
        certbulk.errors.NotFoundError: The service does not know certificate type 1 ...
    """


class AccessError(ServiceError, PermissionError):
    """401, 402 or 403: not this request but the caller is refused, so a run stops here.

    Example:
        >>> import certbulk as cb
        >>> sandbox = cb.Sandbox()
        >>> with sandbox:
        ...     sandbox.client(user_token="outdated").list()
        Traceback (most recent call last):
        certbulk.errors.AccessError: The service does not accept the tokens (...: HTTP 401): ...
    """


class UnavailableError(ServiceError, ConnectionError):
    """The service was not reached or would not answer now; nothing was done.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     pass
        >>> client.list()  # the server is gone: it is asked again, with growing pauses
        Traceback (most recent call last):
        certbulk.errors.UnavailableError: The service could not be reached ...
    """


class OutcomeUnknownError(ServiceError):
    """The request may have been carried out: no answer, or none that says.

    Example:
        >>> import certbulk as cb
        >>> from certbulk.sandbox import Faults
        >>> with cb.Sandbox(faults=Faults(lost_answer=1.0, methods=("POST",))) as client:
        ...     client.create({"title": "Did it land?"})
        Traceback (most recent call last):
        certbulk.errors.OutcomeUnknownError: It may have been carried out or not: ...
    """


class ListingError(ServiceError):
    """The live list contradicts itself each time it is read, or has what is not a record.

    A count that alone is wrong is no such contradiction; see `Client.remarks`.

    Example:
        >>> import certbulk as cb
        >>> from certbulk.sandbox import Quirks
        >>> with cb.Sandbox(quirks=Quirks(lying_total=3)) as client:
        ...     client.list("No such title")
        Traceback (most recent call last):
        certbulk.errors.ListingError: The service counts 3 certificate types but lists 0. ...
    """


class InterruptedRequestError(ServiceError):
    """The caller asked to stop while the request waited to leave; nothing was done.

    Example:
        >>> import certbulk as cb
        >>> import threading
        >>> stop = threading.Event()
        >>> stop.set()
        >>> with cb.Sandbox() as client:
        ...     client.create({"title": "Not any more"}, stop=stop)
        Traceback (most recent call last):
        certbulk.errors.InterruptedRequestError: Stopped before it was sent.
    """


_SERVICE_ERRORS: tuple[type[ServiceError], ...] = (ServiceError, *ServiceError.__subclasses__())

SERVICE_ERRORS = {kind.__name__: kind for kind in _SERVICE_ERRORS}
"""The kinds of `ServiceError` by name, for the table of result codes."""
