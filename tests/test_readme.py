"""The README's lines, run as they are written."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECONDS = 180


def line_with(words: str) -> str:
    """Return the README's only command line with these words in it."""
    found = [line.strip() for line in README.splitlines() if line.startswith("    python -m venv")]
    (line,) = (line for line in found if words in line)
    return line


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what belongs to the project, without anything that was built or installed."""
    names = ["pyproject.toml", "README.md", "LICENSE", "certbulk", "sample_data"]
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """An environment in which pip installs the checkout alone; the rest it finds here already."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(tmp_path),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "false",  # pip's own way of saying: without isolation
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "CERTBULK_STATE_DIR": str(tmp_path / "state"),
    }


@pytest.mark.campaign
@pytest.mark.skipif(sys.platform == "win32", reason="the README's line is for a POSIX shell")
def test_the_first_line_sets_up_and_runs_the_main_job(
    checkout: Path, offline: dict[str, str]
) -> None:
    """In a fresh environment the line plans, sends and writes results; again, nothing is sent."""
    line = line_with("certbulk apply")

    first = subprocess.run(
        ["bash", "-c", line],
        cwd=checkout, env=offline, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip

    assert first.returncode == 0, first.stderr
    assert re.search(r"^\+\d+ ~\d+ =\d+ !0 ", first.stdout, re.MULTILINE)
    assert "Results: sample_data/certificate_types.results.xlsx" in first.stdout
    assert "Verifying: 100%" in first.stderr
    assert "\r" not in first.stderr

    for file in ("certificate_types.xlsx", "certificate_types.results.xlsx"):
        again = subprocess.run(
            [".venv/bin/certbulk", "apply", f"sample_data/{file}", "--sandbox", "--yes", "--json"],
            cwd=checkout, env=offline, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert again.returncode == 0, again.stderr
        counts = json.loads(again.stdout)
        assert counts["run"] is None
        assert counts["unchanged"] + counts["skipped"] == counts["rows"] > 0


def test_it_is_short() -> None:
    """It is read to its end: everything else is a page of the documentation."""
    assert len(README.splitlines()) <= 110


def test_five_commands() -> None:
    """The table names the commands that people need first, and each is there."""
    from certbulk.cli import app

    there = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    table = re.findall(r"^\| `certbulk ([a-z]+)[^`]*` \| [a-z]", README, re.MULTILINE)
    assert len(table) == 5
    assert set(table) <= there


def test_its_links_lead_somewhere() -> None:
    """Every file and section that it links to exists."""
    for link in re.findall(r"\]\(([^)]+)\)", README):
        file, _, section = link.partition("#")
        assert (ROOT / file).is_file(), link
        if section:
            text = (ROOT / file).read_text(encoding="utf-8")
            headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            names = {re.sub(r"[^\w -]", "", name).lower().replace(" ", "-") for name in headings}
            assert section in names, link
