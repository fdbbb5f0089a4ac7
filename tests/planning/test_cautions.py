"""Warnings about updates that only a plan can know: prices that jump, and what is kept."""

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from matplotlib.figure import Figure

import certbulk as cb
from certbulk.core.findings.finding import Finding
from certbulk.planning.cautions import how_far
from certbulk.planning.saving.files import load_plan, save_plan

from .sheets import change, new, plan_of
from .test_changed_plans import forged

D = Decimal


@pytest.mark.parametrize(
    ("old", "new_", "limit", "says"),
    [
        (D(100), D(150), 50, ""),
        (D(100), D("150.01"), 50, "50% more"),
        (D(100), D(50), 50, ""),
        (D(100), D("49.9"), 50, "50.1% less"),
        (D(100), D(0), 50, "100% less"),
        (D(100), D(1000), 5000, "ten times as much"),
        (D(100), D(10000), 1e9, "a hundred times as much"),
        (D(100), D(10), 5000, "a tenth"),
        (D("12.5"), D("0.125"), 5000, "a hundredth"),
        (D(100), D(900), 5000, ""),
        (D(100), D(101), 0, "1% more"),
        (D(100), D(900), float("inf"), ""),
        (D(0), D(900), 50, ""),
        (None, D(900), 50, ""),
        (D(100), None, 50, ""),
        ("100", D(900), 50, ""),
        (D("NaN"), D(900), 50, ""),
    ],
)
def test_how_far_a_price_jumps(old: object, new_: object, limit: float, says: str) -> None:
    """More than the limit, or a slipped digit; from nothing there is no jump, and no division."""
    assert how_far(old, new_, limit).removeprefix("which is ") == says


def cautions(plan: cb.Plan) -> list[Finding]:
    """Return the cautions without those about old amounts in titles, which are tested elsewhere."""
    return [one for one in plan.cautions if one.code != "title_keeps_amount"]


def codes(plan: cb.Plan) -> list[tuple[int | None, str | None, str]]:
    return [(one.row, one.field, one.code) for one in cautions(plan)]


def test_a_price_that_jumps(client: cb.Client) -> None:
    """It is named with old and new wherever the plan is shown, and is sent all the same."""
    plan = plan_of(client, change(288901, balance="500"), change(288902, balance="101"))
    assert codes(plan) == [(2, "balance", "price_jump")]
    (jump,) = cautions(plan)
    assert (jump.cell, jump.value, str(jump.severity)) == ("B2", "500", "warning")
    said = "from 50 to 500, which is ten times as much"
    assert said in jump.message
    assert said in str(plan)
    assert said in plan._repr_html_()
    document = json.loads(json.dumps(plan.as_dict()))
    shown = {**jump.as_dict(), "cell": None, "row_label": 0}  # of a frame, which has no cells
    assert shown in document["cautions"]
    assert [one["code"] for one in document["decisions"]] == [
        "price_jump, title_keeps_amount",
        "title_keeps_amount",
    ]
    assert plan.frame["code"].tolist() == ["price_jump, title_keeps_amount", "title_keeps_amount"]
    assert plan.all_findings == plan.cautions
    assert plan.counts["update"] == 2


def test_a_price_that_jumps_is_marked_in_the_picture(client: cb.Client) -> None:
    """Its line is named with old and new, above those that do not jump."""
    plan = plan_of(client, change(288902, balance="101"), change(288901, balance="500"))
    drawn = Figure().subplots()
    plan.plot(ax=drawn)
    labels = [text.get_text() for text in drawn.get_yticklabels()]
    assert labels == ["! Gift Certificate 50: 50 → 500", "Gift Certificate 100"]


def test_an_online_price_that_jumps(client: cb.Client) -> None:
    """It is compared only if there was one, and if there will be one."""
    rows = (
        change(288904, online_sale_price="100"),
        change(288901, online_sale_is_enabled="yes", online_sale_price="45"),
    )
    assert codes(plan_of(client, *rows)) == [(2, "online_sale_price", "price_jump")]
    off = plan_of(client, change(288904, online_sale_is_enabled="no", online_sale_price="0"))
    assert codes(off) == []


def test_what_an_update_keeps_counts(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """A rule about two columns is judged with the live value, if the row gives one of them."""
    plan = plan_of(client, change(288904, balance="200"))
    assert codes(plan) == [(2, "online_sale_price", "online_price_above_face_value")]
    assert cautions(plan)[0].message.startswith('After the update, "Online price" is above')
    both = plan_of(client, change(288904, balance="200", online_sale_price="240"))
    assert codes(both) == []  # the validation has found it
    found = [one.code for one in both.all_findings]
    assert found == ["online_price_above_face_value", "title_keeps_amount"]
    sandbox.edit(288902, balance=0)
    assert codes(plan_of(client, change(288902, title="Free"))) == []  # it was so before


def test_what_nearly_all_rows_have_is_told_once(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """The validation reports it once for the table; the plan does not repeat it for each row."""
    ids = [sandbox.add({"title": f"T{n}", "balance": 10, "salon_ids": [720441]})["id"]
           for n in range(30)]  # fmt: skip
    plan = plan_of(client, *(change(number, balance="0") for number in ids))
    told = [one for one in plan.all_findings if one.code == "zero_face_value"]
    assert [one.row for one in told] == [None]
    assert len(cautions(plan)) == 30  # each price falls to nothing


def test_rows_of_a_frame_are_left_out_by_its_labels(client: cb.Client) -> None:
    """A message calls the third row 2, which is the number of the first: neither is guessed."""
    prices = pd.DataFrame({"id": [288901, 288902, 288904], "balance": [51, 101, 600]})
    plan = cb.plan(prices, client)
    assert "row 2:" in str(plan.cautions[-1])
    with pytest.raises(cb.PlanError, match=r"plan\.without\(plan\.frame\.loc\[\[2\]\]\)"):
        plan.without([2])
    frame = plan.frame
    left = [plan.without(part) for part in (frame.loc[[2]], frame[frame["id"] == 288904])]
    for one in (*left, plan.without([4])):
        assert one.frame["action"].tolist() == ["update", "update", "skip"]
    named = cb.plan(prices.set_index(pd.Index(["a", "b", "c"])), client)
    assert named.without([2]).frame["action"].tolist() == ["skip", "update", "update"]
    own = cb.plan(prices.set_index("id"), client)
    assert own.without(own.frame.loc[[288904]]).counts["skip"] == 1


def test_rows_that_are_not_sent_have_no_caution(client: cb.Client) -> None:
    """Neither a type that was issued, nor a row that is left out by hand, nor an undo."""
    issued = plan_of(client, change(288903, balance="1500"))
    assert (issued.counts["blocked"], codes(issued)) == (1, [])
    plan = plan_of(client, change(288901, balance="500"), change(288902, balance="5"))
    assert codes(plan.without([2])) == [(3, "balance", "price_jump")]
    run = cb.apply(plan, client, progress=False)
    assert cb.undo(run.id, client).all_findings == ()


def test_the_limit_can_be_set(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a keyword, or by a setting; a fraction is asked about."""
    rows = (change(288902, balance="130"), change(288901, balance="500"))
    assert len(cautions(plan_of(client, *rows))) == 1
    assert len(cautions(plan_of(client, *rows, price_jump=20))) == 2
    assert len(cautions(plan_of(client, *rows, price_jump=10_000))) == 1
    monkeypatch.setenv("CERTBULK_PRICE_JUMP", "20")
    assert len(cautions(plan_of(client, *rows))) == 2
    with pytest.raises(cb.SettingsError, match=r"percentage.*For 50%, give 50\."):
        plan_of(client, *rows, price_jump=0.5)
    with pytest.raises(cb.SettingsError, match="percentage from 0"):
        plan_of(client, *rows, price_jump=float("nan"))


def test_a_saved_plan_finds_them_again(client: cb.Client, tmp_path: Path) -> None:
    """Whoever takes a warning out of the file, or sets the limit higher, does not hide a slip."""
    plan = plan_of(client, change(288901, balance="500"), change(288902, balance="5"))
    path = save_plan(plan, tmp_path / "plan.json")
    assert load_plan(path).cautions == plan.cautions
    document = json.loads(path.read_text())
    without = forged({**document, "cautions": [], "price_jump": 1e9}, tmp_path / "forged.json")
    assert codes(load_plan(without)) == [(2, "balance", "price_jump")]
    older = {
        name: value for name, value in document.items() if name not in {"cautions", "price_jump"}
    }
    assert load_plan(forged(older, tmp_path / "older.json")).cautions == plan.cautions


def test_results_have_them(client: cb.Client, tmp_path: Path) -> None:
    """Also those of a run that is read from the journal, where they are in its plan."""
    run = cb.apply(plan_of(client, change(288901, balance="500"), new()), client, progress=False)
    again = cb.attach(run.id)
    assert again.plan.cautions == run.plan.cautions
    book = openpyxl.load_workbook(again.to_excel(tmp_path / "out.xlsx"))
    rows = list(book["findings"].iter_rows(values_only=True))
    assert "price_jump" in [row[4] for row in rows[1:]]


def test_a_frame_of_one_row_is_named_by_its_column(client: cb.Client) -> None:
    """The message speaks of the column as the sheet does."""
    report = cb.validate(cb.read(pd.DataFrame({"id": [288901], "Nominal": [5]})))
    plan = cb.plan(report, client)
    assert cautions(plan)[0].message.startswith('"Nominal" changes from 50 to 5, which is a tenth')
