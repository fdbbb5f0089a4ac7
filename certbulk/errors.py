"""The errors of certbulk in one small tree; each is also the builtin error that fits best.

CertbulkError
├── SettingsError (ValueError)        a setting is missing or impossible
│   └── ArgumentError (TypeError)     an argument has the wrong type
├── ReadError (ValueError)            a file cannot be read as a sheet
├── InvalidRowsError (ValueError)     a report or plan has errors, for `raise_for_errors`
├── RunError (RuntimeError)           a run or rows of it failed, for `raise_for_errors`
├── PlanError (ValueError)            a plan cannot be used in this way
├── NoSuchRunError (LookupError)      the journal has no run with this number
├── ChainBusyError (RuntimeError)     another run is sending to the same chain
├── OutputError (OSError)             a file cannot be written
└── ServiceError (RuntimeError)       a request did not succeed
    ├── RejectedError                 the service refused it: nothing was done
    ├── NotFoundError (LookupError)   there is no such record: nothing was done
    ├── AccessError (PermissionError) 401, 402, 403: all other requests would fail too
    ├── UnavailableError (ConnectionError)  not reached, or refused for the moment: nothing done
    ├── OutcomeUnknownError           it may have been done: check what is live
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
    "RunError",
    "ServiceError",
    "SettingsError",
    "UnavailableError",
]


class CertbulkError(Exception):
    """The root of all errors that certbulk raises on purpose.

    The message says what is wrong, where, and what to do, in words that fit wherever it is shown.

    Attributes:
        terminal: The option or command that helps at a terminal; empty for none.
        pointer: Lines that point at a word in a text that was given; empty for most errors.

    Example:
        >>> import certbulk as cb
        >>> try:
        ...     cb.validate(cb.read("new_types.xls")).raise_for_errors()
        ... except cb.CertbulkError as error:
        ...     print(f"Not today: {error}")
        Not today: There is no file new_types.xls. Check the path and the name.
    """

    pointer: tuple[str, ...] = ()

    def __init__(self, message: str = "", *, terminal: str = "") -> None:
        super().__init__(message)
        self.terminal = terminal


class SettingsError(CertbulkError, ValueError):
    """A setting is missing or impossible; the message names it and how to set it.

    Example:
        >>> import certbulk as cb
        >>> cb.Client(chain_id="many")
        Traceback (most recent call last):
        certbulk.errors.SettingsError: chain_id cannot be 'many': give the id of the chain, ...
    """


class ArgumentError(SettingsError, TypeError):
    """An argument has the wrong type; the message names this type and the right one.

    Example:
        >>> import certbulk as cb
        >>> cb.validate(5)
        Traceback (most recent call last):
        certbulk.errors.ArgumentError: certbulk.validate(source=...) takes a Sheet, not an int. ...
    """


class ReadError(CertbulkError, ValueError):
    """The source cannot be read as a sheet; the message gives the reason and what to do.

    Attributes:
        sheets: The sheets to choose from, if several sheets of the workbook fit.
        code: What keeps a file from being read, such as `password`; empty for anything else.

    Example:
        >>> import certbulk as cb
        >>> try:
        ...     cb.read("sample_data/with_errors.xlsx", sheet="prices")
        ... except cb.ReadError as error:
        ...     print(error)
        with_errors.xlsx has no sheet called prices. It has: certificate_types, ...
    """

    def __init__(
        self, message: str, *, sheets: Sequence[str] = (), code: str = "", terminal: str = ""
    ) -> None:
        super().__init__(message, terminal=terminal)
        self.sheets, self.code = tuple(sheets), code


class InvalidRowsError(CertbulkError, ValueError):
    """A report or a plan has rows with errors; the message has their number and the first of them.

    Example:
        >>> import certbulk as cb
        >>> cb.validate(cb.read("sample_data/with_errors.xlsx")).raise_for_errors()
        Traceback (most recent call last):
        certbulk.errors.InvalidRowsError: 37 errors in with_errors.xlsx:
          D3 title: A new type needs "Title". ...
    """


class RunError(CertbulkError, RuntimeError):
    """A run stopped, or rows of it did not succeed; the message has the first of them.

    Attributes:
        run: The run.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> prices = pd.DataFrame({"id": [1], "balance": [60]})
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
        ...     try:
        ...         cb.apply(plan, client, progress=False).raise_for_errors()
        ...     except cb.RunError as error:
        ...         print(error.run.counts["blocked"])
        1
    """

    def __init__(self, message: str = "", *, run: Any = None, terminal: str = "") -> None:
        super().__init__(message, terminal=terminal)
        self.run = run


class PlanError(CertbulkError, ValueError):
    """A plan cannot be used: it is for another chain or service, or an option contradicts it.

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
    """The journal in the state folder has no run with this number.

    Example:
        >>> import certbulk as cb
        >>> cb.attach("20270131-101500-a1b2c3")
        Traceback (most recent call last):
        certbulk.errors.NoSuchRunError: The journal ... has no such run. ...
    """


class ChainBusyError(CertbulkError, RuntimeError):
    """Another run is sending to the same chain; the message has its id, process and start.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox("practice.json"):
        ...     cb.Sandbox("practice.json").start()  # a practice chain has one user at a time, too
        Traceback (most recent call last):
        certbulk.errors.ChainBusyError: The practice chain is busy: practice.json is in use ...
    """


class OutputError(CertbulkError, OSError):
    """A file cannot be written: it exists already, or its folder is missing or read-only.

    Example:
        >>> import certbulk as cb
        >>> path = cb.template("mine.xlsx")
        >>> cb.template("mine.xlsx")
        Traceback (most recent call last):
        certbulk.errors.OutputError: mine.xlsx exists already. Give another name, ...
    """


class ServiceError(CertbulkError, RuntimeError):
    """A request that did not succeed.

    Attributes:
        code: The result code, as in the results workbook (`rejected`, `server_error`, ...).
        status: The HTTP status of the last attempt; None if no answer came.
        attempts: The number of attempts that left.
        fields: The service's own messages by its name of the field, such as
            `{"expiration.date": ["is required"]}`.
        stops: Whether all other requests would fail too, so that a run should stop.

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
        """Make it picklable, which exceptions with named arguments are not."""
        named = ("code", "status", "attempts", "fields", "stops")
        return partial(type(self), *self.args, **{n: getattr(self, n) for n in named}), ()


class RejectedError(ServiceError):
    """The service refused the content of this request; nothing was done.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     client.create({"title": "A card without the rest"})
        Traceback (most recent call last):
        certbulk.errors.RejectedError: The service refused it (...: HTTP 400): ...
    """


class NotFoundError(ServiceError, LookupError):
    """The service does not have such a record; nothing was done.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     client.get(1)
        Traceback (most recent call last):
        certbulk.errors.NotFoundError: The service does not know certificate type 1 ...
    """


class AccessError(ServiceError, PermissionError):
    """401, 402 or 403: the service refuses the caller, not this request, so a run stops.

    Example:
        >>> import certbulk as cb
        >>> sandbox = cb.Sandbox()
        >>> with sandbox:
        ...     sandbox.client(user_token="outdated").list()
        Traceback (most recent call last):
        certbulk.errors.AccessError: The service does not accept the tokens (...: HTTP 401): ...
    """


class UnavailableError(ServiceError, ConnectionError):
    """The service was not reached or did not accept requests; nothing was done.

    Example:
        >>> import certbulk as cb
        >>> client = cb.Client("http://127.0.0.1:9/api/v1", 706028, "partner", "user")
        >>> client.list()  # nothing answers there: the request is retried with growing pauses
        Traceback (most recent call last):
        certbulk.errors.UnavailableError: The service could not be reached ...
    """


class OutcomeUnknownError(ServiceError):
    """The request may have been carried out: its answer is missing or unclear.

    Example:
        >>> import certbulk as cb
        >>> from certbulk.sandbox import Faults
        >>> with cb.Sandbox(faults=Faults(lost_answer=1.0, methods=("POST",))) as client:
        ...     client.create({"title": "Did it land?"})
        Traceback (most recent call last):
        certbulk.errors.OutcomeUnknownError: It may have been carried out or not: ...
    """


class ListingError(ServiceError):
    """The live list contradicts itself in each reading, or has an entry that is not a record.

    A wrong count alone is not an error; see `Client.remarks`.

    Example:
        >>> import certbulk as cb
        >>> from certbulk.sandbox import Quirks
        >>> with cb.Sandbox(quirks=Quirks(lying_total=3)) as client:
        ...     client.list("No such title")
        Traceback (most recent call last):
        certbulk.errors.ListingError: The service reports 3 certificate types but returned 0. ...
    """


class InterruptedRequestError(ServiceError):
    """The caller stopped the request before it left; nothing was done.

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


_KINDS: tuple[type[ServiceError], ...] = (ServiceError, *ServiceError.__subclasses__())
SERVICE_ERRORS = {kind.__name__: kind for kind in _KINDS}
"""The subclasses of `ServiceError` by name, for the table of result codes."""
