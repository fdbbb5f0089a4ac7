"""Messages are shown at a terminal, in a notebook and on a page: they are true in all of them."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.project.sources import MODULES, PACKAGE, nodes_of

REFERENCE = (PACKAGE / "docs" / "reference" / "commands.md").read_text("utf-8")
COMMANDS = "|".join(re.findall(r"^## certbulk ([a-z]+)", REFERENCE, re.MULTILINE))
OF_A_TERMINAL = re.compile(rf"(^|[\s(])--[a-z]|\bcertbulk ({COMMANDS})\b")
ELSEWHERE = {
    "cli",  # the terminal's own
    "docs",
    "page/process.py",  # what a process is started with
    "page/host/server.py",  # said to whoever gave the command
    "displays/style.py",  # variables of style sheets
    "sandbox/store/storage.py",  # the name of a format
    "settings/tokens.py",  # its own name in the keyring
    "displays/fixed.py",  # repairs are not part of the page
    "making/how_to_page.py",  # names both
}
"""Where options and commands may be spoken of."""


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts of a module but docstrings, and those that are for a terminal only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.keyword) and node.arg == "terminal":
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        yield from texts(node)


def test_what_only_a_terminal_takes_is_kept_apart() -> None:
    """Options and commands are in `terminal=...`; a message says what next without them."""
    assert "apply" in COMMANDS.split("|")
    found = [
        f"{name}:{text.lineno}: {text.value!r}"
        for path in MODULES.values()
        if not {(name := path.relative_to(PACKAGE).as_posix()), name.partition("/")[0]} & ELSEWHERE
        for text in texts(nodes_of(path)[0])
        if OF_A_TERMINAL.search(str(text.value))
    ]
    assert found == []


@pytest.mark.parametrize("said", ["Wait: --wait.", "Use certbulk apply FILE.", "(--accept X)"])
def test_what_is_looked_for(said: str) -> None:
    """The search finds what it is there to find."""
    assert OF_A_TERMINAL.search(said)
