"""Words of other languages, foreign layouts and pasted rows, from the command line."""

import json
from pathlib import Path

import openpyxl
import pytest

import certbulk as cb

from .conftest import Run, one_line

WORDS = """
[headers]
title = ["Bezeichnung"]
[flags]
yes = ["ja"]
"""
MAPPING = """
[rename]
balance = "Wert"
[constant]
is_multi = "ja"
item_type_id = 0
is_allow_empty_code = "no"
balance_edit_type_id = 1
salon_ids = [720441, 720442]
expiration_type_id = "Never"
[template]
online_sale_title = "{Marke} {Wert}"
"""
PASTED = (
    "Сертификат 10\tмного\t10\tтовары+услуги\tсрок-6м\tнет\tнет\tнет\t\t\t\t\t720441\n"
    "Сертификат 20\tодин\t20\tуслуги(610101)\tнет\tнет\tнет\tнет\t\t\t\t\t720441\n"
)


@pytest.fixture(autouse=True)
def _files() -> None:
    """A foreign sheet, its words and its mapping, and pasted rows."""
    Path("words.toml").write_text(WORDS, encoding="utf-8")
    Path("map.toml").write_text(MAPPING, encoding="utf-8")
    Path("foreign.csv").write_text("Bezeichnung,Marke,Wert\nKarte 50,Spa,50\n", encoding="utf-8")
    Path("rows.txt").write_text(PASTED, encoding="utf-8")


FOREIGN = ("foreign.csv", "--vocabulary", "words.toml", "--map", "map.toml")


def test_a_foreign_layout_from_validation_to_results(service: cb.Sandbox, certbulk: Run) -> None:
    """--vocabulary and --map on validate, plan and apply; the results show the file's columns."""
    assert certbulk("validate", *FOREIGN).exit_code == 0
    assert certbulk("plan", *FOREIGN, "--json").exit_code == 0
    assert certbulk("apply", *FOREIGN, "--yes").exit_code == 0

    page = openpyxl.load_workbook("foreign.results.xlsx")["results"]
    assert [cell.value for cell in page[1]][:3] == ["Bezeichnung", "Marke", "Wert"]
    again = certbulk("plan", "foreign.results.xlsx", *FOREIGN[1:], "--json")
    assert json.loads(again.stdout)["unchanged"] == 1
    assert service.requests


def test_pasted_rows(service: cb.Sandbox, certbulk: Run) -> None:
    """--format booster on validate, plan and apply; results are read in the same way."""
    booster = ("--format", "booster")
    assert certbulk("validate", "rows.txt", *booster).exit_code == 0
    assert json.loads(certbulk("plan", "rows.txt", *booster, "--json").stdout)["create"] == 2
    assert certbulk("apply", "rows.txt", *booster, "--yes").exit_code == 0
    again = certbulk("plan", "rows.results.xlsx", *booster, "--json")
    assert json.loads(again.stdout)["unchanged"] == 2
    assert service.requests


def test_how_headers_were_matched(certbulk: Run) -> None:
    """`columns --map FILE`, with a mapping and words on top of it, as text and as JSON."""
    bare = certbulk("columns", "--map", "foreign.csv")
    assert bare.exit_code == 0
    assert "unknown" in bare.stdout
    assert "needed for new types: title (Title), balance" in bare.stdout

    words = ("--vocabulary", "words.toml", "--map", "map.toml")
    document = json.loads(certbulk("columns", "--map", "foreign.csv", *words, "--json").stdout)
    assert document["missing"] == []
    assert document["columns"][0] == {
        "cell": "A1",
        "header": "Bezeichnung",
        "column": "title",
        "how": "vocabulary",
        "note": "words.toml",
    }
    assert "made of {Marke} {Wert}" in certbulk("columns", "--map", "foreign.csv", *words).stdout


def test_what_cannot_be(certbulk: Run) -> None:
    """One line each, and exit code 2."""
    one_line(certbulk("columns", "--map", "map.toml"), "--map one file of rows")
    one_line(certbulk("columns", "--sheet", "x"), "Say which file is meant: --map FILE")
    one_line(certbulk("validate", "rows.txt", "--vocabulary", "no.toml"), "no vocabulary no.toml")
    one_line(
        certbulk("validate", "rows.txt", "--map", "words.toml"), "words.toml: [headers] is not"
    )
    one_line(
        certbulk("validate", "rows.txt", "--map", "map.toml", "--format", "booster"),
        "leave the mapping out",
    )


def test_a_saved_plan_has_been_read_already(service: cb.Sandbox, certbulk: Run) -> None:
    """Words, a mapping or a format belong to the plan, not to what carries it out."""
    assert certbulk("plan", *FOREIGN, "-o", "plan.json").exit_code == 0
    for option in (("--map", "map.toml"), ("--format", "booster"), FOREIGN[1:3]):
        one_line(certbulk("apply", "plan.json", *option, "--yes"), "belong to certbulk plan")
    assert service.requests
