"""A run in a process of its own: it goes on when the page is closed, and when this process ends.

The process is the command line. It is given a plan's file or a run's number; settings and tokens
reach it through its environment, never as arguments. It starts in a folder of its own and imports
nothing from there, so that no code which lies beside somebody's workbook is run with the tokens.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certbulk.page.texts.text import Exact, Text
from certbulk.planning.saving.files import save_plan
from certbulk.settings import Settings, state_folder
from certbulk.settings.profiles import PROFILE
from certbulk.settings.sources import environment_for_child

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.page.destinations import Destination
    from certbulk.planning import Plan

__all__ = ["Job", "just_started", "not_sent", "said_of", "start_plan", "start_resume"]

_KEPT = 7 * 24 * 3600.0
_COULD_NOT_START = 2
_STARTS_WITHIN = 30.0
"""Seconds after which a process has begun its run, or has ended: it takes two or three."""

_SAID, _BEGINS = "said.txt", "certbulk: "
_PLAN_ID = re.compile(r"[0-9a-f]{1,64}")
"""A browser remembers it: anything else leads to no file."""


@dataclass(frozen=True, slots=True)
class Job:
    """A process that carries out a plan.

    Attributes:
        process: The process.
        said: The file that holds what it said.
        plan_id: The plan that it began with; empty if it resumes a run.
    """

    process: subprocess.Popen[bytes]
    said: Path
    plan_id: str = ""

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    @property
    def trouble(self) -> str:
        """Why it could not start, in its own words; empty when it could, or is still at it."""
        if self.process.poll() in (None, 0, 1, 3):
            return ""
        line = _last_line(self.said)
        if self.process.returncode == _COULD_NOT_START and line:
            return Exact(line, "error.other")
        return Text("trouble.process_ended", code=str(self.process.returncode))


def start_plan(plan: Plan, destination: Destination) -> Job:
    """Write the plan down, for this user only, and start a process that carries it out.

    In a file that is this process's own: a window that has the same plan with other ticks, and
    sends it in the same moment, does not change what this one sends.

    Raises:
        OutputError: The plan cannot be written.
    """
    folder = _folder(plan.id)
    path = save_plan(plan, folder / f"{secrets.token_hex(8)}.json")
    path.chmod(0o600)
    where = [] if destination.real else ["--sandbox"]
    return _start(["apply", str(path), *where], folder, destination, plan.id)


def just_started(plan_id: str) -> bool:
    """Return whether a process was started for a plan so lately that its run may not have begun."""
    if not _PLAN_ID.fullmatch(plan_id):
        return False
    try:
        began = (state_folder() / "uploads" / plan_id / _SAID).stat().st_mtime
    except OSError:
        return False
    return time.time() - began < _STARTS_WITHIN and not said_of(plan_id)


def said_of(plan_id: str) -> str:
    """Return why the process that was started for a plan could not begin; empty if it could."""
    line = _last_line(state_folder() / "uploads" / plan_id / _SAID)
    return Exact(line, "error.other") if line else ""


def not_sent(why: str) -> Text:
    """Return that nothing was sent, and why: what the process said, or that no run began."""
    return Text("trouble.not_sent", why=why or Text("trouble.no_run"))


def start_resume(run: str, destination: Destination) -> Job:
    """Start a process that resumes a run."""
    return _start(["resume", run], _folder(run), destination)


def _last_line(said: Path) -> str:
    try:
        text = said.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    lines = [line for line in text.splitlines() if line.startswith(_BEGINS)]
    return lines[-1].removeprefix(_BEGINS) if lines else ""


def _folder(name: str) -> Path:
    """Return a folder for what a process is given and says; those of last week are removed."""
    uploads = state_folder().absolute() / "uploads"
    folder = uploads / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in uploads.iterdir():
        if old != folder and time.time() - old.stat().st_mtime > _KEPT:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _start(arguments: list[str], folder: Path, destination: Destination, plan_id: str = "") -> Job:
    profile = {PROFILE: destination.profile} if destination.profile else {}
    held = Settings.load(profile=destination.profile).held_here() if destination.real else {}
    said = folder / _SAID
    results = ["--results", str(folder / "results.xlsx"), "--overwrite"]
    with os.fdopen(os.open(said, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        process = subprocess.Popen(  # noqa: S603 (this very program)
            [sys.executable, "-P", "-m", "certbulk", *arguments, "--yes", "--json", *results],
            cwd=folder,
            env={**environment_for_child(), **profile, **held},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            # Of another group, so that what interrupts or ends this process leaves it alone.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    return Job(process, said, plan_id)
