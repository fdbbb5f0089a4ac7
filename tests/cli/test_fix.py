import json
from pathlib import Path

import certbulk as cb
from certbulk.core.fields import FIELDS

from .conftest import Run, csv, one_line

GOOD = {field.name: field.example for field in FIELDS}
FILE = "types.csv"


def test_fix_writes_a_workbook_beside_the_file(certbulk: Run) -> None:
    """It lists each change; the workbook has a name of its own, and a number the second time."""
    source = csv(FILE, {**GOOD, "category_id": "720 441"})
    result = certbulk("fix", source)
    assert result.exit_code == 0
    assert '  row 2  H2 category_id: "720 441" → "720441"  (not_an_id)' in result.stdout
    assert "Wrote types.fixed.xlsx." in result.stdout
    assert cb.validate(cb.read("types.fixed.xlsx")).ok
    assert "Wrote types.fixed-2.xlsx." in certbulk("fix", source).stdout
    again = certbulk("fix", "types.fixed.xlsx", "-o", "again.xlsx")
    assert "0 repairs" in again.stdout


def test_fix_says_what_is_left_and_ends_as_validate_does(certbulk: Run) -> None:
    """Rows that are still invalid make it end with 1; what is accepted is repaired."""
    source = csv(FILE, {**GOOD, "expiration_timeout_unit_id": "mnth", "balance": "1,000"})
    result = certbulk("fix", source, "-o", "fixed.xlsx")
    assert result.exit_code == 1
    assert "Left, less certain: 1 not_a_choice." in result.stdout
    words = ["--accept", "not_a_choice", "--accept", "ambiguous_value", "--decimal", "point"]
    assert certbulk("fix", source, "-o", "all.xlsx", *words).exit_code == 0


def test_fix_in_json(certbulk: Run) -> None:
    """One object: the counts after the repairs as validate gives them, changes, what is left."""
    source = csv(FILE, {**GOOD, "category_id": "720 441"}, {**GOOD, "is_multi": "yess"})
    told = json.loads(certbulk("fix", source, "-o", "fixed.xlsx", "--json").stdout)
    assert told["output"] == "fixed.xlsx"
    assert (told["rows"], told["valid"], told["invalid"], told["errors"]) == (2, 1, 1, 1)
    change = {"row": 2, "cell": "H2", "field": "category_id", "old": "720 441", "new": "720441"}
    assert told["changes"] == [{**change, "code": "not_an_id"}]
    assert [finding["code"] for finding in told["left"]] == ["not_a_flag"]
    assert told["not_made"] == []


def test_fix_never_writes_over_the_file(certbulk: Run) -> None:
    """Neither over the one that it reads nor, unless asked, over another."""
    csv(FILE, {**GOOD, "category_id": "720 441"})
    first = certbulk("fix", FILE, "-o", "fixed.xlsx")
    assert first.exit_code == 0
    refused = certbulk("fix", FILE, "-o", "fixed.xlsx")
    assert refused.exit_code == 2
    one_line(refused, "fixed.xlsx exists already")
    same = certbulk("fix", "fixed.xlsx", "-o", "fixed.xlsx", "--overwrite")
    one_line(same, "is the file that was read")
    assert certbulk("fix", FILE, "-o", "fixed.xlsx", "--overwrite").exit_code == 0
    assert Path(FILE).exists()


def test_fix_of_two_readings_needs_a_word(certbulk: Run) -> None:
    """The way is asked for before anything is written."""
    source = csv(FILE, {**GOOD, "balance": "1,000"})
    refused = certbulk("fix", source, "--accept", "ambiguous_value")
    assert refused.exit_code == 2
    one_line(refused, "decimal comma or point")
    assert not Path("types.fixed.xlsx").exists()
