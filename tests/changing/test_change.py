"""`change`: which types a condition means on the sandbox, and the rows that come of it."""

from decimal import Decimal
from typing import Any

import pytest

import certbulk as cb
from certbulk.core.amounts import with_amount

BAIXA, RIBEIRA, OLD_TOWN, VERA = 720441, 720442, 720443, 720450
ALL = {288901, 288902, 288903, 288904, 288905, 288906, 288908, 288909}

CONDITIONS: dict[str, set[int]] = {
    "all": ALL,
    "not issued": ALL - {288903},
    "issued": {288903},
    "issued is no": ALL - {288903},
    "sold above 11": {288903},
    "issued at least 13": set(),
    "archived": {288907},
    "not archived": ALL,
    "archived or issued": {288903, 288907},
    "location = Harbour & Pine Vera": ALL - {288904, 288906},
    "location = 720450 and not location = 720441": {288908},
    "location is not 720441": {288908},
    "salon_ids contains 720442 and balance below 100": {288901, 288905},
    "location is one of 720450, 'Harbour & Pine Ribeira'": ALL - {288904},
    "service = Hydrating facial": {288908},
    "service is not blank": {288906, 288908},
    "balance = 100": {288902},
    "Face value is above 180": {288904, 288909},
    "balance at least 180 and balance at most 250": {288904, 288906},
    "not (balance above 75)": {288901},
    "title contains GIFT": {288901, 288902, 288903, 288909},
    "title does not contain gift and title starts with s": {288904},
    "title ends with 80": {288905, 288906},
    "title = gift certificate 100": {288902},
    "title is one of Spa Day 250, New Year 80": {288904, 288905},
    "id = 288901 or id is 288902": {288901, 288902},
    "id above 288907": {288908, 288909},
    "category is not blank": {288906},
    "valid for = Specific services": {288906},
    "expires = never": {288901},
    "expiration_date after 2031-01-01": {288905},
    "expiration_date before 2031-01-01": set(),
    "not not issued": {288903},
    "online_sale_price below 10": set(),
    "online_sale_price is blank and balance above 200": {288909},
    "salon_ids is blank": set(),
}


@pytest.mark.parametrize(("where", "ids"), CONDITIONS.items(), ids=CONDITIONS)
def test_which_types_a_condition_means(client: cb.Client, where: str, ids: set[int]) -> None:
    """Each kind of column, each relation; archived types only if they are named."""
    report = cb.change(where, "balance+=1", client)
    assert set(report.columns["id"]) == ids
    assert report.ok


def rows_of(report: cb.Report, field: str) -> dict[int, Any]:
    """Return the typed cells of a column by the id of their row."""
    return dict(zip(report.columns["id"], report.columns[field], strict=True))


def test_amounts_are_calculated_exactly(client: cb.Client) -> None:
    """In decimals, half up to the cent: 280 * 1.07 is 299.60, 50.005 is 50.01."""
    raised = rows_of(cb.change("all", "balance*=1.07", client), "balance")
    assert raised[288909] == Decimal("299.60")
    assert raised[288905] == Decimal("85.60")
    halves = rows_of(cb.change("id = 288901", ["balance/=3", "balance+=0.01"], client), "balance")
    assert halves[288901] == Decimal("16.68")
    edge = rows_of(cb.change("id = 288901", "balance*=1.0001", client), "balance")
    assert edge[288901] == Decimal("50.01")  # 50.005, half up


def test_rounding_to_a_multiple(client: cb.Client) -> None:
    """--round 50: 107 is 100, 160.5 is 150, 267.5 is 250, 299.6 is 300; 125 is 150."""
    rounded = rows_of(cb.change("balance above 60", "balance*=1.07", client, round=50), "balance")
    assert (rounded[288902], rounded[288903], rounded[288909]) == (100, 150, 300)
    half = cb.change("id = 288904", "balance/=2", client, round="50")
    assert rows_of(half, "balance")[288904] == 150
    fine = cb.change("id = 288902", "balance*=1.077", client, round=0.25)
    assert rows_of(fine, "balance")[288902] == Decimal("107.75")


def test_an_amount_never_becomes_zero_by_rounding(client: cb.Client) -> None:
    """It is refused, with the type; so a price is not given away."""
    with pytest.raises(cb.SettingsError, match=r"Gift Certificate 50.*288901, would become 0"):
        cb.change("all", "balance*=0.2", client, round=50)


@pytest.mark.parametrize("bad", ["x", 0, -5, "nan", "inf", 1e12, True])
def test_what_cannot_be_rounded_to(client: cb.Client, bad: Any) -> None:
    """Only an amount above 0."""
    with pytest.raises(cb.SettingsError):
        cb.change("all", "balance*=2", client, round=bad)


def test_rounding_needs_a_calculation(client: cb.Client) -> None:
    """With nothing to round, --round is a mistake."""
    with pytest.raises(cb.SettingsError, match="calculated amounts"):
        cb.change("all", "balance=5", client, round=5)


def test_several_changes_of_a_list_are_one_cell(client: cb.Client) -> None:
    """Names and ids, added and removed, planned against what is live."""
    changes = ["location += Harbour & Pine Vera", f"salon_ids-={BAIXA}", "salon_ids-=720442"]
    plan = cb.plan(cb.change("id = 288904", changes, client), client)
    (decision,) = plan.decisions
    assert decision.changes == {"salon_ids": ((BAIXA, OLD_TOWN), (OLD_TOWN, VERA))}
    assert [finding.code for finding in plan.cautions] == ["not_listed"]


def test_a_column_that_is_not_used_is_left_alone(client: cb.Client) -> None:
    """A period is only lengthened if there is one, an online price only if sold online."""
    longer = rows_of(cb.change("all", "expiration_timeout+=6", client), "expiration_timeout")
    assert longer[288902] == 18
    assert longer[288901] is None
    assert longer[288905] is None


@pytest.mark.parametrize(
    ("where", "changes", "at"),
    [
        ("location = Dwntown", "balance+=1", "Dwntown"),
        ("balance above abc", "balance+=1", "abc"),
        ("title above 5", "balance+=1", "title above 5"),
        ("location above 5", "balance+=1", "location above 5"),
        ("balance contains 5", "balance+=1", "balance contains 5"),
        ("location = all locations", "balance+=1", "all locations"),
        ("all", "balance*=abc", "abc"),
        ("all", "balance*=0", "0"),
        ("all", "balance*=5000", "5000"),
        ("all", "balance=blank", "blank"),
        ("all", "salon_ids+=Vear", "Vear"),
        ("all", "salon_ids+=<remove> 720441", "<remove> 720441"),
        ("all", "is_multi=maybe", "maybe"),
        ("all", ["balance=5", "balance*=2"], "balance*=2"),
        ("all", ["title=A", "title=B"], "title=B"),
    ],
)
def test_values_are_pointed_at(client: cb.Client, where: str, changes: Any, at: str) -> None:
    """What the chain does not know, or what is not a value of the column; nothing is sent."""
    with pytest.raises(cb.SettingsError) as caught:
        cb.change(where, changes, client)
    shown, mark = caught.value.pointer
    assert shown[mark.index("^") : len(mark)] == at


def test_titles_follow(client: cb.Client) -> None:
    """With retitle, the title that names the old amount names the new one; others stay."""
    report = cb.change("balance above 200", "balance+=50", client, retitle=True)
    titles = rows_of(report, "title")
    assert titles == {288904: "Spa Day 300", 288909: None}
    plan = cb.plan(report, client)
    assert not plan.cautions
    warned = cb.plan(cb.change("id = 288904", "balance+=50", client), client).cautions
    assert [(one.code, one.row) for one in warned] == [("title_keeps_amount", 2)]
    assert '"Spa Day 250" goes on naming 250' in warned[0].message


@pytest.mark.parametrize(
    ("title", "old", "new", "expected"),
    [
        ("Gift 100", "100", "107", "Gift 107"),
        ("Gift 1 000 & tea", "1000", "1070", "Gift 1 070 & tea"),
        ("Gift 1,000", "1000", "950", "Gift 950"),
        ("Gift 100.00", "100", "107", "Gift 107.00"),
        ("Gift 100", "100", "107.50", "Gift 107.50"),
        ("Gift 100,00", "100", "107.5", "Gift 107,50"),
        ("Gift 1100", "100", "107", None),
        ("100 min massage", "100", "107", None),
        ("Gift 100 for 100", "100", "107", None),
        ("Gift 5k", "5000", "5500", None),
        ("8 March, 80", "8", "9", None),
        ("Gift 2027", "2027", "2100", None),
    ],
)
def test_only_the_exact_amount_in_a_title_is_replaced(
    title: str, old: str, new: str, expected: str | None
) -> None:
    """Not a part of another number, a length of time, a date, a year; nor one of two."""
    assert with_amount(title, Decimal(old), Decimal(new)) == expected


def test_it_is_an_ordinary_plan(client: cb.Client) -> None:
    """Planned, applied, verified, undone, and applied again from its results."""
    before = client.list()
    report = cb.change("location = 720441 and not issued", ["balance*=1.1"], client, round=5)
    run = cb.apply(cb.plan(report, client), client, progress=False)
    assert run.ok
    assert run.counts["updated"] == len(report)
    assert client.get(288902)["balance"] == 110
    results = run.to_excel("rise.results.xlsx")
    again = cb.plan(cb.validate(cb.read(results)), client)
    assert again.counts["unchanged"] == len(report)
    cb.apply(cb.undo(run.id, client), client, progress=False)
    assert client.list() == before


def test_nothing_that_matches(client: cb.Client) -> None:
    """A report without rows, and a plan that sends nothing."""
    report = cb.change("balance above 100000", "balance*=2", client)
    assert len(report) == 0
    assert cb.plan(report, client).writes == 0


def test_a_sheet_of_it(client: cb.Client) -> None:
    """Written as a workbook it has the titles, and plans the same."""
    from certbulk.making.changed_workbook import write_changed

    report = cb.change("not issued", ["balance*=1.07", f"salon_ids+={VERA}"], client, round=5)
    path = write_changed(report, "rise.xlsx")
    read = cb.validate(cb.read(path))
    assert read.columns["title"][0] == "Gift Certificate 50"
    ours, theirs = cb.plan(report, client), cb.plan(read, client)
    assert [d.body for d in ours.decisions] == [d.body for d in theirs.decisions]
