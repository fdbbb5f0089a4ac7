"""Claims and sights: the pure functions that say what became of a row."""

from typing import Any

import pytest

from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.sending.truth import (
    VERDICTS,
    Claim,
    Sight,
    claim_of,
    found_among,
    implausible,
    sight_of,
    verdict,
)
from certbulk.applying.sending.verified import doubled, verified, verified_without_id
from certbulk.core.payload import body_of, values_of
from certbulk.planning import Action, RowDecision
from tests.sandbox.talk import EXAMPLE_RECORD

Record = dict[str, Any]

RECORD: Record = {**EXAMPLE_RECORD, "id": 7, "title": "Spa & Sauna 100", "balance": 100}
CHAIN = RECORD["company_group_id"]


def create(row: int = 2, **fields: Any) -> RowDecision:
    """Return the decision to create what the record shows, with other fields."""
    wanted = {**RECORD, **fields}
    return RowDecision(row, Action.CREATE, title=wanted["title"], body=body_of(values_of(wanted)))


def update(**changes: Any) -> RowDecision:
    """Return the decision to change the record."""
    wanted = values_of({**RECORD, **changes})
    title = str(wanted["title"])
    return RowDecision(2, Action.UPDATE, 7, title=title, body=body_of(wanted), before=RECORD)


DELETE = RowDecision(2, Action.DELETE, 7, title=RECORD["title"], before=RECORD)

SIGHTS: list[tuple[RowDecision, Record | None, Sight]] = [
    (create(), RECORD, Sight.WANTED),
    (create(), {**RECORD, "title": "Spa &amp; Sauna 100"}, Sight.WANTED),
    (create(), {**RECORD, "title": " Spa  & Sauna 100"}, Sight.WANTED),
    (create(), {**RECORD, "balance": "100.00"}, Sight.WANTED),
    (create(), {**RECORD, "balance": 99}, Sight.IN_PART),
    (create(), {**RECORD, "title": "SPA & SAUNA 100"}, Sight.IN_PART),
    (create(), None, Sight.GONE),
    (update(balance=120), {**RECORD, "balance": 120}, Sight.WANTED),
    (update(balance=120), RECORD, Sight.BEFORE),
    (update(balance=120), {**RECORD, "title": "By somebody else"}, Sight.BEFORE),
    (update(balance=120), {**RECORD, "balance": 110}, Sight.IN_PART),
    (update(balance=120, is_multi=False), {**RECORD, "balance": 120}, Sight.IN_PART),
    (update(balance=120), {**RECORD, "balance": 120, "is_multi": False}, Sight.IN_PART),
    (update(title="A & B"), {**RECORD, "title": "A &amp; B"}, Sight.WANTED),
    (update(title="Spa &amp; Sauna 100"), RECORD, Sight.BEFORE),
    (update(balance=120), None, Sight.GONE),
    (DELETE, None, Sight.WANTED),
    (DELETE, RECORD, Sight.BEFORE),
]


@pytest.mark.parametrize(("decision", "record", "sight"), SIGHTS)
def test_what_a_record_shows_of_a_row(
    decision: RowDecision, record: Record | None, sight: Sight
) -> None:
    """Texts are compared strictly, but for the question whether an update has changed them."""
    assert sight_of(decision, record) is sight


def test_every_claim_has_a_verdict_for_every_sight_that_it_can_meet() -> None:
    """None is left out, so that no row can end a run with an error of ours."""
    assert {(c, s) for c in Claim for s in Sight} == VERDICTS.keys()


def test_only_what_is_as_the_answer_says_is_verified() -> None:
    """`yes` is where a claim to have been carried out is met by what was asked for alone."""
    for (claim, sight), found in VERDICTS.items():
        carried_out = found.status is Claim.DONE or (claim is Claim.DONE and found.status is None)
        assert (found.verified == "yes") == (
            sight is Sight.WANTED if carried_out else found.status is not Status.UNKNOWN
            and sight in {Sight.BEFORE, Sight.GONE} and claim is not Claim.DONE
        ), (claim, sight)  # fmt: skip


ENDS: list[tuple[RowDecision, Outcome, Record | None, tuple[str, str, str]]] = [
    (create(), Outcome(2, Status.CREATED, 7), RECORD, ("created", "", "yes")),
    (create(), Outcome(2, Status.CREATED, 7), None, ("created", "", "gone")),
    (create(), Outcome(2, Status.CREATED, 7), {**RECORD, "balance": 1},
     ("created", "stored_differs", "differs")),
    (create(), Outcome(2, Status.CREATED, 7), {**RECORD, "title": "Spa &amp; Sauna 100"},
     ("created", "stored_differs", "yes")),
    (create(), Outcome(2, Status.CREATED, 7, "adopted"), RECORD, ("created", "adopted", "yes")),
    (create(), Outcome(2, Status.CREATED, 7, "stored_differs", "It said so."), RECORD,
     ("created", "", "yes")),
    (update(balance=120), Outcome(2, Status.UPDATED, 7), RECORD,
     ("failed", "not_stored", "differs")),
    (update(balance=120), Outcome(2, Status.UPDATED, 7), {**RECORD, "balance": 110},
     ("updated", "stored_differs", "differs")),
    (update(balance=120), Outcome(2, Status.FAILED, 7, "rejected", "No."), RECORD,
     ("failed", "rejected", "yes")),
    (update(balance=120), Outcome(2, Status.FAILED, 7, "rejected", "No."),
     {**RECORD, "balance": 120}, ("updated", "", "yes")),
    (update(balance=120), Outcome(2, Status.FAILED, 7, "not_stored", "No."), RECORD,
     ("failed", "not_stored", "yes")),
    (update(balance=120), Outcome(2, Status.UNKNOWN, 7, "unknown_outcome", "Lost."),
     {**RECORD, "balance": 120}, ("updated", "", "yes")),
    (update(balance=120), Outcome(2, Status.UNKNOWN, 7, "unknown_outcome", "Lost."), RECORD,
     ("unknown", "unknown_outcome", "differs")),
    (DELETE, Outcome(2, Status.DELETED, 7), None, ("deleted", "", "yes")),
    (DELETE, Outcome(2, Status.DELETED, 7), RECORD, ("failed", "not_stored", "differs")),
    (DELETE, Outcome(2, Status.UNKNOWN, 7, "unknown_outcome", "Lost."), None,
     ("deleted", "", "yes")),
]  # fmt: skip


@pytest.mark.parametrize(("decision", "outcome", "record", "ends"), ENDS)
def test_an_outcome_is_a_claim_and_what_is_live_the_witness(
    decision: RowDecision, outcome: Outcome, record: Record | None, ends: tuple[str, str, str]
) -> None:
    """Claim and witness together say how the row ends, under which code, and whether it is so."""
    found = verified(decision, outcome, record)
    assert (str(found.status), found.code, found.verified) == ends
    assert found.row == outcome.row
    assert bool(found.message) == (found.code not in {"", "adopted"} or found.verified != "yes" or (
        claim_of(outcome) is Claim.REFUSED))  # fmt: skip


NOT_BELIEVED: list[tuple[Record, str]] = [
    ({"id": 5}, "was live"),
    ({"id": 8}, "row 9"),
    ({"company_group_id": CHAIN + 1}, "chain"),
    ({"title": "Massage 100"}, "Massage 100"),
    ({"title": None}, "None"),
    ({"title": "Of row 4"}, "Of row 4"),
]


@pytest.mark.parametrize(("differs", "says"), NOT_BELIEVED)
def test_an_answer_that_cannot_be_true_is_not_believed(differs: Record, says: str) -> None:
    """An id that was live or is another row's, another chain, or a title that is not the row's."""
    why = implausible(
        create(),
        {**RECORD, **differs},
        chain_id=CHAIN,
        was_live={5}.__contains__,
        had_by=lambda number: {8: "row 9"}.get(number, ""),
        rows_titled={"Spa & Sauna 100": [2], "Of row 4": [4]},
    )
    assert says in why


@pytest.mark.parametrize(
    "differs",
    [{}, {"title": "Spa &amp; Sauna 100"}, {"title": "SPA & SAUNA 100 ?"}, {"balance": 3},
     {"company_group_id": str(CHAIN)}],
)  # fmt: skip
def test_an_answer_that_can_be_true_is_believed(differs: Record) -> None:
    """A service that stores a title or value otherwise has still answered clearly."""
    assert not implausible(
        create(),
        {**RECORD, **differs},
        chain_id=CHAIN,
        was_live=lambda _: False,
        had_by=lambda _: "",
        rows_titled={"Spa & Sauna 100": [2]},
    )


def test_a_loose_title_that_is_strictly_another_rows_is_not_believed() -> None:
    """Out of step, a proxy gives the answer of the row before, whose title may be a beginning."""
    short, long = "A certificate for two persons, 50", "A certificate for two persons, 500"
    assert "row 2" in implausible(
        create(3, title=long),
        {**RECORD, "title": short},
        chain_id=CHAIN,
        was_live=lambda _: False,
        had_by=lambda _: "",
        rows_titled={short: [2], long: [3]},
    )


def ids(found: Any) -> tuple[int | None, list[int]]:
    """Return the id that is a row's, and those of its suspects."""
    return found.mine and found.mine["id"], [record["id"] for record in found.suspects]


def test_a_lost_create_adopts_what_is_strictly_its_own() -> None:
    """Each of two rows finds its own, and what one has explained is not a suspect of the other."""
    other = {**RECORD, "id": 8, "title": "Massage 100"}
    found = found_among([create(2), create(3, title="Massage 100")], [RECORD, other])
    assert (ids(found[2]), ids(found[3])) == ((7, []), (8, []))
    found = found_among([create(2), create(3, title="Massage 100")], [RECORD])
    assert (found[2].sight, found[3].sight) == (Sight.WANTED, Sight.BEFORE)


SUSPECTS: list[Record] = [
    {"title": "SPA & SAUNA 100"},
    {"title": "Something else"},  # and agrees in all else
    {"balance": 99},  # with strictly its title
]


@pytest.mark.parametrize("differs", SUSPECTS)
def test_a_suspect_forbids_sending_again_and_is_not_adopted(differs: Record) -> None:
    """A like title, all but the title, or the title alone: a person has to look."""
    found = found_among([create()], [{**RECORD, **differs}])[2]
    assert (ids(found), found.sight) == ((None, [7]), Sight.SUSPECT)


def test_what_was_live_before_the_request_is_no_suspect() -> None:
    """A type that was seen before a row's request left cannot be what the request made."""
    found = found_among([create()], [RECORD], was_live=lambda row, number: (row, number) == (2, 7))
    assert found[2].sight is Sight.BEFORE


def test_two_types_or_two_rows_of_one_title_are_for_a_person() -> None:
    """Which is whose cannot be told, so none is adopted and none is sent again."""
    twice = found_among([create()], [RECORD, {**RECORD, "id": 8}])[2]
    assert ids(twice) == (None, [7, 8])
    both = found_among([create(2), create(3)], [RECORD])
    assert [ids(both[row]) for row in (2, 3)] == [(None, [7])] * 2


def test_a_refused_create_that_seems_to_be_there_is_unknown() -> None:
    """It may have landed late, or be a colleague's: neither is claimed."""
    refused = Outcome(2, Status.FAILED, None, "rejected", "No.", attempts=1)
    found = verified_without_id(create(), refused, found_among([create()], [RECORD])[2])
    assert (found.status, found.id, found.verified) == (Status.UNKNOWN, None, "differs")
    assert "7" in found.message
    nothing = verified_without_id(create(), refused, found_among([create()], [])[2])
    assert (nothing.status, nothing.code, nothing.verified) == (Status.FAILED, "rejected", "yes")


def test_a_lost_create_that_the_witness_finds_is_adopted() -> None:
    """What was not there at two looks may be there at the last one."""
    lost = Outcome(2, Status.UNKNOWN, None, "unknown_outcome", "Lost.", attempts=1)
    found = verified_without_id(create(), lost, found_among([create()], [RECORD])[2])
    assert (found.status, found.id, found.code) == (Status.CREATED, 7, "adopted")
    assert (found.verified, found.own) == ("yes", True)


@pytest.mark.parametrize(("again", "code"), [(True, "possibly_doubled"), (False, "")])
def test_a_double_is_named_with_both_ids(again: bool, code: str) -> None:  # noqa: FBT001
    """Both ids, whichever is the double; a create that was sent again has a code of its own."""
    found = doubled(Outcome(2, Status.CREATED, 7), [9], sent_again=again)
    assert (found.verified, found.code, found.ok) == ("doubled", code, False)
    assert "7" in found.message
    assert "9" in found.message


def test_an_update_or_deletion_is_not_adopted() -> None:
    """Only types are adopted; a change that was found carried out has no code."""
    assert verdict(Claim.LOST, Sight.WANTED, Action.UPDATE).code == ""
    assert verdict(Claim.LOST, Sight.WANTED, Action.CREATE).code == "adopted"
