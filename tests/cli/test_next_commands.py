"""Every next command that is printed: it is one, and keeps each option that changes its meaning."""

import ast
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_command

import certbulk as cb
from certbulk.cli import app
from certbulk.sandbox import Faults
from tests.planning.sheets import new

from .conftest import Run, csv, way_on

NORTH = "706555"
PACKAGE = Path(cb.__file__).parent
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
FLAGS = {
    option
    for command in COMMANDS.values()
    for param in command.params
    if getattr(param, "is_flag", False)
    for option in (*param.opts, *param.secondary_opts)
}
SAMPLE = str(Path(cb.__file__).parents[1] / "sample_data" / "with_errors.xlsx")

# What a command does beside its subject, or asks of the person: never repeated for them.
OF_ONE_COMMAND = {
    "--yes", "--json", "--wide", "--overwrite", "--results", "--output", "--excel", "--help",
    "--profile", "--journal",  # before the command
}  # fmt: skip
OWN_SHEET = {"--sheet", "--set", "--encoding"}
BY_THE_RUN = {"--sandbox", "--chain-id"}
PLAN = {"--match", "--allow-duplicate-titles", "--price-jump", "--issued", "--successor-title"}
OTHERWISE = {
    ("apply", "apply"): OWN_SHEET,  # the results workbook has one sheet, and every column
    ("change", "apply"): {*OWN_SHEET, "--format"},  # of the rows of the plan
    ("apply", "resume"): BY_THE_RUN,
    ("resume", "resume"): BY_THE_RUN,
    ("resume", "apply"): set(),
    ("undo", "apply"): set(),
    ("stop", "resume"): set(),
    ("plan", "apply"): {*OWN_SHEET, *PLAN, "--vocabulary", "--map", "--format", "--time-zone"},
    ("export", "apply"): {"--format", "--issued"},  # of what is written: all its rows are applied
    ("template", "apply"): set(),
    ("validate", "validate"): {"--encoding", "--annotate", "--findings"},  # it is a workbook
    ("fix", "validate"): {"--encoding"},
    ("rebind", "plan"): {*OWN_SHEET, "--map", "--format"},  # it is rewritten as certbulk's own
    ("rebind", "rebind"): set(),
}  # fmt: skip
"""Options that both commands have, and that the next one is to be without."""

SERVICE = ("--chain-id", NORTH, "--base-url", "{url}")
PACE = ("--per-second", "77", "--per-minute", "4321")
READ = ("--vocabulary", "мои слова.toml", "--time-zone", "Europe/Tallinn")
FILE = (*READ, "--map", "map.toml")
MATCH = ("--match", "title")
MADE = ("--allow-duplicate-titles", "--price-jump", "70")
SOLD = ("--issued", "successor", "--successor-title", "{{title}} (neu)")
CARE = ("--no-settle", "--settle-pause", "5", "--no-verify", "--most-failures", "7", "--wait")
SENT = (*CARE, "--all-or-nothing", "--batch-size", "3", "--staleness", "9", "--canary", "2")


ONE_BY_ONE = ("--batch-size", "1")  # so that rows are left when one has failed
BEGUN = (*ONE_BY_ONE, "--staleness", "9", "--canary", "2")


class Case(NamedTuple):
    """A command that prints another one, and what is to be so before it."""

    line: tuple[str, ...]
    then: str
    code: int = 0
    before: tuple[tuple[str, ...], ...] = ()
    knows: tuple[str, ...] = ()  # of the command before, by the plan
    without: frozenset[str] = frozenset()  # as the plan has them


BEFORE = ("apply", "good.csv", *SERVICE, *ONE_BY_ONE)
PLANNED = ("plan", "types.csv", *FILE, *MATCH, *MADE, *SOLD, *SERVICE, "-o", "p.json")
CASES = {
    "a refused file": Case(
        ("apply", "types.csv", *FILE, "--match", "title", *MADE, *SOLD, *SERVICE, *PACE, *SENT),
        "apply",
        1,
    ),
    "pasted rows": Case(("apply", "rows.txt", "--format", "booster", "--sandbox"), "apply", 1),
    "a refused plan": Case(
        ("apply", "p.json", *SERVICE, *PACE, *SENT), "apply", 1, (PLANNED,),
        (*FILE, *MATCH, *MADE, *SOLD)
    ),
    "a run that stopped": Case(
        ("apply", "good.csv", *SERVICE, *PACE, *SENT), "resume", 3
    ),
    "a resume that stopped": Case(
        ("resume", "{run}", *SERVICE, *PACE, *CARE), "resume", 3, (BEFORE,)
    ),
    "a resume with bad rows": Case(
        ("resume", "{run}", *SERVICE, *PACE, *CARE),
        "apply",
        1,
        (("apply", "mixed.csv", *FILE, *MATCH, *MADE, *SOLD, *SERVICE, *BEGUN),),
        (*FILE, *MATCH, *MADE, *SOLD, *BEGUN),
    ),
    "a run of before": Case(
        ("apply", "good.csv", *SERVICE, *PACE, *SENT), "resume", 0,
        (BEFORE,),
    ),
    "a stopped run": Case(("stop", "{run}"), "resume", 0, (BEFORE,)),
    "an undo": Case(
        ("undo", "{run}", "--workbook", "back.xlsx", *SERVICE, *PACE, *CARE), "apply", 0,
        (("apply", "one.csv", *SERVICE),),
    ),
    "a saved plan": Case((*PLANNED, *PACE), "apply", 1),
    "rows of a change": Case(
        ("change", "--where", "all", "--set", "balance=5", "--time-zone", "Europe/Tallinn", *MADE,
         *SOLD, *SERVICE, *PACE, *SENT, "-o", "rows.xlsx"), "apply",
    ),
    "a plan of a change": Case(
        ("change", "--where", "all", "--set", "balance=5", "--time-zone", "Europe/Tallinn", *MADE,
         *SERVICE, *PACE, *SENT, "--plan-file", "p.json"), "apply",
        without=frozenset({*PLAN, "--time-zone"}),
    ),
    "an export": Case(
        ("export", "live.xlsx", "--time-zone", "Europe/Tallinn", *SERVICE), "apply"
    ),
    "a template": Case(("template", "new.xlsx", "--live", *SERVICE), "apply"),
    "a copy with notes": Case(
        ("validate", "types.csv", *FILE, "--set", "category_id=1", *SERVICE, "--live", "--annotate",
         "copy.xlsx"), "validate", 1,
    ),
    "repairs": Case(
        ("fix", "types.csv", *FILE, "--set", "category_id=1", *SERVICE, "--live", "-o", "c.xlsx"),
        "validate", 1,
    ),
    "repairs of pasted rows": Case(
        ("fix", "rows.txt", "--format", "booster", "-o", "c.xlsx"), "validate", 1
    ),
    "repairs of a sheet": Case(
        ("fix", SAMPLE, "--sheet", "certificate_types", "-o", "c.xlsx"), "validate", 1
    ),
    "a copy of pasted rows": Case(
        ("validate", "rows.txt", "--format", "booster", "--annotate", "c.xlsx"), "validate", 1
    ),
    "a copy of a sheet": Case(
        ("validate", SAMPLE, "--sheet", "certificate_types", "--annotate", "c.xlsx"), "validate", 1
    ),
    "a file for another chain": Case(
        ("rebind", "one.csv", *READ, "--from-chain", "706028", "--to-chain", NORTH,
         "--base-url", "{url}", "-o", "moved.xlsx"), "plan",
    ),
}  # fmt: skip
FAILING = {
    "a run that stopped": (None, "html_forbidden"),
    "a resume that stopped": ("html_forbidden",),
}
FAILS_FIRST = {
    "a resume that stopped", "a resume with bad rows", "a run of before", "a stopped run"
}  # fmt: skip


@pytest.fixture(autouse=True)
def _files() -> None:
    Path("мои слова.toml").write_text('[flags]\nyes = ["ага"]\n', encoding="utf-8")
    Path("map.toml").write_text('[rename]\ntitle = "Name"\n', encoding="utf-8")
    good = [new(title=f"N{number} 10", salon_ids="731001") for number in range(4)]
    faulty = new(title="Faulty", salon_ids="731001", balance="x")

    def mapped(row: dict[str, Any]) -> dict[str, Any]:
        return {"Name" if name == "title" else name: cell for name, cell in row.items()}

    csv("good.csv", *good)
    csv("one.csv", good[0])
    csv("types.csv", mapped(good[0]), mapped(faulty))
    csv("mixed.csv", *map(mapped, (*good, faulty)))
    row = ["Card", "много", "10", "услуги", "срок-6м"]
    Path("rows.txt").write_text("\n".join("\t".join(one) for one in (row, ["", *row[1:]])), "utf-8")


def given(words: list[str]) -> dict[str, list[str]]:
    """Return the options among words, each with its values."""
    found: dict[str, list[str]] = {}
    for word, follows in pairwise([*words, ""]):
        if word.startswith("--"):
            found.setdefault(word, []).extend([] if word in FLAGS else [follows])
    return found


def options_of(command: str) -> set[str]:
    """Return the long options of a command, in every spelling."""
    params = COMMANDS[command].params
    return {one for param in params for one in (*param.opts, *param.secondary_opts)
            if one.startswith("--")}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_next_command_keeps_what_it_means(certbulk: Run, service: cb.Sandbox, name: str) -> None:
    """Each option of the command that the next one has, with its value; and it can be run."""
    case = CASES[name]
    run = ""

    def words(line: tuple[str, ...]) -> list[str]:
        return [word.format(url=service.url, run=run) for word in line]

    for line in case.before:
        if name in FAILS_FIRST:
            service.faults = Faults(script=(None, "html_forbidden"), methods=("POST",))
        sends = ["--yes"] if line[0] == "apply" else []
        certbulk(*words(line), *sends)
        service.faults = Faults()
        run = next(iter(cb.runs()["run"]), "") if sends else ""
    if name in FAILING:
        service.faults = Faults(script=FAILING[name], methods=("POST",))
    sends = ["--yes"] if "--yes" in options_of(case.line[0]) else []
    done = certbulk(*words(case.line), *sends)
    service.faults = Faults()
    assert done.exit_code == case.code, done.output
    found = way_on(done)
    assert found[0] == case.then
    asked, kept = given(words(case.line)), given(found)
    left_out = OF_ONE_COMMAND | OTHERWISE[case.line[0], case.then] | case.without
    wanted = {
        option: values for option, values in {**given(words(case.knows)), **asked}.items()
        if option in options_of(case.then) - (left_out - {*case.knows})
    }  # fmt: skip
    assert {option: kept.get(option) for option in wanted} == wanted
    assert kept.keys() <= options_of(case.then)
    COMMANDS[case.then].make_context(case.then, list(found[1:]))
    again = certbulk(*found, *(["--yes"] if "--yes" in options_of(case.then) else []))
    assert again.exit_code in (0, 1), again.output


@pytest.mark.parametrize(("first", "then"), OTHERWISE)
def test_every_option_that_two_commands_share_is_tried(first: str, then: str) -> None:
    """A new option is in a case above, or is in the table of those that are left out."""
    shared = {
        param.opts[0] for param in COMMANDS[first].params
        if param.opts[0].startswith("--") and {*param.opts} & options_of(then)
    } - OF_ONE_COMMAND - OTHERWISE[first, then]  # fmt: skip
    cases = [case for case in CASES.values() if (case.line[0], case.then) == (first, then)]
    tried = {option.replace("--no-", "--") for case in cases for option in given([*case.line])}
    own = {"--sandbox"} if "--base-url" in tried else set()  # the sandbox needs no address
    assert (shared - tried - own) == (set() if cases else shared - own)


def texts_with_commands() -> Iterator[tuple[str, str]]:
    """Yield each text of the package that names a command to type, with its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
                 for part in ast.walk(node) if part is not node}  # fmt: skip
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if id(node) in inner | said:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value
            elif isinstance(node, ast.JoinedStr):
                parts = (one.value if isinstance(one, ast.Constant) else "x" for one in node.values)
                yield path.name, "".join(map(str, parts))


def test_results_with_a_mapping_by_letter(certbulk: Run, service: cb.Sandbox) -> None:
    """No column is moved, so that the letter is that of the same column again."""
    row = {"Unnamed": "9", **new(title="By letter", online_sale_is_enabled="yes")}
    csv("letters.csv", row, {**row, "title": "Faulty", "balance": "x"})
    Path("letters.csv").write_text(Path("letters.csv").read_text().replace("Unnamed", "", 1))
    Path("letters.toml").write_text('[rename]\nonline_sale_price = {column = "A"}\n')
    done = certbulk("apply", "letters.csv", "--map", "letters.toml", "--yes")
    assert (done.exit_code, way_on(done)[2:4]) == (1, ["--map", "letters.toml"])
    again = certbulk(*way_on(done), "--yes", "--json")
    assert ('"unchanged": 1' in again.stdout, '"updated": 0' in again.stdout) == (True, True)
    made = next(one for one in service.types() if one["title"] == "By letter")
    assert (made["balance"], made["online_sale_price"]) == (10, 9)


A_COMMAND = re.compile(r": certbulk ([^\n]*?)(?=[.;]? [A-Z]|[.,;]?$| lists)", re.MULTILINE)
STAND_INS = {"ID": "289071", "FILE": "types.csv", "RUN": "20270131-101500-a1b2c3"}


def test_texts_name_commands_that_can_be_typed() -> None:
    """After a colon stands a whole command: the command line takes it as it stands."""
    found = []
    for _, text in texts_with_commands():
        for line in A_COMMAND.findall(text.strip()):
            words = [STAND_INS.get(word, word) for word in shlex.split(line)]
            if words[0] in ("finishes", "needs"):  # what certbulk does
                continue
            if words[0] == "settle":
                words[2] = "17"  # the row
            get_command(app).make_context("certbulk", list(words))
            at = 2 if words[0] in ("--profile", "--journal") else 0
            COMMANDS[words[at]].make_context(words[at], words[at + 1 :])
            found.append(words[at])
    assert {"resume", "runs", "init", "login", "approve", "settle", "stop", "undo"} <= {*found}


def test_advice_after_an_error_goes_to_the_same_chain(
    certbulk: Run, service: cb.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was given about the service is in it, as in any next command."""
    there = ("--base-url", service.url, "--chain-id", NORTH)
    certbulk("plan", "one.csv", *there, "-o", "p.json")
    certbulk("apply", "p.json", *there, "--yes")
    again = certbulk("apply", "p.json", *there, *PACE, "--yes")
    assert again.exit_code == 2
    assert way_on(again)[0] == "show"
    monkeypatch.delenv("CERTBULK_USER_TOKEN")
    lacking = certbulk("list", *there)
    assert f"certbulk login --base-url {service.url}." in lacking.stderr
    assert "certbulk init." in lacking.stderr


def test_a_shared_journal_is_named_without_its_password(certbulk: Run) -> None:
    """Before the command and after it; one that the environment sets is not repeated."""
    url = "postgresql+psycopg://anna:geheim@db.example/certbulk"
    named = "certbulk --journal postgresql+psycopg://anna@db.example/certbulk apply"
    lines = ("--journal", url, "template", "a.xlsx"), ("template", "b.xlsx", "--journal", url)
    for line in lines:
        shown = certbulk(*line)
        assert named in shown.stdout
        assert "geheim" not in shown.output
    assert way_on(certbulk("template", "c.xlsx"))[0] == "apply"


def test_a_profile_after_the_command(certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named before the next one, also in advice after an error."""
    monkeypatch.setenv("CERTBULK_SETTINGS_DIR", str(Path("settings").absolute()))
    profile = Path("settings", "profiles", "spa.toml")
    profile.parent.mkdir(parents=True)
    profile.write_text(f"chain_id = {NORTH}\n", encoding="utf-8")
    made = certbulk("template", "a.xlsx", "--profile", "spa")
    assert "then: certbulk --profile spa apply a.xlsx" in made.stdout
    lost = certbulk("show", "20270131-101500-a1b2c3", "--profile", "spa")
    assert "List them: certbulk --profile spa runs" in lost.stderr


@pytest.mark.parametrize("kept_in", ["file", pytest.param("url", marks=pytest.mark.campaign)])
def test_after_a_resume_it_is_as_the_run_began(
    certbulk: Run,
    service: cb.Sandbox,
    kept_in: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The journal knows the files, in whatever folder they are, and what is sent by which rules."""
    if kept_in == "url":
        monkeypatch.setenv("CERTBULK_JOURNAL_URL", request.getfixturevalue("url"))
    Path("lists").mkdir()
    words, columns = (Path(name).rename(f"lists/{name}") for name in ("мои слова.toml", "map.toml"))
    rows = [new(title=f"N{number} 10", salon_ids="720443", is_multi="ага") for number in range(4)]
    csv("mapped.csv", *({"Name": row.pop("title"), **row} for row in rows))
    files = ("--vocabulary", str(words), "--map", str(columns))
    rules = (*MATCH, "--all-or-nothing", *ONE_BY_ONE)
    service.faults = Faults(script=(None, "html_forbidden"), methods=("POST",))
    assert certbulk("apply", "mapped.csv", *files, *rules, "--yes").exit_code == 3
    run = str(cb.runs()["run"].iloc[0])
    service.faults = Faults(
        script=("server_error",), methods=("POST",), server_error_statuses=(422,)
    )
    done = certbulk("resume", run, "--yes")
    service.faults = Faults()
    assert done.exit_code == 1, done.output
    found = way_on(done)
    assert (found[0], Path(found[1]).name) == ("apply", "mapped.results-2.xlsx")
    wanted = given([*files, *rules])
    assert {name: given(found).get(name) for name in wanted} == wanted
    assert certbulk(*found, "--yes").exit_code == 0
    titles = [one["title"] for one in service.types()]
    assert [titles.count(f"N{number} 10") for number in range(4)] == [1, 1, 1, 1]
    here = Path.cwd()
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    found = way_on(certbulk("resume", run, "--yes"))
    assert given(found)["--map"] == [str(here / columns)]
    (here / columns).unlink()
    gone = certbulk("resume", run, "--yes")
    assert "Then, with the same --map as before" in gone.stdout
    assert not given(way_on(gone)).keys() & {"--map"}
