"""The vendor's mock server: what it can be asked, and that nothing is applied to it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from certbulk.api.answers import record_id
from certbulk.api.decision import ATTEMPTS
from certbulk.core.payload import body_of, for_create
from certbulk.errors import ServiceError, SettingsError
from certbulk.settings.spelling import DOCUMENTED, Spelling
from certbulk.settings.urls import is_mock_server

if TYPE_CHECKING:
    from certbulk.api.loop import Loop

__all__ = ["FormCheck", "FormChecks"]

_VALUES: Final = {
    "title": "Gift Certificate 1000",
    "balance": Decimal(1000),
    "is_multi": True,
    "item_type_id": 0,
    "is_allow_empty_code": False,
    "balance_edit_type_id": 1,
    "service_ids": (),
    "salon_ids": (720441,),
    "expiration_type_id": 2,
    "expiration_timeout": 6,
    "expiration_timeout_unit_id": 3,
    "online_sale_is_enabled": False,
}
"""The type of the documentation's example (fact:request_fields)."""

_SOME_ID = 289056
_NOBODY_HAS = (999_999_999_999_001, 999_999_999_999_002)


class FormCheck(NamedTuple):
    """How the form of one request was taken.

    Attributes:
        what: list, create, get or update.
        method: The HTTP method.
        path: The path.
        status: The HTTP status; None if there was no answer.
        says: Why it was not accepted; empty if it was.
    """

    what: str
    method: str
    path: str
    status: int | None
    says: str

    @property
    def accepted(self) -> bool:
        """Whether the form was accepted."""
        return not self.says


class FormChecks:
    """Requests to the vendor's mock server, in the form of real ones."""

    base_url: str
    chain_id: int
    _loop: Loop
    _spelling: Spelling = DOCUMENTED
    _one_for_all: bool = False
    """Whether every page of the list had the same record, and no other."""

    @property
    def is_mock(self) -> bool:
        """Whether the address is that of the vendor's mock server, which keeps nothing.

        Example:
            >>> import certbulk as cb
            >>> with cb.Sandbox() as client:
            ...     client.is_mock
            False
        """
        return is_mock_server(self.base_url)

    def require_real(self) -> None:
        """Refuse the vendor's mock server: nothing can be applied to it (fact:mock_server).

        A service at another address that has listed the same record on every page is read twice
        more, to see whether it is one, too.

        Raises:
            SettingsError: The address is that of the mock server, or the service answers like it.

        Example:
            >>> import certbulk as cb
            >>> mock = "https://developer.alteg.io/_mock/en/b2b-v1/openapi"
            >>> with cb.Client(mock, 706028, "any", "any") as client:
            ...     client.require_real()
            Traceback (most recent call last):
            ...
            certbulk.errors.SettingsError: https://developer.alteg.io/_mock/... keeps nothing: ...
        """
        if self.is_mock:
            raise SettingsError(
                f"{self.base_url} keeps nothing: it is the vendor's mock server, which answers "
                "every request with the same example. So nothing was sent. It is good for checking "
                "the form of requests; rehearse in the sandbox.",
                terminal="Check the form: certbulk check. Rehearse with: --sandbox",
            )
        number = self.repeated_id() if self._one_for_all else None
        if number is not None:
            raise SettingsError(
                f"{self.base_url} answers every request with the same record, id {number}: it is a "
                "mock server, which keeps nothing. So nothing was sent. Rehearse in the sandbox.",
                terminal="Rehearse with: --sandbox",
            )

    def repeated_id(self) -> int | None:
        """Return the id of the record that answers every request; None for a real service.

        The vendor's mock server answers so, and stores nothing (fact:found_instead). Two ids that
        no type has are read: it answers both with the same record.

        Example:
            >>> import certbulk as cb
            >>> from certbulk.sandbox import Lies
            >>> with cb.Sandbox() as client:
            ...     honest = client.repeated_id()
            >>> with cb.Sandbox(lies=Lies(static=1.0)) as client:
            ...     honest, client.repeated_id()
            (None, 289056)
        """
        types, seen = self._spelling.types(self.chain_id), set()
        for number in _NOBODY_HAS:
            try:
                reply = self._loop.call("GET", f"{types}/{number}", what="a type")
            except ServiceError:
                return None
            seen.add(record_id(reply.document.get("data")))
        return seen.pop() if len(seen) == 1 else None

    def check_form(self) -> tuple[FormCheck, ...]:
        """Send one request each of list, create, get and update to the vendor's mock server.

        Returns:
            For each request, whether its form was accepted. None of them is retried.

        Raises:
            SettingsError: The address is another one; there, a create would be real.

        Example:
            >>> import certbulk as cb
            >>> with cb.Sandbox() as client:
            ...     client.check_form()
            Traceback (most recent call last):
            ...
            certbulk.errors.SettingsError: http://127.0.0.1:.../api/v1 is not the vendor's mock ...
        """
        if not self.is_mock:
            raise SettingsError(
                f"{self.base_url} is not the vendor's mock server: a create would be real there."
            )
        types, body = (
            self._spelling.types(self.chain_id),
            self._spelling.sent(body_of(for_create(_VALUES))),
        )
        one = f"{types}/{_SOME_ID}"
        return (
            self._asked("list", "GET", types, query={"page": 1, "page_size": 100}),
            self._asked("create", "POST", types, body=body),
            self._asked("get", "GET", one),
            self._asked("update", "PUT", one, body=body),
        )

    def _asked(
        self,
        what: str,
        method: str,
        path: str,
        *,
        query: dict[str, object] | None = None,
        body: object = None,
    ) -> FormCheck:
        try:
            reply = self._loop.call(
                method, path, query=query, body=body, attempt=ATTEMPTS - 1, what=what
            )
        except ServiceError as error:
            return FormCheck(what, method, path, error.status, str(error))
        data = reply.document.get("data")
        fits = isinstance(data, list) if what == "list" else record_id(data) is not None
        says = "" if fits else "The answer does not have what was asked for."
        return FormCheck(what, method, path, 200, says)
