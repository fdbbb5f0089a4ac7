"""Lies on request: answers that look right and are not, and somebody else who works on the chain.

`Faults` spoil an answer, so that a client notices; `Quirks` are oddities of every answer. A lie
looks right: only the live types show that it is not true.
"""

import dataclasses
from typing import Annotated, Final, Literal, TypeAlias

from pydantic.dataclasses import dataclass

from certbulk.sandbox.options import (
    CONFIG,
    Flag,
    FromOne,
    FromZero,
    Options,
    Rate,
    Whole,
    one_of,
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
"""Fields that the vendor's sibling endpoints silently keep once one of a type is sold."""

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
Keepable: TypeAlias = Annotated[str, one_of(*_KEPT)]
Deed: TypeAlias = Annotated[str, one_of(*TWIN_DEEDS)]


@dataclass(frozen=True, kw_only=True, config=CONFIG)
class Lies(Options):
    """How often the service is untrue, each a rate from 0 (never) to 1 (always).

    Each lie has its own dice: one request may get several, and the rate of one does not affect the
    others. `RequestSeen.lies` has those that made a difference.

    Titles and online titles (the dice depend on the text, so that the service always treats one
    text alike):

    - `entities`: `&`, `<`, `>` and quotes are stored as `&amp;` and so on.
    - `dropped_astral`: characters beyond the basic multilingual plane are dropped.
    - `folded_spaces`: runs of white space become one space, and are cut at both ends.
    - `composed_titles`: NFC is stored for NFD.
    - `cut_titles`: at most `title_length` characters are stored.

    What is stored:

    - `find_or_create`: a create with a live title returns the oldest type of that title and creates
      nothing. `find_by` is how the server compares titles: `exact` or `casefold`.
    - `keeps`: an update returns 200, and `keeps_fields` (all fields if it is empty) keep their
      values. `keeps_sold_only`: only for types with issued certificates, and without the usual
      400; others are updated. `keeps_answer`: the answer shows the record as it is (`kept`), or as
      it should be (`wanted`).
    - `alters`: a create or an update is stored and answered with a balance that is higher by 1.
    - `drops`: a create returns a record with an id, and nothing is stored.
    - `spares`: a delete returns success, and the type stays.

    Lists (they may be behind in what happened since the lies were set: fill the server first):

    - `list_behind`: a type that was created, changed or deleted is listed as it was before, for the
      next `list_behind_requests` requests for a list. Each type has its own dice.
    - `total_behind`: `meta.total_count` is as it was `total_behind_changes` changes ago.
    - `total_cached_requests`: a number: how many further requests for a list get the same count.
    - `total_of_page`: the count is the number of records on the page.
    - `total_missing`: there is no count.
    - `slipped_pages`: from page 2 on, a page begins one record later or earlier, as if a record of
      an earlier page had just been deleted or added.
    - `left_out`, `repeated`: a record of the page is missing, or is on it twice.

    Answers:

    - `static`: every request for certificate types returns the vendor's example record 289056, the
      list a list of it, whatever the method, the id and the body. Nothing is stored.
    - `wrong_chain`: the `company_group_id` of the record, or of one record of a list, is that of
      another chain.
    - `text_ids`: ids are strings, such as `"289056"`; those of services and locations too.
    - `nan`: the balance of the record, or of one record of a list, is `NaN`.

    Somebody else who works on the chain at the same time:

    - `twin`: how often somebody else does something around a create, an update or a delete: one of
      `twin_deeds` that is possible then. `doubles_before` and `doubles_after` create another type
      from the same body (with a lower or a higher id); `retitles_before` gives the title of the
      body to another type, one that no request created; `edits_…` raise the balance of the
      request's type by 1, `renames_…` and `deletes_…` rename and delete it, just before or after
      the request is handled. The answer shows what the request itself did.

    `methods` limits all this to some methods, such as `("POST",)`; empty means all. `script` has an
    entry for each of the next requests that match: a lie, or None; a lie that does not fit the
    request is not told. After the script, the rates apply. The same `seed` and the same sequence
    of requests give the same lies.

    Raises `ValueError` for a rate outside 0 to 1 and for an unknown name.
    """

    entities: Rate = 0.0
    dropped_astral: Rate = 0.0
    folded_spaces: Rate = 0.0
    composed_titles: Rate = 0.0
    cut_titles: Rate = 0.0
    title_length: FromOne = 40
    find_or_create: Rate = 0.0
    find_by: Literal["exact", "casefold"] = "exact"
    keeps: Rate = 0.0
    keeps_fields: tuple[Keepable, ...] = ()
    keeps_sold_only: Flag = False
    keeps_answer: Literal["kept", "wanted"] = "kept"
    alters: Rate = 0.0
    drops: Rate = 0.0
    spares: Rate = 0.0
    list_behind: Rate = 0.0
    list_behind_requests: FromOne = 2
    total_behind: Rate = 0.0
    total_behind_changes: FromOne = 5
    total_cached_requests: FromZero = 0
    total_of_page: Rate = 0.0
    total_missing: Rate = 0.0
    slipped_pages: Rate = 0.0
    left_out: Rate = 0.0
    repeated: Rate = 0.0
    static: Rate = 0.0
    wrong_chain: Rate = 0.0
    text_ids: Rate = 0.0
    nan: Rate = 0.0
    twin: Rate = 0.0
    twin_deeds: tuple[Deed, ...] = TWIN_DEEDS
    methods: tuple[str, ...] = ()
    script: tuple[str | None, ...] = ()
    seed: Whole = 0

    def __post_init__(self) -> None:
        for entry in self.script:
            if entry is not None and entry not in RATES:
                raise ValueError(f"script: there is no {entry!r}. Use {', '.join(RATES)}")


RATES: Final = tuple(field.name for field in dataclasses.fields(Lies) if field.type is Rate)
"""Every lie that has a rate."""
