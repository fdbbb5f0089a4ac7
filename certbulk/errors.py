"""What can go wrong, as one small tree; each is also the builtin that fits it best.

CertbulkError
├── SettingsError (ValueError)        a setting is missing or cannot be right
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
    "AccessError",
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
    """The root: catch it to catch everything that certbulk raises on purpose."""


class SettingsError(CertbulkError, ValueError):
    """A setting is missing or cannot be right; the message names it and how to give it."""


class ReadError(CertbulkError, ValueError):
    """The source cannot be read as a sheet; the message says why and what to do.

    Attributes:
        sheets: The sheets to choose from, where the workbook has several that fit.
    """

    def __init__(self, message: str, *, sheets: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.sheets = tuple(sheets)


class InvalidRowsError(CertbulkError, ValueError):
    """A report has errors; the message holds the first of them and how many there are."""


class PlanError(CertbulkError, ValueError):
    """A plan does not fit: another chain, another service, or an option that contradicts it."""


class NoSuchRunError(CertbulkError, LookupError):
    """The journal in the state folder has no run of that number."""


class ChainBusyError(CertbulkError, RuntimeError):
    """Another run sends to the same chain; the message says which, in what process, since when."""


class OutputError(CertbulkError, OSError):
    """A file cannot be written: it exists already, or its folder is not there or is read-only."""


class ServiceError(CertbulkError, RuntimeError):
    """A request that did not end with the answer it asked for.

    Attributes:
        code: The result code, as it stands in the results sheet (`rejected`, `server_error`, ...).
        status: The HTTP status of the last attempt; None when no answer came.
        attempts: How many times the request left.
        fields: The service's own messages by the name it gives the field, such as
            `{"expiration.date": ["is required"]}`.
        stops: Whether every other request would meet the same, so that a run should stop.
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
        named = {"code", "status", "attempts", "fields", "stops"}
        given = {name: value for name, value in vars(self).items() if name in named}
        return partial(type(self), *self.args, **given), ()


class RejectedError(ServiceError):
    """The service refused this request for what it says; nothing was done."""


class NotFoundError(ServiceError, LookupError):
    """The service knows no such record; nothing was done."""


class AccessError(ServiceError, PermissionError):
    """401, 402 or 403: not this request but the caller is refused, so a run stops here."""


class UnavailableError(ServiceError, ConnectionError):
    """The service was not reached or would not answer now; nothing was done."""


class OutcomeUnknownError(ServiceError):
    """The request may have been carried out: no answer, or none that says."""


class ListingError(ServiceError):
    """The pages of the live list do not add up to the count that the service gives."""


class InterruptedRequestError(ServiceError):
    """The caller asked to stop while the request waited to leave; nothing was done."""
