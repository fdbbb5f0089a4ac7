import json
from pathlib import Path

import pandas as pd

import certbulk as cb
from certbulk.core.columns.fields import FIELDS

from .conftest import Run, csv, one_line, way_on

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
    assert "Not repaired, as less certain: 1 not_a_choice." in result.stdout
    assert "(--accept CODE)" in result.stdout
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


PASTED = "Card\tмнгоо\t1000\tтовары+услуги\tсрок-6м\tнет\tнет\tнет\t\t\t\t\t720441\n"
MAPPING = """
[rename]
title = "Voucher"
balance = "Price"
"""


def test_fix_names_the_command_that_reads_what_it_wrote(certbulk: Run) -> None:
    """With all that was given about the file; run as it stands, it finds the rows valid."""
    Path("my rows.txt").write_text(PASTED, encoding="utf-8")
    pasted = ["my rows.txt", "--format", "booster", "--accept", "not_a_flag"]

    Path("map.toml").write_text(MAPPING, encoding="utf-8")
    row = {
        **GOOD,
        "Voucher": "Card 1",
        "Price": "1000",
        "is_multi": "ага",
        "category_id": "720 441",
    }
    source = csv(FILE, {n: v for n, v in row.items() if n not in {"title", "balance", "salon_ids"}})
    Path("words.toml").write_text('[flags]\nyes = ["ага"]\n', encoding="utf-8")
    stated = ["--map", "map.toml", "--vocabulary", "words.toml", "--set", "salon_ids=720441"]
    zone = ["--time-zone", "Europe/Berlin", "-o", "my types.xlsx"]

    for words in (pasted, [str(source), *stated, *zone]):
        fixed = certbulk("fix", *words)
        assert fixed.exit_code == 0, fixed.output
        following = way_on(fixed)
        assert following[0] == "validate"
        assert certbulk(*following).exit_code == 0, following


def test_fix_names_the_sheet_that_was_read(certbulk: Run) -> None:
    """The copy has all sheets of the workbook."""
    good = {**GOOD, "category_id": "720 441"}
    with pd.ExcelWriter("two.xlsx") as book:
        for name in ("Spring", "My autumn"):
            pd.DataFrame([good]).to_excel(book, sheet_name=name, index=False)
    fixed = certbulk("fix", "two.xlsx", "--sheet", "My autumn")
    assert way_on(fixed) == ["validate", "two.fixed.xlsx", "--sheet", "My autumn"]
    assert certbulk(*way_on(fixed)).exit_code == 0
