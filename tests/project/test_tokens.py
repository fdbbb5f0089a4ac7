"""Two planted tokens go through everything that prints, logs, writes or raises; none comes out."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from tests.conftest import ROOT, UNLIMITED
from tests.planning.sheets import NEW

CANARIES = ("canary-partner-5e1f", "canary-user-a81c")
TALKATIVE = (
    "import logging; logging.basicConfig(level=0); logging.getLogger('urllib3').setLevel(10); "
    "from certbulk.cli import main; main()"
)
SECONDS = 60
FORBIDDEN = "html_forbidden"


@pytest.fixture
def secretive() -> Iterator[cb.Sandbox]:
    """A sandbox that knows the planted tokens, and loses an answer now and then."""
    sandbox = cb.Sandbox(
        limits=UNLIMITED,
        partner_token=CANARIES[0],
        user_token=CANARIES[1],
        faults=Faults(script=(*[None] * 2, "server_error", "lost_answer", *[None] * 2, FORBIDDEN)),
    )
    with sandbox:
        yield sandbox


@pytest.fixture
def environment(secretive: cb.Sandbox, tmp_path: Path) -> dict[str, str]:
    """An environment in which the planted tokens are those of the user."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("CERTBULK_")},
        "CERTBULK_BASE_URL": secretive.url,
        "CERTBULK_CHAIN_ID": str(secretive.chain_id),
        "CERTBULK_PARTNER_TOKEN": CANARIES[0],
        "CERTBULK_USER_TOKEN": CANARIES[1],
        "CERTBULK_PER_SECOND": "200",
        "CERTBULK_PER_MINUTE": "10000",
        "CERTBULK_STATE_DIR": str(tmp_path / "state"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "PYTHONPATH": str(ROOT),
    }


def found_in(folder: Path) -> list[str]:
    """Return the files under a folder in which a token stands, also within workbooks."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            contents = [path.read_bytes()]
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    contents += [archive.read(name) for name in archive.namelist()]
            if any(token.encode() in content for content in contents for token in CANARIES):
                found.append(path.name)
    return found


def test_what_looks_for_them_finds_them(tmp_path: Path) -> None:
    """A token in a text or within a workbook would be found."""
    (tmp_path / "log.txt").write_text(f"Bearer {CANARIES[0]}")
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", CANARIES[1] * 50)
    assert sorted(found_in(tmp_path)) == ["book.xlsx", "log.txt"]


@pytest.mark.campaign
def test_commands(tmp_path: Path, environment: Mapping[str, str]) -> None:
    """Commands at the most talkative log level: nothing printed, logged or written has a token."""
    rows = [{**NEW, "title": f"T{n} 10"} for n in range(4)]
    lines = [",".join(NEW), *(",".join(row.values()) for row in rows)]
    (tmp_path / "types.csv").write_text("\n".join(lines))
    said = []

    def run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", TALKATIVE, *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=tmp_path,
            env=dict(environment),
        )
        assert "Traceback" not in done.stderr
        said.append(done.stdout + done.stderr)

    run("plan", "types.csv", "-o", "PLAN.json", "--excel", "plan.xlsx")
    run("apply", "PLAN.json", "--yes", "--json", "--settle-pause", "0", "--results", "out.xlsx")
    run("resume", cb.runs(tmp_path / "state")["run"].iloc[0], "--yes")
    run("undo", cb.runs(tmp_path / "state")["run"].iloc[0], "--workbook", "undo.xlsx")
    run("export", "live.xlsx")
    assert "DEBUG:urllib3" in said[1]
    assert not [text for text in said if any(token in text for token in CANARIES)]
    names = {path.name for path in tmp_path.rglob("*")}
    assert {"PLAN.json", "plan.xlsx", "out.xlsx", "live.xlsx", "journal.sqlite"} <= names
    assert found_in(tmp_path) == []


def test_a_notebook(tmp_path: Path, environment: Mapping[str, str]) -> None:
    """What cells show, and the traceback of one that fails, have no token."""
    import nbformat  # takes seconds, and every worker collects this
    from nbclient import NotebookClient

    cells = [
        "import certbulk as cb; client = cb.Client.from_env(); client",
        "vars(client)",
        "import pandas as pd",
        f"plan = cb.plan(cb.validate(cb.read(pd.DataFrame([{NEW!r}]))), client); plan",
        "run = cb.apply(plan, client, settle_pause=0); run",
        "client.get(1)",
        "%tb",
        "client.create({'title': 'x'})",
    ]
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]  # type: ignore[no-untyped-call]
    )
    NotebookClient(
        notebook, timeout=SECONDS, allow_errors=True, resources={"metadata": {"path": tmp_path}}
    ).execute(env=dict(environment))
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    assert "NotFoundError" in text
    assert not [token for token in CANARIES if token in text]
