"""What the README and the pages in the docs tell people to type, run as it stands there."""

import inspect
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import openpyxl
import pandas as pd
import pytest
from typer.main import get_command

import certbulk as cb
from certbulk.cli import app
from tests.conftest import ROOT

from .conftest import COMMANDS, Typed

DOCS = ROOT / "certbulk" / "docs"
PAGES = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *DOCS.glob("*.md"))}
OPTIONS = {
    flag
    for command in getattr(get_command(app), "commands").values()  # noqa: B009 (not in its type)
    for parameter in command.params
    for flag in (*parameter.opts, *parameter.secondary_opts)
} | {"--help"}


def code_of(page: str) -> list[str]:
    """Return what a page shows as code: words within its lines, and indented lines."""
    text = re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    found = re.finditer(r"`([^`]+)`|^ {4}(\S.*)$", text, re.MULTILINE)
    return [" ".join((match[1] or match[2]).split()) for match in found]


def lines_of(page: str) -> list[str]:
    """Return the commands of a page that are more than the name of one."""
    return [code for code in code_of(page) if re.match(r"certbulk \w+ .", code)]


@pytest.mark.parametrize("page", PAGES)
def test_what_is_named_is_there(page: str) -> None:
    """Commands, options, names of Python and their arguments."""
    for code in code_of(page):
        if named := re.match(r"certbulk ([a-z]+)", code):
            assert named[1] in COMMANDS, code
        if named or code.partition(" ")[0] in COMMANDS:
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", code)) <= OPTIONS, code
        for name, arguments in re.findall(r"\bcb\.(\w+)(?:\(([^()]*)\))?", code):
            assert name in cb.__all__, code
            given = re.findall(r"(\w+)=", arguments)
            assert set(given) <= set(inspect.signature(getattr(cb, name)).parameters), code


def fill_in(file: str) -> None:
    """Fill in a workbook: with some rows of the sample."""
    sample = pd.read_csv("sample_data/certificate_types.csv", dtype=str, keep_default_na=False)
    sample.head(5).to_excel(file, index=False)


def decide(typed: Typed) -> None:
    """Fill in the table of places, and do it again: several places may become one."""
    places = pd.read_csv("places.csv", dtype=str, keep_default_na=False)
    open_ = places["to"] == ""
    chosen = {"locations": "731003", "services": "620101", "categories": "52001"}
    places.loc[open_, "to"] = places["list"].map(chosen)[open_]
    places.to_csv("places.csv", index=False)
    again = typed(f"{TABLE} --overwrite")
    assert again.exit_code == 0, again.output


def leave_out_what_is_there(_: Typed) -> None:
    """Delete the rows whose titles are live in the new chain."""
    book = openpyxl.load_workbook("there.xlsx")
    page = book.worksheets[0]
    for row in range(page.max_row, 1, -1):
        if {"Gift Certificate 100", "Massage Trio 180"} & {cell.value for cell in page[row]}:
            page.delete_rows(row)
    book.save("there.xlsx")


TABLE = (
    "certbulk rebind here.xlsx --from-chain 706028 --to-chain 706555 -o there.xlsx "
    "--table places.csv"
)
PLACEHOLDERS = {
    "COMMAND": "plan", "FILE": "new_types.xlsx", "OUT.xlsx": "out.xlsx", "PLAN.json": "plan.json",
}  # fmt: skip
THEN: dict[str, Callable[[Typed], None]] = {
    "certbulk template new.xlsx --live": lambda _: fill_in("new.xlsx"),
    TABLE: decide,
    "certbulk plan there.xlsx --chain-id 706555": leave_out_what_is_there,
}
"""What a person does after a line."""
OPEN = {TABLE, "certbulk plan there.xlsx --chain-id 706555",
        "certbulk drift there.results.xlsx --chain-id 706555"}  # fmt: skip
"""Lines that end in 1, and are meant to: something is to be decided, or is there besides."""


@pytest.mark.parametrize("page", [page for page in PAGES if lines_of(page)])
def test_the_lines_of_a_page_run(page: str, at_a_terminal: Typed) -> None:
    """One after the other, as somebody follows the page; placeholders stand for files and runs."""
    fill_in("new_types.xlsx")
    shutil.copy("sample_data/pasted_rows.txt", "rows.txt")
    for line in lines_of(page):
        if line.startswith("certbulk settle"):  # tests/cli/test_examples.py has rows for it
            continue
        if "RUN" in line and cb.runs().empty:
            assert at_a_terminal("certbulk apply new_types.xlsx").exit_code == 0
        typed = re.sub(r"\[?RUN\]?", cb.runs()["run"][0], line) if "RUN" in line else line
        for placeholder, name in PLACEHOLDERS.items():
            typed = re.sub(rf"(?<!\w){placeholder}(?!\w)", name, typed)
        result = at_a_terminal(typed)
        assert result.exit_code == (line in OPEN), f"{line}\n{result.output}"
        if line in THEN:
            THEN[line](at_a_terminal)


def python_of(page: str) -> str:
    """Return the lines of Python that a page shows as a block."""
    blocks = re.findall(r"^\n((?: {4}\S?.*\n)+)\n", PAGES[page], re.MULTILINE)
    return "\n".join(
        re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
        for block in blocks
        if re.search(r"^ {4}(import |\w+\.plot\(\))", block, re.MULTILINE)
    )


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize("page", [page for page in PAGES if python_of(page)])
def test_the_python_of_a_page_runs(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a file of one's own; the results and the pictures that it speaks of are there then."""
    mpl.use("agg")
    fill_in("new_types.xlsx")
    with cb.Client.from_env() as client:
        plan = cb.plan(cb.validate(cb.read("new_types.xlsx")), client)
        names: dict[str, object] = {"plan": plan}
        if "cb.apply" not in python_of(page):
            names["run"] = cb.apply(plan, client, progress=False)
    monkeypatch.setattr("builtins.print", lambda *_: None)

    exec(compile(python_of(page), page, "exec"), names)  # noqa: S102 (it is our own page)

    for file in re.findall(r'(?:savefig|to_excel)\("(.+?)"\)', python_of(page)):
        assert Path(file).stat().st_size > 0
