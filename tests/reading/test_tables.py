"""Rows below a header that are headers themselves, and rows that only remind of one."""

import pandas as pd
import pytest

from certbulk import read

NO_HEADERS: dict[str, list[list[str]]] = {
    "choices that are called like columns": [
        ["ID", "Valid for", "Expires"],
        ["11", "services", "period"],
        ["12", "products", "never"],
    ],
    "the same in Russian": [
        ["ID", "Ограничение", "Срок действия"],
        ["11", "услуги", "период"],
        ["12", "товары", "дата"],
    ],
    "names that are": [
        ["ID", "Title", "Category"],
        ["11", "Gift card", "Online"],
        ["12", "Certificate", "Services"],
    ],
}


@pytest.mark.parametrize("name", NO_HEADERS)
def test_values_that_are_called_like_columns_are_no_header(name: str) -> None:
    """Where a row has nothing but values of its columns, or an id beside its names."""
    headers, *rows = NO_HEADERS[name]
    assert read(pd.DataFrame(rows, columns=headers)).findings == ()


def test_a_row_with_an_id_is_no_header_where_another_row_can_be() -> None:
    """Its choices may be called like more columns than a short foreign header names."""
    rows = [["11", "services", "period", "Branch"], ["12", "products", "date", "North"]]
    sheet = read(pd.DataFrame(rows, columns=["ID", "For what", "How long for", "In which"]))
    assert (sheet.header_row, len(sheet)) == (1, 2)


HEADERS: dict[str, tuple[list[str], list[str]]] = {
    "the header once more": (["ID", "Valid for", "Expires"], ["repeated_header"]),
    "another table": (["Title", "Services", "Period"], ["table_below", "table_below"]),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_below_a_header(name: str) -> None:
    """The same one changes nothing below it, another one all."""
    header, codes = HEADERS[name]
    rows = [["11", "services", "period"], header, ["12", "products", "never"]]
    sheet = read(pd.DataFrame(rows, columns=["ID", "Valid for", "Expires"]))
    assert [finding.code for finding in sheet.findings] == codes


def test_a_row_with_values_under_known_headers_is_no_header() -> None:
    """Whatever its notes begin with, and however many there are of them."""
    notes = {f"Extra {n}": ["Locations", "Price"] for n in range(9)}
    sheet = read(pd.DataFrame({"Title": ["Oak", "Elm"], "Price": ["10", "20"], **notes}))
    assert {finding.code for finding in sheet.findings} == {"unknown_column"}
    assert sheet.rows.tolist() == [2, 3]


TABLES: dict[str, list[list[str]]] = {
    "the header once more": [["ID", "Valid for", "Expires"], ["12", "products", "never"]],
    "another table": [["Title", "Services", "Period"], ["12", "products", "never"]],
    "one with fewer columns": [["Title", "Period", ""], ["Elm", "never", "nobody"]],
    "one with a note beside its header": [["Title", "Period", "a note"], ["Elm", "never", ""]],
}


@pytest.mark.parametrize("word", ["skip", "Пропустить"])
@pytest.mark.parametrize("name", TABLES)
def test_rows_of_another_table_that_a_person_leaves_out(name: str, word: str) -> None:
    """The action says so, and they are told no more; those that it says nothing of, as before."""
    header, row = TABLES[name]
    rows = [["11", "services", "period"], header, row]

    def told(*actions: str) -> list[tuple[str, int | None]]:
        cells = [[*cells, action] for cells, action in zip(rows, actions, strict=True)]
        sheet = read(pd.DataFrame(cells, columns=["ID", "Valid for", "Expires", "Action"]))
        return [(finding.code, finding.row) for finding in sheet.findings]

    before = told("", "", "")
    assert before
    assert told("", word, word) == []
    assert told("", word, "") == [one for one in before if one[1] != 3]
    assert told("", "", word) == [one for one in before if one[1] != 4]
    assert told("", "", "create") == before, "it would be read under the wrong header"
