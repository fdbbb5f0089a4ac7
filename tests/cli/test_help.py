import re

import pytest

from certbulk.cli import app

from .conftest import Run

COMMANDS = sorted(
    (command.name or command.callback.__name__).rstrip("_")
    for command in app.registered_commands
    if command.callback
)


def test_the_commands_are_there() -> None:
    """All that was promised."""
    assert {
        "validate", "plan", "apply", "export", "template", "rules", "columns", "sandbox",
    } <= set(COMMANDS)  # fmt: skip


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help(certbulk: Run, word: str) -> None:
    """It lists every command with a line of help."""
    result = certbulk(word)
    assert result.exit_code == 0
    for name in COMMANDS:
        assert re.search(rf"^ +{name} {{2,}}\w.*", result.stdout, re.MULTILINE), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example(certbulk: Run, name: str) -> None:
    """What it does, an example to copy, and a line for each option."""
    result = certbulk(name, "--help")
    assert result.exit_code == 0
    assert re.search(rf"^ *Example: certbulk {name}\b", result.stdout, re.MULTILINE)
    options = re.findall(r"^  (-.+)$", result.stdout, re.MULTILINE)
    assert options
    bare = [line for line in options if not re.search(r" {2,}\S", line)]
    assert not bare or all(
        re.search(rf"{re.escape(line)}\n {{10,}}\S", result.stdout) for line in bare
    )


def test_version(certbulk: Run) -> None:
    """--version says it and ends."""
    import certbulk as cb

    assert certbulk("--version").stdout.strip() == f"certbulk {cb.__version__}"
