"""Services that keep types in ways of their own: what they answer is not what they have done."""

import pytest

import certbulk as cb
from tests.api.service import Answer, Asked, Service, answer, ok
from tests.planning.sheets import change, new, plan_of
from tests.recovery.scenes import again, go, sent

from .keeper import BODY, Keeper, Record, flat

BUSY = answer(429, {"success": False, "data": None, "meta": {"message": "limit exceeded"}})


class OtherNumbers(Keeper):
    """Answers a create with a number that is not the type's id."""

    def create(self, body: Record) -> Answer:
        """Answer a create."""
        number = self.make(body)
        return ok({**self.types[number], "id": number + 500_000})


def test_an_id_that_no_type_has_is_not_the_row_s() -> None:
    """The row is unknown, with the id of the type that may be its own; resume adopts that one."""
    keeper = OtherNumbers("Old 10")
    with Service(by=keeper) as service:
        client = service.client()
        run = sent(client, new(title="Mine 10"))
        (outcome,) = run.outcomes
        (number,) = keeper.titled("Mine 10")
        assert (outcome.status, outcome.id, outcome.verified) == ("unknown", None, "differs")
        assert f"id {number + 500_000}, which no type has" in outcome.message
        assert f" {number}." in outcome.message
        resumed = again(run.id, client)
        assert [(o.status, o.id, o.verified) for o in resumed.outcomes] == [
            ("created", number, "yes")
        ]
        go(cb.undo(run.id, client), client)
        assert keeper.titled("Mine 10") == []
        assert len(keeper.types) == 1


class Refuser(Keeper):
    """Says that there are too many requests, and carries them out all the same."""

    busy = True

    def create(self, body: Record) -> Answer:
        """Answer a create."""
        made = super().create(body)
        return BUSY if self.busy else made

    def change(self, method: str, number: int, body: Record) -> Answer:
        """Answer an update or a deletion."""
        changed = super().change(method, number, body)
        return BUSY if self.busy else changed


def test_a_title_that_appears_after_the_row_s_own_requests_may_be_its_own() -> None:
    """Creates answered 429 and carried out: unknown with the ids, and not blocked as another's."""
    keeper = Refuser()
    with Service(by=keeper) as service:
        run = sent(service.client(), new(title="Mine 10"))
        (outcome,) = run.outcomes
        ids = keeper.titled("Mine 10")
        assert outcome.attempts == len(ids) > 1
        assert (outcome.status, outcome.verified) == ("unknown", "differs")
        assert all(str(number) in outcome.message for number in ids)


def test_a_change_that_is_there_after_the_row_s_own_requests_is_its_own() -> None:
    """Updates and deletions answered 429 and carried out are the row's own, and can be undone."""
    keeper = Refuser("Old 10")
    with Service(by=keeper) as service:
        client = service.client()
        run = go(plan_of(client, change(40001, balance="11")), client)
        (outcome,) = run.outcomes
        assert (outcome.status, outcome.verified) == ("updated", "yes")
        back = go(cb.undo(run.id, client), client)
        assert [(o.status, o.verified) for o in back.outcomes] == [("updated", "yes")]
        assert keeper.types[40001]["balance"] == 10
        keeper.busy = False
        made = sent(client, new(title="Mine 10"))
        keeper.busy = True
        deleted = go(cb.undo(made.id, client), client)
        assert [(o.status, o.verified) for o in deleted.outcomes] == [("deleted", "yes")]
        assert not keeper.titled("Mine 10")


class NoRecord(Keeper):
    """Carries everything out, and answers without a record."""

    def create(self, body: Record) -> Answer:
        """Answer a create."""
        self.make(body)
        return ok(None)


def test_an_answer_without_a_record_does_not_unsay_that_a_request_has_left() -> None:
    """The intent stays in the journal, and the attempt in the outcome: else it is sent again."""
    keeper = NoRecord()
    with Service(by=keeper) as service:
        run = sent(service.client(), new(title="Mine 10"), settle=False, verify=False)
        (outcome,) = run.outcomes
        assert (outcome.status, outcome.attempts, outcome.verified) == ("unknown", 1, "not looked")
        assert keeper.titled("Mine 10") == [40001]


@pytest.mark.parametrize("flag", [False, 0, "false", "0"])
def test_success_that_is_false_in_any_spelling_is_a_refusal(flag: object) -> None:
    """A 2xx that says success 0 or "false" created nothing, and is not asked about for long."""

    class Refuses(Keeper):
        def create(self, body: Record) -> Answer:
            """Answer a create."""
            del body
            meta = {"message": "No more types"}
            return answer(200, {"success": flag, "data": None, "meta": meta})

    with Service(by=Refuses()) as service:
        run = sent(service.client(), new(title="Mine 10"))
        (outcome,) = run.outcomes
        assert (outcome.status, outcome.code, outcome.attempts) == ("failed", "rejected", 1)
        assert "No more types" in outcome.message


@pytest.mark.parametrize("balance", ["1e999999999", "-1E+77777777", 10**300])
def test_a_number_that_no_field_can_hold_takes_no_time(balance: object) -> None:
    """A balance with a huge exponent is shown as it is; it is not written out in digits."""

    class Huge(Keeper):
        def listing(self) -> Answer:
            """Answer a page of the list."""
            return ok([{**record, "balance": balance} for record in self.types.values()])

    with Service(by=Huge("Old 10")) as service:
        run = sent(service.client(), change(40001, title="New 10"))
        assert str(balance) in str(run.plan.decisions[0].before)
        assert run.outcomes[0].status == "updated"


@pytest.mark.parametrize("sold", [3, 3.0, "3", "3.0", " 3 "])
def test_what_was_sold_is_not_deleted_however_the_count_is_written(sold: object) -> None:
    """A count of certificates as a float or a text blocks an undo as a number does."""
    keeper = Keeper()
    with Service(by=keeper) as service:
        client = service.client()
        run = sent(client, new(title="Mine 10"))
        keeper.types[40001]["released_total"] = sold
        (decision,) = cb.undo(run.id, client).decisions
        assert (decision.action, decision.code) == ("blocked", "already_issued")


class FromNextPage(Keeper):
    """Gives an empty first page, and no count."""

    def __call__(self, asked: Asked) -> Answer:
        """Answer a request."""
        return ok([]) if "page=1&" in asked.target else super().__call__(asked)

    def listing(self) -> Answer:
        """Answer any other page of the list."""
        return ok([*self.types.values()])


def test_an_empty_first_page_without_a_count_is_not_the_end() -> None:
    """The second page is asked for as well: what is there is not created again."""
    keeper = FromNextPage("Old 10")
    with Service(by=keeper) as service:
        run = sent(service.client(), new(title="Old 10"))
        assert (run.outcomes[0].status, run.outcomes[0].id) == ("unchanged", 40001)
        assert keeper.titled("Old 10") == [40001]


class Archives(Keeper):
    """Archives whatever is written."""

    def create(self, body: Record) -> Answer:
        """Answer a create."""
        made = super().create(body)
        self.archive()
        return made

    def change(self, method: str, number: int, body: Record) -> Answer:
        """Answer an update or a deletion."""
        changed = super().change(method, number, body)
        self.archive()
        return changed

    def archive(self) -> None:
        """Archive all types."""
        for record in self.types.values():
            record["is_archived"] = True


def test_what_was_archived_by_a_write_differs() -> None:
    """A type that nobody can sell afterwards is not what a create or an update asks for."""
    keeper = Archives("Old 10")
    with Service(by=keeper) as service:
        run = sent(service.client(), change(40001, balance="11"))
        run_of_create = sent(service.client(), new(title="Mine 10"))
        for outcome in (*run.outcomes, *run_of_create.outcomes):
            assert (outcome.code, outcome.verified) == ("stored_differs", "differs")
            assert "is_archived" in outcome.message
        assert (run.ok, run_of_create.ok) == (False, False)


class TwoChains(Keeper):
    """Lists a type of another chain among those that were asked for."""

    def listing(self) -> Answer:
        """Answer a page of the list."""
        theirs = {**flat(99, {**BODY, "title": "Theirs 10"}), "company_group_id": 1}
        return ok([*self.types.values(), theirs], {"total_count": len(self.types) + 1})


def test_a_listed_type_of_another_chain_is_left_out_and_told() -> None:
    """It neither is a row nor keeps one from being created, and the client remarks on it."""
    keeper = TwoChains("Old 10")
    with Service(by=keeper) as service:
        client = service.client()
        run = sent(client, new(title="Theirs 10"))
        (outcome,) = run.outcomes
        assert (outcome.status, outcome.id, outcome.verified) == ("created", 40002, "yes")
        assert [record["id"] for record in client.list()] == [40001, 40002]
        assert any("1 certificate type of another chain" in remark for remark in client.remarks)


class Misdirecting(Keeper):
    """Carries a change out on the type with the next id, and answers with that one."""

    changes = 0

    def change(self, method: str, number: int, body: Record) -> Answer:
        """Answer an update or a deletion."""
        self.changes += 1
        return super().change(method, number + 1, body)


def test_a_change_that_was_answered_with_another_record_is_not_sent_again() -> None:
    """Each further attempt might change one more type of somebody else's."""
    keeper = Misdirecting("First 10", "Second 10")
    with Service(by=keeper) as service:
        client = service.client()
        first, second = sorted(keeper.types)
        run = sent(client, change(first, balance="11"))
        (outcome,) = run.outcomes
        assert keeper.changes == 1
        assert (outcome.status, outcome.id, run.ok) == ("unknown", first, False)
        assert "another record" in outcome.message
        assert keeper.types[first]["balance"] != 11 == keeper.types[second]["balance"]


class Forgetful(Keeper):
    """Never lists what was created, and loses the answer to the second create."""

    made: tuple[int, ...] = ()

    def create(self, body: Record) -> Answer:
        """Answer a create."""
        answered = super().create(body)
        self.made = (*self.made, max(self.types))
        return answered if len(self.made) != 2 else None

    def listing(self) -> Answer:
        """Answer with the list."""
        shown = [record for number, record in self.types.items() if number not in self.made]
        return ok(shown, {"total_count": len(shown)})


def test_a_list_that_hides_what_the_run_has_created_proves_nothing() -> None:
    """A create whose answer was lost is not sent again on the word of such a list."""
    keeper = Forgetful("Old 10")
    with Service(by=keeper) as service:
        run = sent(service.client(), new(title="A 10"), new(title="B 10"))
        assert [str(outcome.status) for outcome in run.outcomes] == ["created", "unknown"]
        assert len(keeper.made) == 2
        assert str(keeper.made[0]) in run.outcomes[1].message
        assert not run.ok
