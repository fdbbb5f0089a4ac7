"""Rows that are not certificate types: left out on the page, above the header and below it."""

import json
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import certbulk as cb
from certbulk.page.drafts import Prepared
from certbulk.page.transfers import Outbox
from certbulk.settings import state_folder
from tests.page.mending.conftest import Written
from tests.page.screen import Screen
from tests.planning.sheets import NEW

HEADERS = list(NEW)
GOOD = [NEW[name] for name in HEADERS]
NOTE = ["what guests see", "in euro"]
SOLD: list[list[object]] = [["Sold last year", "pieces"], ["Fresh 10", 12]]


def codes(view: dict[str, Any]) -> set[str]:
    return {group["code"] for group in view["mend"]["groups"]}


@pytest.fixture
def noted(screen: Screen, written: Written) -> Screen:
    """A page with a row of hints and a second table that the reader takes for types."""
    screen.upload(written(HEADERS, NOTE, GOOD, *SOLD))
    return screen


def mended_file(screen: Screen) -> Path:
    """Return the workbook that the page has to download, written beside the state."""
    state = screen.controller.state
    answer, data = Outbox().part(state, {"file": "mended", "at": 0})
    assert answer["size"] == len(data)
    path = state_folder() / str(answer["name"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_row_is_left_out_with_all_that_was_said_because_of_it(noted: Screen) -> None:
    """Its errors are gone, and so is the warning at another row that has the same title."""
    view = noted.view
    assert (view["step"], view["report"]["good"], view["report"]["bad"]) == ("mend", 1, 3)
    assert {"duplicate_title", "not_a_number"} <= codes(view)
    assert {row["choice"] for row in view["mend"]["rows"]["rows"]} == {"skip"}
    for row in (2, 4, 5):
        view = noted.do("row", row=row)
    assert view["mend"]["groups"] == []
    assert {name: view["report"][name] for name in ("good", "bad", "skipped", "mended")} == {
        "good": 1,
        "bad": 0,
        "skipped": 3,
        "mended": 0,
    }
    view = noted.do("plan")
    assert view["plan"]["counts"] == {"create": 1, "skip": 3}


def test_all_rows_with_an_error_are_left_out_and_taken_back_at_once(noted: Screen) -> None:
    """Those that a group of findings is about; what is undone is counted in rows."""
    group = next(one for one in noted.view["mend"]["groups"] if one["field"] == "item_type_id")
    view = noted.do("look", shown=group["key"])
    assert view["mend"]["can_leave_out"] == 3
    view = noted.do("rows_out", group=group["key"])
    assert (view["report"]["skipped"], view["mend"]["last"]["count"]) == (3, 3)
    assert view["mend"]["last"]["kind"] == "skip"
    view = noted.do("unmend")
    assert (view["report"]["skipped"], view["report"]["bad"]) == (0, 3)
    assert view["mend"]["last"] is None


def test_what_was_left_out_stays_so_in_the_mended_workbook(noted: Screen) -> None:
    """The workbook gets a column of actions, and is read the same when it is dropped again."""
    for row in (2, 4, 5):
        noted.do("row", row=row)
    path = mended_file(noted)
    sheet = openpyxl.load_workbook(BytesIO(path.read_bytes())).active
    assert sheet is not None
    column = [sheet.cell(row, len(HEADERS) + 1).value for row in range(1, 6)]
    assert column == ["Action", "skip", None, "skip", "skip"]
    assert sheet["A2"].value == NOTE[0], "nothing of the person's is gone"
    report = cb.validate(cb.read(path, progress=False), progress=False)
    assert (report.ok, report.actions.tolist()) == (True, [3, 1, 3, 3])


TABLES: dict[str, list[list[object]]] = {
    "the header once more": [[*HEADERS], ["Elm 10", *GOOD[1:]]],
    "another table": [["title", "balance"], *SOLD],
    "a table of something else": [["Region", "Manager"], ["North", "Ann"]],
}


@pytest.mark.parametrize("gap", [[], [[]]], ids=["without a gap", "with a gap"])
@pytest.mark.parametrize("name", TABLES)
def test_rows_of_another_table_stay_left_out_in_the_mended_workbook(
    name: str, gap: list[list[object]], screen: Screen, written: Written
) -> None:
    """None is told again when it is dropped; the rows that are sent are the same ones."""
    view = screen.upload(written(HEADERS, GOOD, *gap, *TABLES[name]))
    rows = [row["row"] for row in view["mend"]["rows"]["rows"]]
    assert rows
    for row in rows:
        view = screen.do("row", row=row)
    before = {name: view["report"][name] for name in ("good", "bad", "skipped")}
    assert (before["bad"], view["mend"]["groups"]) == (0, [])
    view = screen.upload(mended_file(screen))
    assert {name: view["report"][name] for name in before} == before
    assert view["report"]["found"] == 0


def test_rows_left_out_are_kept_for_a_page_that_is_loaded_again(noted: Screen) -> None:
    """As JSON, like every edit; also if the columns get their meaning anew."""
    noted.do("row", row=2)
    state = noted.controller.state
    notes = json.loads(json.dumps(asdict(Prepared.of(state, "mine.xlsx"))))
    assert Prepared.kept(notes).mended == state.mended
    noted.do("goto", step="columns")
    view = noted.do("columns", fields=[], constants=[])
    assert (view["report"]["skipped"], view["report"]["bad"], view["trouble"]["text"]) == (1, 2, "")


def test_a_row_gets_its_action_in_the_persons_own_column(screen: Screen, written: Written) -> None:
    """There is no second one."""
    screen.upload(written(["Действие", *HEADERS], ["create", *NOTE], ["", *GOOD]))
    view = screen.do("row", row=2)
    assert (view["report"]["bad"], view["report"]["skipped"]) == (0, 1)
    sheet = openpyxl.load_workbook(mended_file(screen)).active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["A2"].value) == ("Действие", "skip")
    assert sheet.max_column == len(HEADERS) + 1


def test_a_row_that_looks_like_a_total_can_be_sent(screen: Screen, written: Written) -> None:
    """One click says that it is a type: there need be no column of actions for it."""
    total = [{"title": "Total", "balance": "10"}.get(name, "") for name in HEADERS]
    view = screen.upload(written(HEADERS, GOOD, total))
    assert (view["report"]["good"], view["report"]["skipped"]) == (1, 1)
    row = screen.do("goto", step="mend")["mend"]["rows"]["rows"][0]
    assert (row["row"], row["choice"]) == (3, "send")
    view = screen.do("row", row=3, send=True)
    assert (view["report"]["skipped"], view["report"]["bad"]) == (0, 1)
    assert "totals_row" not in codes(view)
    assert "required" in codes(view), "what it lacks is reported now"


TOTAL = [{"title": "Total", "balance": "10"}.get(name, "") for name in HEADERS]


OTHERS: dict[str, list[list[object]]] = {
    "two columns": [["title", "balance"], ["Fresh 10", 12], ["Total", 12]],
    "the same columns in another order": [[*HEADERS[::-1]], [*GOOD[::-1]]],
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("how", ["asked for", "left out before", "typed"])
def test_a_row_of_another_table_is_never_read_under_this_header(
    how: str, name: str, screen: Screen, written: Written
) -> None:
    """It can be left out, and nothing else: no request and no action makes a type of it."""
    rows = [[*row, *[""] * (len(HEADERS) - len(row)), ""] for row in OTHERS[name]]
    view = screen.upload(written([*HEADERS, "Action"], [*GOOD, ""], *rows))
    others = [row["row"] for row in view["mend"]["rows"]["rows"]]
    assert {row["choice"] for row in view["mend"]["rows"]["rows"]} == {"skip"}
    action = len(HEADERS) + 1
    for row in others:
        if how == "asked for":
            view = screen.do("row", row=row, send=True)
        elif how == "left out before":
            screen.do("row", row=row)
            view = screen.do("edit", row=row, column=action, old="skip", new="create")
        else:
            view = screen.do("edit", row=row, column=action, old="", new="create")
    assert codes(view) == {"table_below"}
    assert (view["report"]["good"], view["report"]["bad"]) == (1, len(others))
    assert screen.do("plan")["plan"]["counts"] == {"create": 1, "invalid": len(others)}


def test_an_action_that_is_typed_speaks_for_a_total(screen: Screen, written: Written) -> None:
    """As its message advises, and as the workbook is read again: it counts like the button."""
    view = screen.upload(written([*HEADERS, "Action"], [*GOOD, ""], [*TOTAL, ""]))
    assert (view["report"]["good"], view["report"]["skipped"]) == (1, 1)
    screen.do("goto", step="mend")
    view = screen.do("edit", row=3, column=len(HEADERS) + 1, old="", new="create")
    assert "totals_row" not in codes(view)
    assert (view["report"]["bad"], view["report"]["skipped"]) == (1, 0)


def test_a_total_whose_cell_is_edited_is_still_left_out(screen: Screen, written: Written) -> None:
    """A total by another name is not a type before a person says so."""
    screen.upload(written(HEADERS, GOOD, TOTAL))
    screen.do("goto", step="mend")
    view = screen.do("edit", row=3, column=1, old="Total", new="Total of May")
    assert (view["report"]["bad"], view["report"]["skipped"]) == (0, 1)
    (row,) = view["mend"]["rows"]["rows"]
    assert row["choice"] == "send"


def above(name: str) -> list[list[object]]:
    if name == "rows_above":
        return [["5", *GOOD], ["6", *GOOD]]
    return [["id", "title", "Where"], ["5", "Birch", "here"], ["6", "Cedar", "there"]]


@pytest.mark.parametrize("code", ["rows_above", "table_above"])
def test_what_is_above_the_header_no_longer_stops_the_rest(
    code: str, screen: Screen, written: Written
) -> None:
    """The person says that these are not types: the rows below can be sent; it can be undone."""
    first, *more = above(code)
    blank: list[list[object]] = [[]] if code == "table_above" else []
    view = screen.upload(written(first, *more, *blank, ["id", *HEADERS], ["", *GOOD]))
    assert (view["report"]["good"], codes(view)) == (0, {code})
    (note,) = view["mend"]["notes"]
    view = screen.do("above", row=note["above"])
    assert (view["report"]["good"], view["mend"]["groups"]) == (1, [])
    report = cb.validate(cb.read(mended_file(screen), progress=False), progress=False)
    assert report.ok
    assert (screen.do("unmend")["report"]["good"]) == 0
    screen.do("above", row=note["above"])
    assert screen.do("plan")["plan"]["counts"] == {"create": 1}


def test_rows_without_a_header_are_not_asked_about(screen: Screen, tmp_path: Path) -> None:
    """Rows for the browser extension have no header that an action could be written below."""
    path = tmp_path / "rows.txt"
    path.write_text("\t".join(["Mint", "x"] + [""] * 11) + "\n", "utf-8")
    screen.upload(path)
    view = screen.do("pasted")
    assert [row["choice"] for row in view["mend"]["rows"]["rows"]] == [""]
    assert screen.do("row", row=1)["report"]["skipped"] == 0
