"""A run in a process of its own: it goes on when the page is closed, and when this process ends.

The process is the command line. It is given a plan's file or a run's number; settings and tokens
reach it as they reached this one, through the environment and `.env`, never as arguments.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certbulk.planning.files import save_plan
from certbulk.settings import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    import certbulk as cb
    from certbulk.upload.places import Place

__all__ = ["Job", "start_plan", "start_resume"]

_KEPT = 7 * 24 * 3600.0
_COULD_NOT_START = 2


@dataclass(frozen=True, slots=True)
class Job:
    """A process that carries out a plan.

    Attributes:
        process: The process.
        said: The file that holds what it said.
        plan_id: The plan that it began with; empty where it goes on with a run.
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
        text = self.said.read_text(encoding="utf-8", errors="replace")
        lines = [line for line in text.splitlines() if line.startswith("certbulk: ")]
        if self.process.returncode == _COULD_NOT_START and lines:
            return lines[-1].removeprefix("certbulk: ")
        return (
            f"The process that sends was ended from outside (code {self.process.returncode}). What "
            "it has sent is written down, and nothing is sent twice when the run goes on."
        )


def start_plan(plan: cb.Plan, place: Place) -> Job:
    """Write the plan down, for this user only, and start a process that carries it out.

    Raises:
        OutputError: The plan cannot be written.
    """
    folder = _folder(plan.id)
    path = save_plan(plan, folder / "plan.json", overwrite=True)
    path.chmod(0o600)
    where = [] if place.real else ["--sandbox"]
    return _start(["apply", str(path), *where], folder, plan.id)


def start_resume(run: str) -> Job:
    """Start a process that goes on with a run."""
    return _start(["resume", run], _folder(run))


def _folder(name: str) -> Path:
    """Return a folder for what a process is given and says; those of last week are removed."""
    uploads = state_folder() / "uploads"
    folder = uploads / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in uploads.iterdir():
        if old != folder and time.time() - old.stat().st_mtime > _KEPT:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _start(arguments: list[str], folder: Path, plan_id: str = "") -> Job:
    said = folder / "said.txt"
    results = ["--results", str(folder / "results.xlsx"), "--overwrite"]
    with os.fdopen(os.open(said, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        process = subprocess.Popen(  # noqa: S603 (this very program)
            [sys.executable, "-m", "certbulk", *arguments, "--yes", "--json", *results],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            # Of another group, so that what interrupts or ends this process leaves it alone.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    return Job(process, said, plan_id)
