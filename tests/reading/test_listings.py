"""A workbook's own sheets of locations, services and categories."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

import certbulk as cb

TYPES = ["title", "balance", "salon_ids"]
LOCATIONS: list[list[object]] = [[720441, "Север"], [720442, "Юг"]]


def book(path: Path, name: str, rows: Sequence[Sequence[object]], cell: str = "Север; Юг") -> Path:
    """Write a workbook whose list is called `name`."""
    made = Workbook()
    page = made.worksheets[0]
    page.append(TYPES)
    page.append(["Gift 1000", 1000, cell])
    sheet = made.create_sheet(name)
    for row in rows:
        sheet.append(row)
    made.save(path / "book.xlsx")
    return path / "book.xlsx"


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("locations", ["id", "name"]),
        ("Филиалы", ["ID", "Название", "Город"]),
        ("Locations", ["ИД", "Название", "Город"]),
        ("салоны", ["Наименование", "Идентификатор"]),
        ("Locations", ["id", "name", "city", "phone", "address", "mail", "manager", "since"]),
    ],
)
def test_a_list_is_known_by_its_name_and_headers(
    tmp_path: Path, name: str, headers: list[str]
) -> None:
    """In English and in Russian, with as many columns as it has."""
    rows = [row if headers[0] != "Наименование" else row[::-1] for row in LOCATIONS]
    sheet = cb.read(book(tmp_path, name, [headers, *rows]))
    assert not sheet.findings
    assert list(cb.validate(sheet).columns["salon_ids"]) == [(720441, 720442)]


def test_words_for_a_list_can_be_added(tmp_path: Path) -> None:
    """A vocabulary says what the sheet and its columns are called."""
    path = book(tmp_path, "Filialen", [["Nummer", "Haus"], *LOCATIONS])
    words = {"lists": {"locations": ["Filialen"], "id": ["Nummer"], "name": ["Haus"]}}
    report = cb.validate(cb.read(path, vocabulary=words))
    assert list(report.columns["salon_ids"]) == [(720441, 720442)]
    with pytest.raises(cb.SettingsError, match='no list "places"'):
        cb.read(path, vocabulary={"lists": {"places": ["Filialen"]}})


@pytest.mark.parametrize(
    "name", ["1905", "1905\u00ad", "\u00ad1905", "19\u00ad05", "19\u200b05", "\ufeff1905 "]
)
def test_a_name_that_is_a_number_is_asked_about(tmp_path: Path, name: str) -> None:
    """Also with characters in it that cannot be seen."""
    path = book(tmp_path, "locations", [["id", "name"], [720441, name], [1905, "Other"]], "1905")
    found = cb.validate(cb.read(path)).errors
    assert "ambiguous_reference" in [finding.code for finding in found]


def test_certificate_types_on_a_sheet_called_services_are_no_list(tmp_path: Path) -> None:
    """Its columns say what it is."""
    headers: list[object] = ["id", "title", "balance", "is_multi", "salon_ids"]
    path = book(tmp_path, "services", [headers, [1, "Gift 500", 500, "yes", 720441]])
    assert not cb.read(path).directory.lists


def test_a_row_of_a_list_is_read_or_reported(tmp_path: Path) -> None:
    """Spaces in an id are its grouping; an id or a name alone is reported with its cell."""
    rows: list[list[object]] = [
        ["id", "name", "city"],
        ["720 441", "Север"],
        [720442, "Юг"],
        ["west", "Запад"],
        [None, "Урал"],
        [" ", "  "],
        [720443, None, "Тула"],
        [None, None, "Омск"],
    ]
    sheet = cb.read(book(tmp_path, "locations", rows, "all locations"))
    assert {finding.code for finding in sheet.findings} == {"unread_list_row"}
    assert [finding.message for finding in sheet.findings] == [
        (
            'locations!A4: "west" is not an id, so "Запад" cannot be used. '
            "Write only the digits of its id."
        ),
        'locations!A5: there is no id beside "Урал", so the name cannot be used. Fill in its id.',
        (
            'locations!A7: there is no name beside "720443", so it is not in the list. '
            "Fill in its name."
        ),
    ]
    assert list(cb.validate(sheet).columns["salon_ids"]) == [(720441, 720442)]


def test_two_names_for_one_id_are_said(tmp_path: Path) -> None:
    """As where a row was copied and its id left; the same name twice is nothing to say."""
    rows: list[list[object]] = [["id", "name"], *LOCATIONS, [720442, "Запад"], [720441, " СЕВЕР "]]
    sheet = cb.read(book(tmp_path, "locations", rows, "Запад"))
    (finding,) = sheet.findings
    assert (finding.code, finding.value) == ("list_id_shared", "720442")
    assert 'locations!A4: "Запад" has the id of "Юг" (locations!A3), 720442' in finding.message
    assert list(cb.validate(sheet).columns["salon_ids"]) == [(720442,)]
