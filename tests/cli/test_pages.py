"""What the README and the pages of the docs tell people to type, run as they show it."""

import ast
import importlib.util
import inspect
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import openpyxl
import pandas as pd
import pytest
from typer.main import get_command

import certbulk as cb
from certbulk.cli import app
from tests.docs.pages import PAGES, ROOT, steps

from .conftest import COMMANDS, Typed

COMMAND_LINE: dict[str, Any] = vars(get_command(app))["commands"]
GROUPS = {name: vars(one).get("commands") or {} for name, one in COMMAND_LINE.items()}
OPTIONS = {
    flag
    for commands in (COMMAND_LINE, *GROUPS.values())
    for command in commands.values()
    for parameter in command.params
    for flag in (*parameter.opts, *parameter.secondary_opts)
} | {"--help"}
KINDS = {
    *("inline", "sh", "python", "pycon", "py", "text", "toml", "csv", "ini", "yaml", "crontab"),
    "entry",  # of a table, in a recipe: see tests/project/test_recipes.py
}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]


def test_blocks_say_what_they_are() -> None:
    """So that nothing that could be run is passed over."""
    assert {step.kind for page in PAGES for step in steps(page)} <= KINDS


@pytest.mark.parametrize("page", PAGES)
def test_what_is_named_is_there(page: str) -> None:
    """Commands, options, names of Python and their arguments."""
    for step in steps(page):
        for line in step.text.splitlines() if step.kind == "sh" else [step.text]:
            if named := re.match(r"certbulk ([a-z]+)", line):
                assert named[1] in COMMAND_LINE, line
            if named or line.partition(" ")[0] in COMMANDS:
                assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", line)) <= OPTIONS, line
        if step.kind == "inline":
            for name, arguments in re.findall(r"\bcb\.(\w+)(?:\(([^()]*)\))?", step.text):
                assert name in cb.__all__, step.text
                given = re.findall(r"(\w+)=", arguments)
                assert set(given) <= set(inspect.signature(getattr(cb, name)).parameters)


def fill_in(file: str) -> None:
    """Fill in a workbook: with some rows of the sample."""
    sample = pd.read_csv("sample_data/certificate_types.csv", dtype=str, keep_default_na=False)
    sample.head(5).to_excel(file, index=False)


def decide(typed: Typed) -> None:
    """Fill in the table of places, and do it again: several places may become one."""
    bound = pd.read_csv("places.csv", dtype=str, keep_default_na=False)
    open_ = bound["to"] == ""
    chosen = {"locations": "731003", "services": "620101", "categories": "52001"}
    bound.loc[open_, "to"] = bound["list"].map(chosen)[open_]
    bound.to_csv("places.csv", index=False)
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
    TABLE: decide,
    "certbulk plan there.xlsx --chain-id 706555": leave_out_what_is_there,
}
"""What a person does after a line."""
OPEN = {
    TABLE,
    "certbulk plan there.xlsx --chain-id 706555",
    "certbulk drift there.results.xlsx --chain-id 706555",
    "certbulk drift sample_data/certificate_types.xlsx --json",
}
"""Lines that end in 1, and are meant to: something is to be decided, or is there besides."""
ELSEWHERE = ("settle", "web", "fleet", "sandbox", "login", "resume --yes")
"""Lines that tests of their own run: `tests/cli/test_examples.py` and `tests/fleets`."""


def run_line(line: str, typed: Typed) -> str:
    """Run a line as somebody types it, check how it ends, and return what it prints.

    Placeholders stand for files and runs.
    """
    if not line.startswith("certbulk"):
        check_other_line(line)
        return ""
    if line.startswith(tuple(f"certbulk {word}" for word in ELSEWHERE)):
        return ""
    given = line
    if "RUN" in line:
        if cb.runs().empty or (" undo " in line and cb.runs()["kind"][0] == "undo"):
            assert typed("certbulk apply new_types.xlsx --overwrite").exit_code == 0
        runs = cb.runs()
        sent = runs[(runs["kind"] == "apply") & (runs["created"] + runs["updated"] > 0)]
        line = re.sub(r"\[?RUN\]?", (runs if sent.empty else sent)["run"].iloc[0], line)
    for placeholder, name in PLACEHOLDERS.items():
        line = re.sub(rf"(?<!\w){placeholder}(?!\w)", name, line)
    result = typed(line)
    # The tutorial's first workbook has a mistake, which its reader is to find.
    faulty = "first.csv" in line and "1 error, 0 warnings" in result.output
    assert result.exit_code == (given in OPEN or faulty), f"{given}\n{result.output}"
    if given in THEN:
        THEN[given](typed)
    return result.output


def check_other_line(line: str) -> None:
    """Check a line for another program: what it installs or starts is there."""
    for extras in re.findall(r"pip install (?:-e )?'\.\[([\w,]+)\]'", line):
        assert set(extras.split(",")) <= EXTRAS.keys(), line
    for module in re.findall(r"python -m ([\w.]+)", line):
        assert importlib.util.find_spec(module), line
    assert re.match(r"(python|pip|pytest|papermill)\b", line), line


def shown_in(expected: str, output: str) -> None:
    """Fail unless each line that a page shows was printed; an … stands for anything."""
    for line in filter(None, map(str.strip, expected.splitlines())):
        pattern = r"\s+".join(map(re.escape, line.split())).replace("…", ".*")
        assert re.search(pattern, output), f"{line}\n{output}"


def run_python(text: str, names: dict[str, object]) -> None:
    """Run a block; what its last line shows in a notebook is made, too."""
    tree = ast.parse(text)
    last = tree.body[-1]
    exec(compile(tree, "page", "exec"), names)  # noqa: S102 (it is our own page)
    if isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call):
        value = eval(compile(ast.Expression(last.value), "page", "eval"), names)  # noqa: S307
        assert getattr(value, "_repr_html_", value.__repr__)()


COMPLETE = re.compile(r"certbulk \w+ .")
"""A command within a line that is more than its name."""
RUN = [
    page
    for page in PAGES
    if any(
        step.kind in {"sh", "python"} or (step.kind == "inline" and COMPLETE.match(step.text))
        for step in steps(page)
    )
]


@pytest.mark.parametrize("page", RUN)
def test_a_page_can_be_followed(
    page: str, at_a_terminal: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command and every block of Python, one after the other, with what they print."""
    mpl.use("agg")
    fill_in("new_types.xlsx")
    shutil.copy("sample_data/pasted_rows.txt", "rows.txt")
    names = {} if "import certbulk" in PAGES[page] else made_before(page)
    monkeypatch.setattr("builtins.print", lambda *_: None)
    output = ""
    for step in steps(page):
        if step.title:
            Path(step.title).write_text(step.text, encoding="utf-8")
        elif step.kind == "python":
            run_python(step.text, names)
        elif step.kind == "text" and output:
            shown_in(step.text, output)
        elif step.kind == "sh" or (step.kind == "inline" and COMPLETE.match(step.text)):
            for line in step.text.splitlines():
                output = run_line(line, at_a_terminal)


def made_before(page: str) -> dict[str, object]:
    """Return the plan and the run that a page speaks of without making them."""
    with cb.Client.from_env() as client:
        plan = cb.plan(cb.validate(cb.read("new_types.xlsx")), client)
        if "run.plot()" not in PAGES[page]:
            return {"plan": plan}
        return {"plan": plan, "run": cb.apply(plan, client, progress=False)}
