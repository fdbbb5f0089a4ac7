"""Lines of hints directly below a header: left out with one warning, and no row with a value is."""

from collections.abc import Sequence

import pandas as pd
import pytest

import certbulk as cb

from .test_rows_above_header import HEADERS, IN_RUSSIAN, gift

HINTS: dict[str, tuple[Sequence[str], Sequence[object]]] = {
    "what is needed": (HEADERS, ["required"] * 8),
    "kinds": (HEADERS, ["text", "number", "yes/no", "all, services or products", "yes/no", "", ""]),
    "units": (HEADERS, [None, "RSD", None, None, None, None, None, "months"]),
    "numbers of columns": (HEADERS, [1, 2, 3, 4, 5, 6, 7, 8]),
    "in Russian": (IN_RUSSIAN, ["пусто для новых", "обязательно", "число", "да/нет", "список", ""]),
    "several in a cell": (HEADERS, ["required, text (max 255 characters)", "number", "yes/no"]),
    "names of columns again": (HEADERS, ["Title", "number", None, "which ones", "yes/no"]),
}


def report_on(header: Sequence[str], *rows: Sequence[object]) -> cb.Report:
    """Validate a frame of texts."""
    cells = [[*row, *[None] * (len(header) - len(row))] for row in rows]
    texts = [[None if cell is None else str(cell) for cell in row] for row in cells]
    return cb.validate(cb.read(pd.DataFrame(texts, columns=[*header], dtype=object)))


@pytest.mark.parametrize("name", HINTS)
def test_a_line_of_hints_is_left_out_with_one_warning(name: str) -> None:
    """Instead of an error for each column; an action makes it a row again."""
    header, hints = HINTS[name]
    report = report_on(header, hints)
    assert [(f.row, f.code) for f in report.all_findings] == [(2, "hint_row")]
    meant = report_on([*header, "action"], [*hints, *[None] * (len(header) - len(hints)), "create"])
    assert "hint_row" not in {f.code for f in meant.all_findings}
    assert meant.refused.all()


def test_several_lines_of_hints() -> None:
    """All that stand directly below the header; the rows below them are read."""
    report = report_on(HEADERS, HINTS["kinds"][1], HINTS["units"][1], gift(50))
    assert [(f.row, f.code) for f in report.all_findings] == [(2, "hint_row"), (3, "hint_row")]
    assert report.refused.tolist() == [False] * 3
    assert report.ok


ROWS: dict[str, Sequence[object]] = {
    "a title and a wrong amount": ["Oak", "fifty"],
    "nothing right, and no hint": [None, "fifty", "maybe"],
    "one right value": ["required", 100, "yes/no"],
    "an id": ["text", "number", "yes/no", None, None, None, None, None, 288901],
    "a broken cell": ["text", "#N/A", "yes/no"],
    "a title that is called like a total": ["Total", "number", "yes/no"],
    "little": ["required"],
    "a title that begins like a hint": ["Date night", "fifty", "maybe"],
}


@pytest.mark.parametrize("name", ROWS)
def test_what_may_be_meant_as_a_row_is_none(name: str) -> None:
    """One value in its column, a title of its own, or a cell that broke: it is read as a row."""
    report = report_on([*HEADERS, "ID"], ROWS[name])
    assert "hint_row" not in {f.code for f in report.all_findings}


def test_further_down_nothing_is_a_hint() -> None:
    """There a row without a value may be one that was begun."""
    report = report_on(HEADERS, gift(50), HINTS["what is needed"][1])
    assert "hint_row" not in {f.code for f in report.all_findings}
    assert report.refused.tolist() == [False, True]


def test_a_plan_passes_hints_over_and_says_why(client: cb.Client) -> None:
    """As it does with rows of totals."""
    plan = cb.plan(report_on(HEADERS, HINTS["kinds"][1], gift(50)), client)
    decision = plan.decisions[0]
    assert (str(decision.action), decision.code) == ("skip", "hint_row")
