"""certbulk rebind: a file for another chain."""

import json
from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb
from tests.planning.sheets import new

from .conftest import Run, csv, one_line

CHAINS = ("--from-chain", "706028", "--to-chain", "706555")


@pytest.mark.usefixtures("service")
def test_the_whole_way(certbulk: Run) -> None:
    """The table is written, filled in by a person, and read the next time."""
    file = csv("here.csv", new(salon_ids="720441, 720443"), new(title="B 10", salon_ids="720443"))
    rebind = ("rebind", file, *CHAINS, "--table", "table.csv", "-o")
    first = certbulk(*rebind, "first.xlsx")
    assert first.exit_code == 1
    assert "Harbour & Pine Old Town 731003 (Tallinn)  (same name)" in first.stdout
    assert "unknown_location" in first.stdout

    table = pd.read_csv("table.csv", dtype=str, keep_default_na=False)
    table.loc[table["how"] == "none", "to"] = "731001"
    table.to_csv("table.csv", index=False)
    second = certbulk(*rebind, "there.xlsx", "--json")
    found = json.loads(second.stdout)
    assert (second.exit_code, found["bound"], found["errors"]) == (0, 2, 0)
    assert cb.validate(cb.read("there.xlsx")).columns["salon_ids"][0] == (731001, 731003)

    applied = certbulk("apply", "there.xlsx", "--chain-id", "706555", "--yes")
    assert applied.exit_code == 0


@pytest.mark.usefixtures("service")
def test_a_file_that_is_there_is_not_replaced(certbulk: Run) -> None:
    """Unless one asks for that."""
    file = csv("here.csv", new(salon_ids="720443"))
    assert certbulk("rebind", file, *CHAINS, "-o", "there.xlsx").exit_code == 0
    again = certbulk("rebind", file, *CHAINS, "-o", "there.xlsx")
    assert again.exit_code == 2
    assert "there.xlsx" in again.stderr
    assert certbulk("rebind", file, *CHAINS, "-o", "there.xlsx", "--overwrite").exit_code == 0


def test_the_table_is_a_csv_file(certbulk: Run) -> None:
    """It is refused before the service is asked."""
    file = csv("here.csv", new())
    result = certbulk("rebind", file, *CHAINS, "-o", "x.xlsx", "--table", "table.xlsx")
    one_line(result, "--table table.xlsx", ".csv")


@pytest.mark.parametrize("above", [[*new().values()], ["title", "online_sale_price"]])
def test_what_cannot_be_rewritten_whole_is_not_begun(certbulk: Run, above: list[str]) -> None:
    """Rows above the header would keep the ids of this chain: the service is not even asked."""
    row = new()
    lines = [above, ["Oak", "5"], [*row], [*row.values()]]
    Path("here.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    options = ("-o", "there.xlsx", "--table", "table.csv")
    one_line(certbulk("rebind", "here.csv", *CHAINS, *options), "here.csv", "above")
    assert {path.name for path in Path().iterdir()} == {"here.csv"}


@pytest.mark.usefixtures("service")
def test_titles_above_the_header_stay(certbulk: Run) -> None:
    """In their rows, and above their columns."""
    row = new(salon_ids="720443")
    lines = [["", "Spring"], [], [*row], [*row.values()]]
    Path("here.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    assert certbulk("rebind", "here.csv", *CHAINS, "-o", "there.xlsx").exit_code == 0
    here, there = (cb.read(name) for name in ("here.csv", "there.xlsx"))
    assert there.above == here.above == ((1, 2, "Spring"),)
    assert there.header_row == 3
