"""Rows that hold nothing but unticked boxes, where the corpus has no file of it."""

from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb

from .files import lines


@pytest.mark.parametrize("word", ["FALSE", "no", "нет", "Ложь", "0", "off"])
def test_a_box_is_what_means_no(word: str, tmp_path: Path) -> None:
    """In a column of yes and no, in any word for it that is understood there."""
    rows = [["A", "yes"], ["", word], ["", "yes"], ["", "maybe"]]
    (tmp_path / "a.csv").write_text(lines(["title", "is_multi"], *rows), encoding="utf-8")
    sheet = cb.read(tmp_path / "a.csv")
    assert sheet.rows.tolist() == [2, 4, 5]
    (finding,) = sheet.findings
    assert finding.message.startswith("Row 3 contains nothing but unticked boxes")


def test_a_box_in_a_frame() -> None:
    """A frame's False beside blanks."""
    frame = pd.DataFrame({"title": ["A", None, None], "is_multi": [True, False, True]})
    assert cb.read(frame).rows.tolist() == [2, 4]


def test_nothing_but_boxes() -> None:
    """Then there are no rows, which is reported too."""
    sheet = cb.read(pd.DataFrame({"title": [None] * 1000, "is_multi": [False] * 1000}))
    assert len(sheet) == 0
    says = {finding.code: finding.message for finding in sheet.findings}
    assert says.keys() == {"no_rows", "unticked_rows"}
    assert "Rows 2-1001 contain" in says["unticked_rows"]
    assert "these 1,000 rows are" in says["unticked_rows"]


def test_what_a_mapping_uses_is_no_box() -> None:
    """FALSE in a column that a title is made of is a part of a title; in an ignored one, a box."""
    frame = pd.DataFrame({"Brand": ["A", "FALSE"], "Done": ["FALSE", "FALSE"]})
    mapping = {"template": {"title": "{Brand}"}, "ignore": "Done"}
    assert cb.read(frame, mapping=mapping).rows.tolist() == [2, 3]
    assert cb.read(frame.assign(Brand=["A", ""]), mapping=mapping).rows.tolist() == [2]
