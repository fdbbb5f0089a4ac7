"""Certificate types in the client: list, read, create, update and delete them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict

from certbulk.api.answers import Record, is_of_chain, record_id, unusable_number
from certbulk.api.decision import ATTEMPTS
from certbulk.api.listing import PAGE_SIZE, Listing, Own, complete_listing, read_listing
from certbulk.arguments import Arguments
from certbulk.core.counting import counted
from certbulk.errors import OutcomeUnknownError, ServiceError, UnavailableError
from certbulk.settings.spelling import DOCUMENTED, Spelling

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping
    from typing import Unpack

    from certbulk.api.loop import Loop, Reply

__all__ = ["CertificateTypes"]

list_ = list  # inside the class, `list` is its method
Records = list_[Record]

_LIST = "the list of certificate types"
_MOST_REMARKS = 50


class Sending(TypedDict, total=False):
    """Optional arguments of a request that changes something.

    Attributes:
        before: Called with the number of each attempt right before it leaves. It may raise
            `certbulk.api.NotNow`: then nothing leaves, and the call raises it.
        leaving: Called when the permit was given, right before the bytes are sent. It may raise
            `NotNow`, too; the permit is lost then.
        answered: Called with the HTTP status of a successful answer.
        stop: Once this is set, the request does not leave any more.
        attempt: The number of attempts of this request in earlier calls that `before` ended; they
            count towards the limit.
        doubtful: Whether one of those may have been carried out.
    """

    before: Callable[[int], None] | None
    leaving: Callable[[], None] | None
    answered: Callable[[int], None] | None
    stop: threading.Event | None
    attempt: int
    doubtful: bool


class CertificateTypes:
    """The certificate types of one chain."""

    chain_id: int
    _loop: Loop
    _lock: threading.Lock
    _remarks: tuple[str, ...] = ()
    _own: Own = Own()
    _one_for_all: bool = False
    _spelling: Spelling = DOCUMENTED

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks on unusual answers that were used nevertheless, each once, oldest first.

        Example:
            >>> import certbulk as cb
            >>> from certbulk.sandbox import Quirks
            >>> with cb.Sandbox(quirks=Quirks(lying_total=1)) as client:
            ...     types = client.list()
            >>> client.remarks
            ('The service reports 10 certificate types but returned 9, the same ones twice. ...',)
        """
        return self._remarks

    @property
    def _types(self) -> str:
        return self._spelling.types(self.chain_id)

    def list(
        self,
        title: str | None = None,
        *,
        leaving: Callable[[], None] | None = None,
        patient: bool = True,
    ) -> Records:
        """Return the records of all live types, or of those with `title` in their titles.

        Pages are read until one has no new id. The service's count is a check: if it differs, the
        list is read again, and two readings with the same ids are complete; `remarks` reports this.

        Args:
            title: A part of the titles to list; by default, all types are listed.
            leaving: Called when a request has its permit, right before its bytes are sent.
            patient: Whether a request that fails is retried.

        Raises:
            ListingError: Three readings contradict each other, or an entry is not a record.
            ServiceError: A request failed; see its kinds.
        """
        takes = Arguments("Client.list")
        takes.text("title", title, optional=True)
        takes.flags(patient=patient)

        def page(number: int) -> Record:
            query = {"page": number, "page_size": PAGE_SIZE, **({"title": title} if title else {})}
            document = self._loop.call(
                "GET",
                self._types,
                what=_LIST,
                query=query,
                leaving=leaving,
                attempt=0 if patient else ATTEMPTS - 1,
            ).document
            data = document.get("data")
            if isinstance(data, list_):
                document = {**document, "data": [self._spelling.read(one) for one in data]}
            return document

        def reading() -> Listing:
            listing = read_listing(page, lambda: self._own)
            self._one_for_all = listing.repeats and len(listing.records) == 1
            return listing

        records, remark = complete_listing(reading)
        if remark:
            self._remark(remark)
        own = [record for record in records if is_of_chain(record, self.chain_id)]
        if foreign := len(records) - len(own):
            others = counted(foreign, "certificate type")
            self._remark(f"The service lists {others} of another chain. These were left out.")
        return own

    def _remark(self, remark: str) -> None:
        with self._lock:
            self._remarks = tuple(dict.fromkeys((*self._remarks, remark)))[-_MOST_REMARKS:]

    def get(self, type_id: int) -> Record:
        """Return the record of one type.

        Raises:
            NotFoundError: There is no type with this id.
            ServiceError: The request failed; see its kinds.
        """
        Arguments("Client.get").whole_number("type_id", type_id)
        what = f"certificate type {type_id}"
        reply = self._loop.call("GET", f"{self._types}/{type_id}", what=what)
        return self._record(reply, "GET", type_id)

    def create(
        self,
        body: Mapping[str, Any],
        **sending: Unpack[Sending],
    ) -> Record:
        """Create a type and return its record.

        Args:
            body: The nested request body.
            **sending: Optional arguments: see `Sending`.

        Raises:
            OutcomeUnknownError: It may have been created: check the list before sending it again.
            ServiceError: It was not created; see its kinds.
            NotNow: `before` or `leaving` raised it; pass its attributes to the next call.
        """
        Arguments("Client.create").mapping("body", body)
        with self._changing(creates=1):
            reply = self._loop.call(
                "POST",
                self._types,
                body=self._spelling.sent(body),
                **sending,
            )
        return self._record(reply, "POST")

    def update(
        self,
        type_id: int,
        body: Mapping[str, Any],
        **sending: Unpack[Sending],
    ) -> Record:
        """Replace a type by `body`, which must be complete, and return its record.

        Arguments and errors are those of `create`.
        """
        takes = Arguments("Client.update")
        takes.whole_number("type_id", type_id)
        takes.mapping("body", body)
        with self._changing(updates=1):
            reply = self._loop.call(
                "PUT",
                f"{self._types}/{type_id}",
                body=self._spelling.sent(body),
                **sending,
            )
        return self._record(reply, "PUT", type_id)

    def delete(
        self,
        type_id: int,
        **sending: Unpack[Sending],
    ) -> None:
        """Delete a type. This cannot be undone; the service refuses issued types.

        Arguments are those of `create`.

        Raises:
            NotFoundError: There is no type with this id.
            ServiceError: The request failed; see its kinds.
        """
        Arguments("Client.delete").whole_number("type_id", type_id)
        with self._changing(deletions=1):
            self._loop.call(
                "DELETE",
                f"{self._types}/{type_id}",
                **sending,
            )

    @contextmanager
    def _changing(self, creates: int = 0, deletions: int = 0, updates: int = 0) -> Iterator[None]:
        """Count a change at its start and end, for lists that are read meanwhile.

        An error names fields as they are documented.
        """

        def more(so_far: tuple[int, int, int]) -> tuple[int, int, int]:
            return so_far[0] + creates, so_far[1] + deletions, so_far[2] + updates

        with self._lock:
            self._own = replace(self._own, begun=more(self._own.begun))
        try:
            yield
        except ServiceError as error:
            error.fields = self._spelling.read(error.fields)
            raise
        finally:
            with self._lock:
                self._own = replace(self._own, ended=more(self._own.ended))

    def _record(self, reply: Reply, method: str, expected: int | None = None) -> Record:
        """Return the record in an answer, with its id as an int."""
        data = self._spelling.read(reply.document.get("data"))
        number = record_id(data)
        if not isinstance(data, dict) or number is None or expected not in (None, number):
            error = UnavailableError if method == "GET" else OutcomeUnknownError
            says = "The service answered without the record that was asked for."
            if method == "GET" and number is not None:
                says = (
                    f"The service answered with certificate type {number} instead of {expected}. "
                    "If it does so for every id, it is a mock server, which keeps nothing."
                )
            raise error(
                says,
                code="server_error" if method == "GET" else "unknown_outcome",
                status=200,
                attempts=reply.attempts,
            )
        wrong = unusable_number(data)
        if wrong and method == "GET":
            raise UnavailableError(
                f"Certificate type {number} has {wrong}, which is not a number. Correct it in the "
                "service.",
                code="server_error",
                status=200,
                attempts=reply.attempts,
            )
        # A write was carried out, whatever the answer has: NaN and Infinity count as missing.
        known = {key: None if unusable_number(inner) else inner for key, inner in data.items()}
        return {**(known if wrong else data), "id": number}
