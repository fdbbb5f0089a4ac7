import re
from dataclasses import fields

import pytest

from certbulk.applying.sending.options import Options
from certbulk.cli.plan_options import Sending
from certbulk.sandbox.misbehaviour.faults import KINDS

from .conftest import COMMANDS, Run, examples


def test_the_commands_are_there() -> None:
    """All that was promised."""
    assert {
        "validate", "plan", "apply", "export", "template", "rules", "columns", "sandbox",
    } <= set(COMMANDS)  # fmt: skip


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help(certbulk: Run, word: str) -> None:
    """It lists every command with a line of help, which is whole on a terminal of 80 columns."""
    result = certbulk(word)
    assert result.exit_code == 0
    for name in COMMANDS:
        assert re.search(rf"^ +{name} {{2,}}\w.*\.$", result.stdout, re.MULTILINE), name
    assert "..." not in result.stdout.partition("Commands:")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example(certbulk: Run, name: str) -> None:
    """What it does, examples to copy, and a line for each option."""
    result = certbulk(name, "--help")
    assert result.exit_code == 0
    assert examples(name)
    for line in examples(name):
        assert line.startswith(f"certbulk {name}")
        assert f"\n      {line}\n" in result.stdout, "it is cut into pieces"
    options = re.findall(r"^  (-.+)$", result.stdout, re.MULTILINE)
    assert options
    bare = [line for line in options if not re.search(r" {2,}\S", line)]
    assert not bare or all(
        re.search(rf"{re.escape(line)}\n {{10,}}\S", result.stdout) for line in bare
    )


def test_what_options_are_by_themselves_is_said_as_it_is(certbulk: Run) -> None:
    """The defaults of a run are those of the library, and the help says each of them."""
    said = " ".join(certbulk("apply", "--help").stdout.split())
    for field in fields(Sending):
        if field.name == "wait":
            continue
        value = getattr(Options(settle_pause=30.0), field.name)
        assert field.default in {value, None}
        flag = f"--{field.name.replace('_', '-')}"
        if not isinstance(value, bool) and value is not None:
            assert re.search(rf"{flag} [^-]*\[default: {value:g}\b", said), flag


def test_every_fault_is_named(certbulk: Run) -> None:
    """Whoever wants something to go wrong can read what there is."""
    said = certbulk("sandbox", "--help").stdout
    assert [name for name in (*KINDS, "latency") if not re.search(rf"\b{name}\b", said)] == []


def test_version(certbulk: Run) -> None:
    """--version says it and ends."""
    import certbulk as cb

    assert certbulk("--version").stdout.strip() == f"certbulk {cb.__version__}"
