"""Mapping columns and mending cells, without a browser: what is chosen is what is sent."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import certbulk as cb
from certbulk.page import read_upload
from certbulk.page.mending.edits import Edit, Mend, edited, texts_of
from certbulk.page.mending.meanings import Meanings
from certbulk.page.read_upload import _names_for
from certbulk.page.transfers import Outbox
from tests.page.mending.conftest import Written
from tests.page.screen import Screen
from tests.planning.sheets import new, report_on

HEADERS = ("Card", "Worth", "Notes", "Where")
FIELDS = [[1, "title"], [2, "balance"], [3, ""], [4, "salon_ids"]]
EVERY_ROW = [
    ["is_multi", "yes"],
    ["item_type_id", "All services and products"],
    ["is_allow_empty_code", "no"],
    ["balance_edit_type_id", "Can be edited"],
    ["expiration_type_id", "Never"],
]
BAIXA, VERA = "Harbour & Pine Baixa", "Harbour & Pine Vera"
MESSY = (
    ("Mint", "a hundred", "n", "Harbour & Pine Biaxa"),
    ("Sage", 120, "n", "Harbour & Pine Biaxa"),
    ("Dill", 130, "n", VERA),
)


@pytest.fixture
def mapped(screen: Screen, written: Written) -> Screen:
    """A page on which a foreign layout was mapped."""
    assert screen.upload(written(HEADERS, *MESSY))["step"] == "columns"
    screen.do("columns", fields=FIELDS, constants=EVERY_ROW)
    return screen


def codes(view: dict[str, Any]) -> dict[str, int]:
    return {group["code"]: group["count"] for group in view["mend"]["groups"]}


def test_a_foreign_layout_is_mapped_and_mended(mapped: Screen) -> None:
    """From unknown headers to a plan for every row, with one edit for all cells that are alike."""
    view = mapped.view
    assert (view["step"], view["report"]["unknown"]) == ("mend", [])
    assert codes(view) == {"unknown_location": 2, "not_a_number": 1}
    first = view["mend"]["rows"]["rows"][0]
    where = next(cell for cell in first["cells"] if cell["header"] == "Where")
    assert where["findings"][0]["alike"] == 2
    near = where["findings"][0]["suggestion"] or where["findings"][0]["choices"][0]
    assert near == BAIXA
    view = mapped.do(
        "edit", row=2, column=4, old=where["text"], new=BAIXA, alike="unknown_location"
    )
    assert (codes(view), view["mend"]["last"]["count"]) == ({"not_a_number": 1}, 2)
    view = mapped.do("edit", row=2, column=2, old="a hundred", new=" 100 ")
    assert (codes(view), view["report"]["bad"], view["report"]["mended"]) == ({}, 0, 3)
    assert mapped.do("plan")["plan"]["counts"] == {"create": 3}


def test_an_edit_that_needs_names_can_be_cancelled(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chain is asked once, in the background: the cell is as it was if nobody waits for it."""
    asked, real = threading.Semaphore(0), cb.directory
    calls: list[cb.Sheet] = []

    def held(client: cb.Client, sheet: cb.Sheet) -> cb.Directory:
        calls.append(sheet)
        assert asked.acquire(timeout=30)
        return real(client, sheet=sheet)

    rows = [new(title=title, balance="x", service_ids="") for title in "AB"]
    screen.upload(written_csv(tmp_path, *rows))
    report = screen.controller.state.report
    assert report is not None
    where, worth = (report.sheet.column(name) for name in ("service_ids", "balance"))
    assert where is not None
    assert worth is not None
    monkeypatch.setattr("certbulk.page.read_upload.directory", held)
    edit = {"row": 2, "column": where.number, "old": "", "new": "Massage"}
    screen.controller.receive({"do": "edit", **edit})
    work = screen.until_true(lambda view: view["work"])["work"]
    assert (work["name"], work["cancels"]) == ("names", True)
    screen.controller.receive({"do": "cancel"})
    view = screen.until_true(lambda view: view["work"] is None)
    assert (view["step"], view["report"]["mended"]) == ("mend", 0)
    asked.release(2)
    assert screen.do("edit", **edit)["report"]["mended"] == 1
    screen.do("edit", row=2, column=worth.number, old="x", new="100")
    assert len(calls) == 2, "they are known by now"


def test_warnings_keep_nobody_from_going_on(screen: Screen, tmp_path: Path) -> None:
    """The plan is the next step, and has them beside their rows; one step back they are listed."""
    view = screen.upload(written_csv(tmp_path, new(title="Gift 50", balance="60")))
    assert (view["step"], view["report"]["errors"], view["report"]["warnings"]) == ("file", 0, 1)
    view = screen.do("plan")
    assert view["plan"]["warned"] == 1
    assert "names 50" in view["plan"]["table"]["rows"][0]["said"][0]["text"]
    assert screen.do("goto", step="mend")["step"] == "mend"


def test_undo_drops_the_last_edit(mapped: Screen) -> None:
    """The cell, its finding, and the row that cannot be sent are as they were."""
    before = mapped.view["mend"]["groups"]
    mapped.do("edit", row=2, column=2, old="a hundred", new="100")
    view = mapped.do("unmend")
    assert (view["mend"]["groups"], view["mend"]["last"]) == (before, None)


def test_an_edit_is_for_the_text_that_was_seen(mapped: Screen) -> None:
    """A second window has mended the cell; another column has no such row: nothing is changed."""
    mapped.do("edit", row=2, column=2, old="a hundred", new="100")
    view = mapped.do("edit", row=2, column=2, old="a hundred", new="200")
    assert view["trouble"]["key"] == "mend.trouble.changed"
    for row, column in ((99, 2), (2, 17), (1, 2)):
        assert mapped.do("edit", row=row, column=column, old="", new="x")["trouble"]["text"]
    assert texts_of(mapped.controller.state.mended) == {(2, 2): "100"}
    assert mapped.do("edit", row=3, column=2, old="120", new="#REF!")["trouble"]["text"]


def test_the_columns_are_asked_once(mapped: Screen, written: Written) -> None:
    """The next file with these headers is read so, in any order of its columns."""
    turned = [(row[3], row[2], row[1], row[0]) for row in MESSY]
    view = mapped.upload(written(HEADERS[::-1], *turned, name="next.xlsx"))
    assert (view["step"], view["report"]["recalled"]) == ("mend", True)
    assert codes(view) == {"unknown_location": 2, "not_a_number": 1}
    other = mapped.upload(written((*HEADERS[:3], "Place"), *MESSY, name="other.xlsx"))
    assert other["step"] == "columns"


def test_two_columns_cannot_be_one(screen: Screen, written: Written) -> None:
    """Nothing is mapped then, and nothing is remembered."""
    screen.upload(written(HEADERS, *MESSY))
    view = screen.do("columns", fields=[[1, "title"], [2, "title"]], constants=[])
    assert (view["step"], view["trouble"]["key"]) == ("columns", "columns.trouble.twice")
    assert screen.upload(written(HEADERS, *MESSY, name="b.xlsx"))["step"] == "columns"


def test_what_is_mended_is_found_again(mapped: Screen, opened: Callable[..., Screen]) -> None:
    """After the server was killed: mapping, edits, the plan that was made of them, and its undo."""
    mapped.do("edit", row=2, column=2, old="a hundred", new="100")
    mapped.do("plan")
    again = opened(**mapped.view["remember"], mine=True)
    assert (again.view["step"], again.view["trouble"]["text"]) == ("plan", "")
    assert again.view["plan"]["counts"] == mapped.view["plan"]["counts"]
    view = again.do("goto", step="mend")
    assert (view["step"], view["mend"]["last"]["row"]) == ("mend", 2)
    assert "not_a_number" in codes(again.do("unmend"))


def test_the_mended_workbook_is_the_persons_own(mapped: Screen) -> None:
    """Its other cells and its headers are as they were, and a number is a number."""
    mapped.do("edit", row=2, column=2, old="a hundred", new="100")
    mapped.do("edit", row=4, column=4, old=VERA, new=BAIXA)
    name, data = mapped.controller._outbox.part(  # noqa: SLF001 (its bytes go to the browser)
        mapped.controller.state, {"file": "mended", "at": 0}
    )
    assert name["name"] == "mine.mended.xlsx"
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert sheet is not None
    rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == HEADERS
    assert (rows[1][1], rows[3][3], rows[2]) == (100, BAIXA, MESSY[1])


def test_a_formula_makes_it_a_new_workbook(screen: Screen, written: Written) -> None:
    """The cell cannot be written into the person's own; the texts are all there."""
    screen.upload(written((*HEADERS,), ("Mint", "=1/0", "n", BAIXA)))
    screen.do("columns", fields=FIELDS, constants=EVERY_ROW)
    cell = screen.view["mend"]["rows"]["rows"][0]["cells"][0]
    view = screen.do("edit", row=2, column=2, old=cell["text"], new="100")
    assert view["report"]["bad"] == 0
    _, data = screen.controller._outbox.part(  # noqa: SLF001
        screen.controller.state, {"file": "mended", "at": 0}
    )
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == ["Mint", 100, "n", BAIXA]


def test_a_date_is_read_in_one_way_for_the_whole_column(screen: Screen, tmp_path: Path) -> None:
    """Both ways are shown with an example; the one that is chosen is written into all cells."""
    dated = {"expiration_type_id": "Fixed date", "time": "", "expiration_date": "03/04/2031"}
    rows = [new(title=f"T {n}", **dated) for n in "abc"]
    frame = report_on(*rows).sheet.frame.drop(columns="time")
    frame.to_csv(tmp_path / "dates.csv", index=False)
    view = screen.upload(tmp_path / "dates.csv")
    key = next(g["key"] for g in view["mend"]["groups"] if g["code"] == "ambiguous_value")
    view = screen.do("look", shown=key)
    ways = {way["way"]: (way["new"], way["count"]) for way in view["mend"]["ways"]}
    assert ways == {"day-first": ("2031-04-03", 3), "month-first": ("2031-03-04", 3)}
    view = screen.do("reading", group=key, way="day-first")
    assert "ambiguous_value" not in codes(view)
    assert set(texts_of(screen.controller.state.mended).values()) == {"2031-04-03"}


def test_certain_repairs_are_one_click(screen: Screen) -> None:
    """Those that `fix` makes, and one undo takes them all back."""
    sample = Path(cb.__file__).parents[1] / "sample_data" / "with_errors.xlsx"
    view = screen.upload(sample)
    assert view["step"] == "columns", "it has a column of notes"
    fields = [[one["number"], one["field"]] for one in view["columns"]["columns"]]
    before = screen.do("columns", fields=fields, constants=[])
    assert before["mend"]["certain"] > 0
    after = screen.do("certain")
    assert (after["mend"]["certain"], after["mend"]["last"]["kind"]) == (0, "certain")
    assert after["report"]["errors"] < before["report"]["errors"]
    assert screen.do("unmend")["mend"]["groups"] == before["mend"]["groups"]


def twins(screen: Screen, folder: Path, title: str = "Gift Certificate 50") -> list[list[object]]:
    """Plan three rows with a live type's title; return what a person says of each."""
    rows = [new(title=title, balance=str(n)) for n in (20, 30, 40)]
    screen.upload(written_csv(folder, *rows))
    plan = screen.do("plan")["plan"]
    assert (plan["counts"], plan["titles"]["waiting"]) == ({"blocked": 3}, 3)
    (live,) = plan["titles"]["rows"][0]["ids"]
    return [[2, live], [3, "create"], [4, "leave"]]


def test_a_title_that_is_live_has_three_ways(screen: Screen, tmp_path: Path) -> None:
    """Change the live type, create another, leave the row out: each row has its own."""
    said = twins(screen, tmp_path)
    plan = screen.do("titles", rows=said)["plan"]
    assert plan["counts"] == {"update": 1, "create": 1, "blocked": 1}
    assert (plan["titles"]["waiting"], plan["titles"]["decided"]) == (0, [2, 3, 4])
    again = Screen()
    again.do("hello", **screen.view["remember"], mine=True)
    assert again.view["plan"]["counts"] == plan["counts"], "also after a reload"
    again.controller.close()
    plan = screen.do("titles", rows=[[row, "ask"] for row in (2, 3, 4)])["plan"]
    assert plan["titles"]["waiting"] == 3


@pytest.mark.campaign
def test_each_way_of_a_title_is_sent(screen: Screen, tmp_path: Path) -> None:
    """As it was planned, also to a type that the page itself has created; a process for each."""
    screen.upload(written_csv(tmp_path, new(title="Twin", balance="10")))
    screen.do("plan")
    screen.do("send")
    screen.until("results")
    screen.do("again")
    said = twins(screen, tmp_path, "Twin")
    screen.do("titles", rows=said)
    screen.do("titles", rows=[[row, "ask"] for row in (2, 3, 4)])
    screen.do("titles", rows=said[:2])
    screen.do("send")
    counts = screen.until("results")["run"]["counts"]
    assert counts == {"created": 1, "updated": 1, "blocked": 1}


def written_csv(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "titles.csv"
    report_on(*rows).sheet.frame.to_csv(path, index=False)
    return path


def test_edits_are_data() -> None:
    """What was changed and changed back is not a change; the last text counts."""
    there = Mend("cell", (Edit(2, 1, "a", "b"), Edit(3, 1, None, "c")))
    back = Mend("cell", (Edit(2, 1, "b", "a"),))
    assert texts_of([there, back]) == {(3, 1): "c"}
    sheet = report_on(new(title="a")).sheet
    assert edited(sheet, [there, back][:0]) is sheet


def test_a_reader_is_told_what_a_person_chose() -> None:
    """A column that has a name of its own is left alone if another one is chosen for it."""
    sheet = cb.read([{"title": "A", "balance": 1, "Worth": 5}])
    meant = Meanings.said(sheet, {2: "", 3: "balance"}, {"is_multi": "yes", "title": "no"})
    assert meant.mapping(sheet) == {
        "rename": {"balance": "Worth"},
        "constant": {"is_multi": "yes"},
        "ignore": ["balance"],
    }


def payloads(screen: Screen) -> list[dict[str, Any]]:
    """Return what would be sent for each row."""
    report = screen.controller.state.report
    assert report is not None
    return [dict(body) for _, body in report.payloads()]


ALIKE = ("Card", "Worth", "Worth", None, "Where")
TWINS = (("Mint", 100, 90, "yes", BAIXA), ("Sage", 120, 110, "no", BAIXA))


def test_columns_that_are_alike_are_told_apart(screen: Screen, written: Written) -> None:
    """Two with one header, and one without: each by its place, and so in the next file."""
    rows = TWINS[:1]
    view = screen.upload(written(ALIKE, *rows))
    shown = [(c["letter"], c["header"], c["samples"]) for c in view["columns"]["columns"]]
    assert shown[1:4] == [("B", "Worth", ["100"]), ("C", "Worth", ["90"]), ("D", "", ["yes"])]
    fields = [[1, "title"], [2, "balance"], [3, "online_sale_price"], [4, "is_multi"]]
    every = [*EVERY_ROW[1:], ["online_sale_is_enabled", "yes"]]
    screen.do("columns", fields=[*fields, [5, "salon_ids"]], constants=every)
    given = payloads(screen)
    assert [(one["balance"], one["online_sale"]["price"]) for one in given] == [(100, 90)]
    spaced = [(row[4], None, *row[:4]) for row in TWINS]
    turned = (ALIKE[4], None, *ALIKE[:4])
    view = screen.upload(written(turned, *spaced, name="next.xlsx"))
    assert (view["report"]["recalled"], view["report"]["unsure"]) == (True, False)
    given = payloads(screen)
    assert [(one["balance"], one["is_multi"]) for one in given] == [(100, True), (120, False)]


def test_the_time_zone_of_dates_is_chosen(
    opened: Callable[..., Screen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning offers the zones that may be meant; the one chosen is planned, and is kept."""
    monkeypatch.setenv("CERTBULK_TIME_ZONE", "Asia/Tokyo")
    screen = opened()
    screen.do("choose", destination="practice")
    fixed = {"expiration_type_id": "Fixed date", "expiration_date": "2031-12-31"}
    never = new(title="B", balance="x", expiration_type_id="Never")
    screen.upload(written_csv(tmp_path, new(title="A", **fixed), never))
    assert screen.view["mend"]["notes"][0]["asks_zone"]
    chain = ["Europe/Lisbon", "Europe/Tallinn", "Asia/Tbilisi"]
    assert screen.view["mend"]["zones"] == ["Asia/Tokyo", *chain]
    screen.do("zone", name="Europe/Riga")
    assert screen.view["report"]["zone"] == "Asia/Tokyo", "it was not offered"
    view = screen.do("zone", name="Europe/Lisbon")
    assert view["mend"]["zones"] == ["Europe/Lisbon", "Asia/Tokyo", *chain[1:]]
    number = next(c["column"] for c in view["mend"]["rows"]["rows"][0]["cells"])
    view = screen.do("edit", row=3, column=number, old="x", new="5")
    assert codes(view) == {"time_zone_differs": 1}
    again = opened(**view["remember"], mine=True)
    assert again.view["report"]["zone"] == "Europe/Lisbon"
    assert again.do("plan")["plan"]["zone"] == "Europe/Lisbon"


def test_the_only_time_zone_of_a_chain_can_be_taken_back(
    opened: Callable[..., Screen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it is chosen nothing asks for one any more: the menu stays, also when loaded again."""

    def of_one_zone(*given: Any) -> tuple[cb.Directory, str]:
        names, trouble = _names_for(*given)
        assert names is not None
        return replace(names, time_zones=names.time_zones[:1]), str(trouble)

    monkeypatch.setenv("CERTBULK_TIME_ZONE", "Asia/Tokyo")
    monkeypatch.setattr(read_upload, "_names_for", of_one_zone)
    screen = opened()
    screen.do("choose", destination="practice")
    fixed = {"expiration_type_id": "Fixed date", "expiration_date": "2031-12-31"}
    screen.upload(written_csv(tmp_path, new(title="A", **fixed)))
    screen.do("goto", step="mend")
    view = screen.do("zone", name="Europe/Lisbon")
    assert (codes(view), view["mend"]["zones"]) == ({}, ["Europe/Lisbon", "Asia/Tokyo"])
    again = opened(**view["remember"], mine=True)
    again.do("plan")
    view = again.do("goto", step="mend")
    assert view["mend"]["zones"] == ["Europe/Lisbon", "Asia/Tokyo"]
    view = again.do("zone", name="Asia/Tokyo")
    assert view["report"]["zone"] == "Asia/Tokyo"
    assert view["mend"]["notes"][0]["asks_zone"]


def test_all_rows_to_mend_can_be_printed(screen: Screen, tmp_path: Path) -> None:
    """Those on all pages come as a file, with what was found in each, as they are narrowed."""
    rows = [new(title=f"T {n}", balance="x" if n % 2 else "1") for n in range(60)]
    screen.upload(written_csv(tmp_path, *rows))
    _, data = Outbox().part(screen.controller.state, {"file": "rows", "at": 0})
    printed = json.loads(data)
    assert [(row["row"], row["title"]) for row in printed] == [
        (n + 2, f"T {n}") for n in range(60) if n % 2
    ]
    assert {(one["kind"], one["field"]) for row in printed for one in row["found"]} == {
        ("error", "balance")
    }
    screen.do("look", find="T 31")
    _, data = Outbox().part(screen.controller.state, {"file": "rows", "at": 0})
    assert [row["row"] for row in json.loads(data)] == [33]
