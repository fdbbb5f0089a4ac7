"""Lost answers to creates whose titles are stored otherwise than they were sent."""

import unicodedata

import pytest

import certbulk as cb
from certbulk.sandbox import Faults, Lies, Quirks
from tests.planning.sheets import new
from tests.recovery.scenes import creates, posts, sent

LONG = "A certificate for a whole day at the spa, with lunch and tea 10"
STRICT = [
    ("entities", "Spa & Sauna 10"),
    ("entities", '"Day" <spa> 10'),
    ("folded_spaces", "Two  spaces 10"),
    ("composed_titles", unicodedata.normalize("NFD", "Café Überraschung 10")),
]
LOOSE = [
    ("dropped_astral", "Gift \N{WRAPPED PRESENT} 10"),
    ("cut_titles", LONG),
]


def lose(sandbox: cb.Sandbox, lie: str) -> None:
    """Let the service store titles in this way, and lose the answer to the first create."""
    sandbox.lies = Lies.of({lie: 1.0})
    sandbox.faults = Faults(script=("lost_answer",), methods=("POST",))


@pytest.mark.parametrize(("lie", "title"), STRICT)
def test_a_title_that_is_strictly_the_same_is_adopted(
    sandbox: cb.Sandbox, client: cb.Client, lie: str, title: str
) -> None:
    """No second type is created, and the row has the id of the one that is there."""
    before = len(sandbox.types())
    lose(sandbox, lie)
    run = sent(client, new(title=title))
    (outcome,) = run.outcomes
    assert len(sandbox.types()) == before + 1
    assert (outcome.status, outcome.id) == ("created", sandbox.types()[-1]["id"])
    assert outcome.verified == "yes"
    assert posts(sandbox).total() == 1


@pytest.mark.parametrize(("lie", "title"), LOOSE)
def test_a_title_that_is_loosely_the_same_leaves_the_row_unknown(
    sandbox: cb.Sandbox, client: cb.Client, lie: str, title: str
) -> None:
    """No second type is created, none is adopted, and the message names the id to look at."""
    before = len(sandbox.types())
    lose(sandbox, lie)
    run = sent(client, new(title=title))
    (outcome,) = run.outcomes
    assert len(sandbox.types()) == before + 1
    assert (outcome.status, outcome.id) == ("unknown", None)
    assert str(sandbox.types()[-1]["id"]) in outcome.message
    assert not run.ok
    assert posts(sandbox).total() == 1


@pytest.mark.parametrize(("lie", "title"), [*STRICT, *LOOSE])
def test_a_title_stored_otherwise_is_the_row_s_if_the_answer_came(
    sandbox: cb.Sandbox, client: cb.Client, lie: str, title: str
) -> None:
    """An answer that is clear but for the title's form is believed, and the difference is told."""
    sandbox.lies = Lies.of({lie: 1.0})
    run = sent(client, new(title=title), new(title="Plain 10"))
    first, second = run.outcomes
    ids = [record["id"] for record in sandbox.types()]
    assert [first.id, second.id] == ids[-2:]
    assert (first.status, first.code) == ("created", "stored_differs")
    assert "Title" in first.message
    assert (second.code, second.verified) == ("", "yes")


@pytest.mark.parametrize(
    "lies",
    [
        Lies(total_behind=1),
        Lies(total_behind=1, total_behind_changes=50),
        Lies(total_of_page=1),
        Lies(total_missing=1),
        Lies(total_cached_requests=3),
        Lies(repeated=1),
        Lies(slipped_pages=0.3, seed=4),
    ],
)
@pytest.mark.parametrize("page_size", [None, 5])
def test_counts_and_pages_that_lie_make_no_double(
    sandbox: cb.Sandbox, client: cb.Client, lies: Lies, page_size: int | None
) -> None:
    """Counts that lag, are cached or are those of the page, and pages that shift, hide no type."""
    sandbox.lies = lies
    sandbox.quirks = Quirks(page_size_cap=page_size)
    sandbox.faults = Faults(script=(None, "lost_answer") * 4, methods=("POST",))
    try:
        run = sent(client, *creates(12), most_failures=1000)
    except cb.ServiceError:  # the list contradicts itself: nothing is sent on it
        assert not posts(sandbox)
        return
    titles = [record["title"] for record in sandbox.types()]
    assert len(titles) == len(set(titles))
    for outcome in run.outcomes:
        assert outcome.status in ("created", "unknown", "not_sent"), outcome


def test_a_list_that_lags_does_not_contradict(sandbox: cb.Sandbox, client: cb.Client) -> None:
    """New types that the last list does not show yet are read by id, and verified."""
    sandbox.lies = Lies(list_behind=1, list_behind_requests=8)
    run = sent(client, *creates(4))
    assert [outcome.verified for outcome in run.outcomes] == ["yes"] * 4
    assert run.ok
