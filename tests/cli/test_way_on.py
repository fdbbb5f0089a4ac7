"""The commands that are printed to continue with: pasted, they do what they promise."""

import shlex
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.cli.show import spelled
from certbulk.sandbox import Faults
from tests.planning.sheets import new

from .conftest import Run, csv, way_on

NORTH = "706555"
WORDS = '[flags]\nyes = ["ага"]\n'
MINE = new(is_multi="ага", salon_ids="720443")


@pytest.fixture(autouse=True)
def _words() -> None:
    Path("мои слова.toml").write_text(WORDS, encoding="utf-8")


def test_an_annotated_copy(certbulk: Run) -> None:
    """It is read with what was given about the file, and of a text file it is a new workbook."""
    file = csv("мой файл.csv", {n: v for n, v in MINE.items() if n != "salon_ids"})
    stated = ("--vocabulary", "мои слова.toml", "--set", "salon_ids=720443")
    shown = certbulk("validate", file, *stated, "--annotate", "моя копия.xlsx")
    assert "моя копия.xlsx is a new workbook with the table of мой файл.csv.\n" in shown.stdout
    assert way_on(shown)[:2] == ["validate", "моя копия.xlsx"]
    assert certbulk(*way_on(shown)).exit_code == 0


def test_an_encoding_is_that_of_the_file(certbulk: Run) -> None:
    """It is named for the text file, and not for the workbook that is made of it."""
    Path("types.csv").write_bytes("id;title\n11;Gdańsk\n".encode("cp1250"))
    guessed = certbulk("validate", "types.csv")
    assert "Gdañsk" in guessed.stdout
    assert "--encoding" in guessed.stdout
    fixed = certbulk("fix", "types.csv", "--encoding", "cp1250", "-o", "fixed.xlsx")
    assert way_on(fixed) == ["validate", "fixed.xlsx"]
    assert cb.read("fixed.xlsx").frame["title"].tolist() == ["Gdańsk"]
    shown = certbulk("columns", "--map", "types.csv", "--encoding", "cp99")
    assert (shown.exit_code, 'no encoding "cp99"' in shown.stderr) == (2, True)


def test_a_copy_of_a_workbook_of_another_format(certbulk: Run) -> None:
    """The message says what it lacks; of an .xlsx file it lacks nothing."""
    corpus = Path(cb.__file__).parents[1] / "tests" / "corpus" / "files"
    shown = certbulk("validate", corpus / "boolean_formulas.ods", "--annotate", "copy.xlsx")
    assert "table of boolean_formulas.ods. Formatting and other sheets are kept" in shown.stdout
    fixed = certbulk("fix", corpus / "boolean_formulas.ods", "-o", "fixed.xlsx")
    assert "table of boolean_formulas.ods. Formatting and other sheets are kept" in fixed.stdout
    own = certbulk("validate", "copy.xlsx", "--annotate", "again.xlsx")
    assert "new workbook" not in own.stdout


@pytest.mark.usefixtures("service")
def test_a_file_for_another_chain(certbulk: Run) -> None:
    """The words of the file stay its words, and its dates are taken in the zone that was given."""
    row = {**MINE, "expiration_type_id": "1", "expiration_date": "2031-12-31",
           "expiration_timeout": "", "expiration_timeout_unit_id": ""}  # fmt: skip
    file = csv("my types.csv", row)
    chains = ("--from-chain", "706028", "--to-chain", NORTH)
    stated = ("--vocabulary", "мои слова.toml", "--time-zone", "Europe/Berlin")
    shown = certbulk("rebind", file, *chains, *stated, "-o", "на север.xlsx", "--table", "t t.csv")
    first = next(line for line in shown.stdout.splitlines() if line.startswith("Wrote "))
    plan = shlex.split(first.partition("then: certbulk ")[2])
    planned = certbulk(*plan, "--json")
    assert planned.exit_code == 0, planned.output
    assert certbulk(*plan).stdout.count("taken in Europe/Berlin") == 1
    again = certbulk(*way_on(shown))
    assert (again.exit_code, way_on(again)) == (0, plan)


@pytest.mark.usefixtures("service")
def test_an_export_and_a_template(certbulk: Run) -> None:
    """They are applied to the chain that they are of, in the zone that the dates are written in."""
    stated = ("--chain-id", NORTH, "--time-zone", "Europe/Tallinn")
    exported = certbulk("export", "what is live.xlsx", *stated)
    applied = certbulk(*way_on(exported), "--yes", "--json")
    assert (applied.exit_code, '"unchanged": 2' in applied.stdout) == (0, True)
    made = certbulk("template", "мой шаблон.xlsx", "--live", "--chain-id", NORTH)
    assert way_on(made) == ["apply", "мой шаблон.xlsx", "--chain-id", NORTH]


def test_a_saved_plan_of_the_practice_chain(certbulk: Run) -> None:
    """It is carried out there, at its pace; the run is resumed and undone there too."""
    file = csv("types.csv", new(salon_ids="731001"))
    practice = ("--sandbox", "--chain-id", NORTH, "--per-second", "50.5")
    planned = certbulk("plan", file, *practice, "-o", "my plan.json")
    assert way_on(planned) == ["apply", "my plan.json", *practice]
    assert certbulk(*way_on(planned), "--yes").exit_code == 0
    (run,) = (line.split()[0] for line in certbulk("runs").stdout.splitlines())
    assert certbulk("resume", run, "--yes").exit_code == 0
    undone = certbulk("undo", run, "--workbook", "назад.xlsx")
    assert way_on(undone) == ["apply", "назад.xlsx", "--sandbox", "--chain-id", NORTH]
    assert certbulk(*way_on(undone)).exit_code == 0


def test_a_run_is_gone_on_with_on_its_chain(certbulk: Run, service: cb.Sandbox) -> None:
    """Whatever chain the settings name; the address that was given is given again."""
    rows = [new(title=f"N{number} 10", salon_ids="731001") for number in range(3)]
    service.faults = Faults(script=(None, "html_forbidden"), methods=("POST",))
    there = ("--base-url", service.url)
    stopped = certbulk("apply", csv("types.csv", *rows), "--chain-id", NORTH, *there, "--yes")
    service.faults = Faults()
    assert stopped.exit_code == 3, stopped.output
    assert way_on(stopped)[2:] == [*there]
    resumed = certbulk(*way_on(stopped), "--yes", "--json")
    assert '"not_sent": 0' in resumed.stdout


def test_a_name_that_looks_like_an_option() -> None:
    """It is printed as a path."""
    assert spelled("apply", Path("-x.xlsx")) == "certbulk apply ./-x.xlsx"


def test_what_is_unknown_is_settled_by_the_next_command(service: cb.Sandbox, certbulk: Run) -> None:
    """After --no-settle, too: otherwise the command that is printed would print itself."""
    service.faults = Faults(script=("lost_answer",), methods=("POST",))
    csv("types.csv", new())
    done = certbulk("apply", "types.csv", "--yes", "--no-settle")
    assert done.exit_code == 1
    assert "To settle what is unknown: certbulk resume" in done.stdout
    assert "--no-settle" not in way_on(done)
    shown = certbulk("show", way_on(done)[1])
    assert shown.stdout.count("[unknown_outcome]") == 1
    assert certbulk(*way_on(done), "--yes").exit_code == 0
