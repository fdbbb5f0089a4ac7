"""Lies on request: answers that look right and are not, and somebody else who works on the chain.

`Faults` spoil an answer, so that a client knows that something went wrong; `Quirks` are oddities
that are always there. A lie is an answer in perfect order: only what is live gives it away.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from certbulk.sandbox.options import (
    described,
    require,
    require_names,
    require_rate,
    written_as_text,
)
from certbulk.sandbox.store.records import blank

__all__ = ["PRICE_AND_VALIDITY", "RATES", "TWIN_DEEDS", "Lies"]

PRICE_AND_VALIDITY: Final = (
    "balance",
    "expiration_type_id",
    "expiration_date",
    "expiration_timeout",
    "expiration_timeout_unit_id",
)
"""What the vendor's sibling endpoints keep in silence once one of a type is sold."""

TWIN_DEEDS: Final = (
    "doubles_before",
    "doubles_after",
    "retitles_before",
    "edits_before",
    "edits_after",
    "renames_before",
    "renames_after",
    "deletes_before",
    "deletes_after",
)
"""What somebody else may do around a write request; see `Lies`."""

_KEPT: Final = tuple(name for name in blank(0, 0) if name not in {"id", "company_group_id"})
_NUMBERS: Final = {
    "title_length": 1,
    "list_behind_requests": 1,
    "total_behind_changes": 1,
    "total_cached_requests": 0,
}
_WORDS: Final = {"find_by": ("exact", "casefold"), "keeps_answer": ("kept", "wanted")}


@dataclass(frozen=True, kw_only=True)
class Lies:
    """How often the service is untrue, each a rate from 0 (never) to 1 (always).

    Each lie has dice of its own: several may be told to one request, and the rate of one shifts no
    other. What was told stands in `RequestSeen.lies`, if it made a difference.

    Titles, online titles among them; the dice are thrown for the text, so that a service treats
    one text always alike:

    - `entities`: `&`, `<`, `>` and quotes are stored as `&amp;` and so on.
    - `dropped_astral`: characters beyond the basic multilingual plane are dropped.
    - `folded_spaces`: runs of white space become one space, at the ends none.
    - `composed_titles`: NFC is stored for NFD.
    - `cut_titles`: no more than `title_length` characters are stored.

    What is stored:

    - `find_or_create`: a create whose title is live answers the oldest type with it and creates
      nothing. `find_by` is the server's idea of the same title: `exact` or `casefold`.
    - `keeps`: an update is answered 200, and `keeps_fields` stay as they were; all fields when it
      is empty. `keeps_sold_only`: only if certificates were issued, and then without the usual
      400; others are updated as usual. `keeps_answer`: the answer shows the record as it is
      (`kept`), or as it should be (`wanted`).
    - `alters`: a create or an update is stored, and answered, with a balance that is greater by 1.
    - `drops`: a create is answered with a record and its id, and nothing is stored.
    - `spares`: a delete is answered as if done, and the type stays.

    Lists. A list may be behind in all that happened since the lies were set, so fill the server
    first:

    - `list_behind`: a type that was created, changed or deleted is listed as it was before, for the
      next `list_behind_requests` requests for a list. The dice are thrown for each type.
    - `total_behind`: `meta.total_count` is as it was `total_behind_changes` changes ago.
    - `total_cached_requests`: a number, 0 for none: a count is answered for so many further
      requests for that list.
    - `total_of_page`: the count is that of the records on the page.
    - `total_missing`: there is no count.
    - `slipped_pages`: from page 2 on, a page begins one record later or earlier, as if a record of
      an earlier page had been deleted, or one put there, for that moment.
    - `left_out`, `repeated`: a record of the page is missing, or is there twice.

    What is answered:

    - `static`: every request for certificate types, whatever its method, id and body, is answered
      with the vendor's example record 289056, the list with a list of it. Nothing is kept.
    - `wrong_chain`: the `company_group_id` of a record, in a list of one of its records, is that of
      another chain.
    - `text_ids`: ids are strings, such as `"289056"`, those of services and locations too.
    - `nan`: the balance of a record, in a list of one of its records, is `NaN`.

    Somebody else, who works on the chain at the same time:

    - `twin`: how often he does something around a create, an update or a delete: one of
      `twin_deeds`, drawn among those that can be done then. `doubles_before` and `doubles_after`
      create another type from the same body (a lower or a higher id); `retitles_before` gives the
      title of the body to another type, one that no request created; `edits_…` raise the balance
      by 1, `renames_…` and `deletes_…` do that to the type of the request, just before or after it
      has done its work. The answer shows what the request itself has done.

    `methods` limits all this to some methods, such as `("POST",)`; empty means all. `script` names
    the lie to tell to each of the next requests that match, or None; one that does not suit the
    request is not told. When it is used up, the rates apply. `seed` makes the dice repeatable: the
    same seed and the same sequence of requests give the same lies.

    Raises `ValueError` for a rate outside 0 to 1, and for a name that is not one of these.
    """

    entities: float = 0.0
    dropped_astral: float = 0.0
    folded_spaces: float = 0.0
    composed_titles: float = 0.0
    cut_titles: float = 0.0
    title_length: int = 40
    find_or_create: float = 0.0
    find_by: Literal["exact", "casefold"] = "exact"
    keeps: float = 0.0
    keeps_fields: tuple[str, ...] = ()
    keeps_sold_only: bool = False
    keeps_answer: Literal["kept", "wanted"] = "kept"
    alters: float = 0.0
    drops: float = 0.0
    spares: float = 0.0
    list_behind: float = 0.0
    list_behind_requests: int = 2
    total_behind: float = 0.0
    total_behind_changes: int = 5
    total_cached_requests: int = 0
    total_of_page: float = 0.0
    total_missing: float = 0.0
    slipped_pages: float = 0.0
    left_out: float = 0.0
    repeated: float = 0.0
    static: float = 0.0
    wrong_chain: float = 0.0
    text_ids: float = 0.0
    nan: float = 0.0
    twin: float = 0.0
    twin_deeds: tuple[str, ...] = TWIN_DEEDS
    methods: tuple[str, ...] = ()
    script: tuple[str | None, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        for name in RATES:
            require_rate(name, getattr(self, name))
        for name, least in _NUMBERS.items():
            value = getattr(self, name)
            fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
            require(fits, f"{name} must be a whole number from {least}: {value!r}")
        for name, known in (
            ("keeps_fields", _KEPT),
            ("twin_deeds", TWIN_DEEDS),
            ("methods", None),
            ("script", (*RATES, None)),
        ):
            # JSON brings lists.
            object.__setattr__(self, name, require_names(name, getattr(self, name), known))
        for name, words in _WORDS.items():
            value = getattr(self, name)
            require(value in words, f"{name} must be one of {', '.join(words)}: {value!r}")
        flag = self.keeps_sold_only
        require(isinstance(flag, bool), f"keeps_sold_only must be true or false: {flag!r}")
        require(isinstance(self.seed, int), f"seed must be an integer: {self.seed!r}")

    @classmethod
    def of(cls, data: object) -> "Lies":
        """Return the lies that parsed JSON describes; `ValueError` says what is wrong with it."""
        return cls(**described(cls, data, "lies"))

    @classmethod
    def of_texts(cls, settings: Iterable[str]) -> "Lies":
        """Return the lies of settings such as `keeps=0.1`; `ValueError` says which is wrong."""
        return cls(**written_as_text(cls, settings))


RATES: Final = tuple(field.name for field in dataclasses.fields(Lies) if field.type is float)
"""Every lie that a rate can be given."""
