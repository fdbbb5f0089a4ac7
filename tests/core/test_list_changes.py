"""Cells that change a list: `<add> Airport; <remove> 720441`."""

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds import ListChange, Problem
from certbulk.core.payload import for_update
from certbulk.core.references.directory import Entry, Listing
from certbulk.core.references.references import References, written_references

from .strategies import IDS, UNHURRIED

LOCATIONS = BY_NAME["salon_ids"]
LISTING = Listing(
    (
        Entry(1, "Airport"),
        Entry(2, "Downtown", "Lisbon"),
        Entry(3, "Old Town, East"),
        Entry(4, "<add> bar"),
        Entry(5, "Spa <new>"),
    ),
    complete=True,
)


def read(text: str, listing: Listing = LISTING) -> Any:
    """Return what a cell under Locations means."""
    return References(LOCATIONS, listing, {"all locations"}, UTC).read(text)


@pytest.mark.parametrize(
    ("text", "added", "removed"),
    [
        ("<add> Airport", (1,), ()),
        ("<remove> 2", (), (2,)),
        ("<add> Airport; <remove> 2", (1,), (2,)),
        ("<add> Airport; Downtown", (1, 2), ()),
        ("<add> Airport, Downtown <remove> Old Town, East", (1, 2), (3,)),
        ("< ADD >airport\n<Remove>\tDowntown (Lisbon)", (1,), (2,)),
        ("<remove> 1; <add> 2; <remove> 3", (2,), (1, 3)),
        ("<add> 1; <add> 1; <add> 2", (1, 2), ()),
        ("<add> Downtown (2)", (2,), ()),
        ("<remove> all locations", (), (1, 2, 3, 4, 5)),
        (" ;<add> 1;", (1,), ()),
    ],
)
def test_what_a_cell_adds_and_removes(
    text: str, added: tuple[int, ...], removed: tuple[int, ...]
) -> None:
    """A tag holds until the next one; case and white space do not matter."""
    assert read(text) == ListChange(added, removed)


@pytest.mark.parametrize(
    ("text", "code", "says", "suggestion"),
    [
        ("1; <add> 2", "list_change", 'has "1" before <add> or <remove>', None),
        ("<add>", "list_change", "has nothing behind <add>", None),
        ("<add> ; <remove> 2", "list_change", "has nothing behind <add>", None),
        ("<add> 1; <remove> Airport", "list_change", "both adds and removes 1", None),
        ("<ad> 1", "list_change", "Did you mean <add>?", "<add> 1"),
        ("<delete> Downtown", "list_change", "Did you mean <remove>?", "<remove> Downtown"),
        ("<Добавить> 1", "list_change", "Did you mean <add>?", "<add> 1"),
        ("<add> 1; <clear>", "list_change", "contains <clear> beside", None),
        ("<add> Airprt; <remove> 2", "unknown_location", "Airprt", "<add> Airport; <remove> 2"),
        ("<add> 99", "unknown_location", "99", None),
    ],
)
def test_what_is_unclear_is_a_finding(
    text: str, code: str, says: str, suggestion: str | None
) -> None:
    """What may have been meant otherwise is not guessed; a slip has a suggestion."""
    problem = read(text)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert says in problem.about(f'"{text}"')
    assert problem.suggestion == suggestion
    if suggestion:
        assert isinstance(read(suggestion), ListChange)


def test_a_name_that_looks_like_a_change_is_a_name() -> None:
    """A location may be called so; written down, it is read back as itself."""
    assert read("<add> bar") == (4,)
    assert read("Spa <new>; Airport") == (5, 1)
    assert read(written_references((4, 1), LOCATIONS, LISTING, set())) == (4, 1)


def test_without_a_list_ids_are_enough() -> None:
    """Names need a list to be looked up in, ids do not."""
    nothing = Listing()
    assert read("<add> 720441 720442", nothing) == ListChange((720441, 720442))
    problem = read("<add> Airport", nothing)
    assert isinstance(problem, Problem)
    assert "there is no list of locations" in problem.message


LISTS = st.lists(IDS, max_size=6, unique=True).map(tuple)


@UNHURRIED
@given(LISTS, LISTS, LISTS)
def test_a_change_is_applied_to_the_live_list(
    live: tuple[int, ...], added: tuple[int, ...], removed: tuple[int, ...]
) -> None:
    """The result is live plus added minus removed, in the live order; twice is like once."""
    removed = tuple(number for number in removed if number not in added)
    change = ListChange(added, removed)
    after = for_update({"salon_ids": live}, {"salon_ids": change})["salon_ids"]
    assert set(after) == (set(live) | set(added)) - set(removed)
    assert len(after) == len(set(after))
    assert [n for n in after if n in live] == [n for n in live if n not in removed]
    assert change.applied_to(after) == after
    between = ListChange.between(live, after)
    if between is not None:
        assert set(between.applied_to(live)) == set(after)


@UNHURRIED
@given(LISTS, LISTS)
def test_what_is_shown_is_read_back(added: tuple[int, ...], removed: tuple[int, ...]) -> None:
    """The text of a change means the change."""
    removed = tuple(number for number in removed if number not in added)
    if added or removed:
        assert read(str(ListChange(added, removed)), Listing()) == ListChange(added, removed)


@UNHURRIED
@given(
    st.lists(
        st.sampled_from(["<add>", "<remove>", "<", ">", "1", "Airport", ";", ",", " ", "<ad>", "x"])
    ).map("".join)
)
def test_any_cell_is_a_value_or_a_problem(text: str) -> None:
    """Whatever is in a cell, it is read without an exception."""
    value = read(text)
    assert isinstance(value, ListChange | Problem | tuple)


@pytest.mark.parametrize(
    ("text", "meant"), [("+720443", "<add> 720443"), ("1; -720441", "<remove> 720441")]
)
def test_a_sign_before_an_id(text: str, meant: str) -> None:
    """It may be meant for a change of the list, so the message says how that is written."""
    found = LOCATIONS.kind.parse(text, UTC)
    assert isinstance(found, Problem)
    assert f"write {meant}." in found.message
