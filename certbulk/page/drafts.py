"""What is prepared on the page and not sent yet, on disk: a page that is loaded again finds it.

It lies in the state folder, for this user only, until it is sent or a week has passed. The
workbook, the plan and the ticks are there; tokens stay in the settings.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from certbulk.errors import OutputError, PlanError
from certbulk.page.mending.edits import mends_of
from certbulk.page.mending.meanings import Meanings
from certbulk.page.mending.taken_titles import TitleChoice
from certbulk.page.texts.text import Text
from certbulk.planning.saving.files import load_plan, save_plan
from certbulk.settings import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.page.mending.edits import Mend
    from certbulk.page.state import State
    from certbulk.planning import Plan

__all__ = ["Found", "Keeper", "Prepared"]

_KEPT_SECONDS = 7 * 24 * 3600.0
_MOST = 20
"""How many unfinished pages are kept; the oldest are removed first."""

_NAME = re.compile(r"[0-9a-f]{32}")
"""A browser remembers it: anything else leads to no folder."""

_NOTES, _PLAN = "prepared.json", "plan/plan.json"
"""The plan is not beside the workbook: it may be one for the workbook with mended cells."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a page was at.

    Attributes:
        file: The workbook's name; empty if there is none.
        sheet: The sheet that was read; None if none was chosen.
        pasted: Whether it was read as rows for the browser extension.
        run: The run that is to be undone; empty for none.
        plan: The plan's id; empty if none was made.
        match_titles: How it was made.
        left_out: The rows that were taken out of it.
        shown, find, field, size, sort, page: What its table was narrowed to, and sorted by.
        encoding, zone: The encoding and the time zone that were chosen; empty for none.
        meanings: What was chosen for its columns, and what was not asked again.
        mended: What was done to its cells.
        titles: What was decided for rows whose title is live.
        at: The step that was gone to.
    """

    file: str = ""
    sheet: str | None = None
    pasted: bool = False
    run: str = ""
    plan: str = ""
    match_titles: bool = False
    left_out: tuple[int, ...] = ()
    shown: str = ""
    find: str = ""
    field: str = ""
    size: str = ""
    sort: str = ""
    page: int = 0
    encoding: str = ""
    meanings: Meanings | None = None
    confirmed: bool = False
    recalled: bool = False
    mended: tuple[Mend, ...] = ()
    titles: tuple[TitleChoice, ...] = ()
    at: str = ""
    zone: str = ""

    @classmethod
    def of(cls, state: State, file: str) -> Self:
        """Return what there is to keep of a page that has read a file."""
        return cls(
            file if state.report is not None or state.sheets else "",
            state.report.sheet.name if state.report is not None else None,
            state.pasted,
            state.run.id if state.run is not None else "",
            state.plan.id if state.plan is not None else "",
            state.match_titles,
            tuple(sorted(state.left_out)),
            state.shown,
            state.find,
            state.field,
            state.size,
            state.sort,
            state.page,
            state.encoding,
            state.meanings,
            state.confirmed,
            state.recalled,
            state.mended,
            state.titles,
            state.at,
            state.zone,
        )

    @classmethod
    def kept(cls, notes: dict[str, Any]) -> Self:
        """Return what was written down, from values as JSON has them."""
        meanings = notes["meanings"]
        return cls(
            **{
                **notes,
                "left_out": tuple(notes["left_out"]),
                "meanings": None if meanings is None else Meanings.of(meanings),
                "mended": mends_of(notes["mended"]),
                "titles": tuple(TitleChoice(*choice) for choice in notes["titles"]),
            }
        )

    def before_reading(self, state: State) -> State:
        """Return a state with what the workbook is read by, and what was done to its cells."""
        return replace(
            state,
            encoding=self.encoding,
            zone=self.zone,
            meanings=self.meanings,
            confirmed=self.confirmed,
            recalled=self.recalled,
            mended=self.mended,
            titles=self.titles,
        )

    def on(self, state: State) -> State:
        """Return a state that has the plan again, with what a person did to it."""
        return replace(
            state.ticked(self.left_out, send=False),
            match_titles=self.match_titles,
            shown=self.shown,
            find=self.find,
            field=self.field,
            size=self.size,
            sort=self.sort,
            page=self.page,
        )

    @property
    def worth_keeping(self) -> bool:
        """Whether there is anything that was not sent: a run is in the journal."""
        return bool(self.file or self.plan)


class Keeper:
    """Keeps what one page is at.

    Args:
        name: The name that its browser remembers, if the same page is loaded again; by default
            a new one.
    """

    def __init__(self, name: str = "") -> None:
        self._folder = _folder_of(name or secrets.token_hex(16))
        self._last = Prepared()
        self._workbook: Path | None = None
        self._plan: Plan | None = None

    @property
    def name(self) -> str:
        """What a browser is to remember; empty while there is nothing to find again."""
        return self._folder.name if self._last.worth_keeping else ""

    def keep(self, prepared: Prepared, workbook: Path, plan: Plan | None) -> None:
        """Write down what has changed since the last time; remove what was sent, or put away.

        Raises:
            OutputError: It cannot be written.
        """
        if (prepared, workbook) == (self._last, self._workbook) and plan is self._plan:
            return
        if not prepared.worth_keeping or workbook != self._workbook:
            self._forget()
        if not prepared.worth_keeping:
            return
        try:
            self._begin()
            if prepared.file and workbook != self._workbook:
                shutil.copyfile(workbook, self._folder / prepared.file)
                (self._folder / prepared.file).chmod(0o600)
            if plan is not None and plan is not self._plan:  # one made again has the same id
                (self._folder / _PLAN).parent.mkdir(mode=0o700, exist_ok=True)
                save_plan(plan, self._folder / _PLAN, overwrite=True).chmod(0o600)
            _write(self._folder / _NOTES, json.dumps(asdict(prepared)))
        except OSError as error:
            why = error.strerror or str(error)
            raise OutputError(Text("trouble.cannot_keep", why=why)) from None
        self._last, self._workbook, self._plan = prepared, workbook, plan

    def _forget(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._last, self._workbook, self._plan = Prepared(), None, None

    def _begin(self) -> None:
        """Make the folder, for this user only, and remove what nobody came back for."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(self._folder)
        others = {path for path in self._folder.parent.iterdir() if path != self._folder}
        oldest = time.time() - _KEPT_SECONDS
        for number, folder in enumerate(sorted(others, key=_changed, reverse=True), start=1):
            if number >= _MOST or _changed(folder) < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _folder_of(name: str) -> Path:
    return state_folder() / "prepared" / (name if _NAME.fullmatch(name) else "nothing")


def _changed(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:  # another page has just removed it
        return 0.0


def _write(path: Path, text: str) -> None:
    whole = path.with_name(f".{path.name}")
    whole.touch(mode=0o600)
    whole.write_text(text, encoding="utf-8")
    whole.replace(path)


@dataclass(frozen=True, slots=True)
class Found:
    """What a page that was left had prepared.

    Attributes:
        name: Under which name it was kept.
        prepared: What it was at.
        workbook: Its workbook; None if it had none.
        plan_file: Its plan, if it had made one.
    """

    name: str
    prepared: Prepared
    workbook: Path | None
    plan_file: Path

    @classmethod
    def under(cls, name: str) -> Self | None:
        """Return what was kept under a name; None if there is nothing of that name."""
        folder = _folder_of(name)
        try:
            notes = json.loads((folder / _NOTES).read_text(encoding="utf-8"))
            prepared = Prepared.kept(notes)
        except (OSError, ValueError, TypeError, KeyError):
            return None  # removed by now, or written by another version
        file = folder / prepared.file if prepared.file else None
        return cls(name, prepared, file, folder / _PLAN)

    def plan_for(self, service: str, chain_id: int) -> Plan:
        """Return the plan, if it is one for this chain.

        Raises:
            PlanError: It cannot be used any more; the message says why.
        """
        plan = load_plan(self.plan_file)
        if plan.id != self.prepared.plan:
            raise PlanError(Text("trouble.other_plan"))
        if (plan.base_url, plan.chain_id) != (service, chain_id):
            chain, service = str(plan.chain_id), plan.base_url
            raise PlanError(Text("trouble.other_chain", chain=chain, service=service))
        return plan
