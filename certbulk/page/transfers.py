"""Files that come from the page and go to it, in parts: a message has a largest size."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import weakref
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.applying import attach
from certbulk.core.cleaning import clean
from certbulk.core.file_formats import format_of, suffixes
from certbulk.errors import ReadError
from certbulk.making import template
from certbulk.making.templates import sample
from certbulk.page.looking.history import History
from certbulk.page.looking.since import Since
from certbulk.page.looking.to_approve import ToApprove
from certbulk.page.mending.edits import texts_of
from certbulk.page.mending.mend_view import MendTable
from certbulk.page.steps import Step
from certbulk.page.tables.outcome_rows import all_outcome_rows
from certbulk.page.tables.plan_rows import all_plan_rows
from certbulk.page.texts.text import Text
from certbulk.planning.saving.files import save_plan
from certbulk.repairing.annotate import annotate
from certbulk.repairing.new_cells import write_with_cells
from certbulk.repairing.target_workbook import extension_of_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certbulk.page.mending.edits import Mend
    from certbulk.page.state import State
    from certbulk.planning import Plan
    from certbulk.validating import Report

__all__ = ["LARGEST", "RESULTS_OF", "Inbox", "Outbox", "file_to_approve", "short_name"]

LARGEST = 20 << 20
"""Bytes of an uploaded file. A full plan of a chain is far below one megabyte."""

RESULTS_OF = "results of "
"""How the kind of a file begins that has the results of a run in the history."""

_PART = 256 << 10
_LONGEST_NAME, _LONGEST_ENDING = 200, 10  # bytes: with what is put behind it, a name fits
_SHOWN, _HEAD = 60, 40


class Inbox:
    """Takes one file at a time, in parts, into a folder that ends with the page.

    The file that was kept last stays until another one is kept: what was read from it can still
    be asked for if the next one cannot be read.

    Attributes:
        path: The file that was kept last.
        arrived: The file that is coming, or has come and is not kept yet.
        size: How much of it is there.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="certbulk-"))
        self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self.path = self.arrived = self._folder / "nothing" / "nothing"
        self.size = 0

    def take(self, message: Mapping[str, Any], buffers: Sequence[bytes]) -> bool:
        """Take a part and return whether the file is whole.

        Raises:
            ReadError: It is too large, one of several, of no kind that is read, or out of order.
        """
        if int(message.get("files", 1)) != 1:
            raise ReadError(Text("trouble.one_at_a_time"))
        size, at = int(message["size"]), int(message["at"])
        if size > LARGEST:
            megabytes = round(size / (1 << 20))
            raise ReadError(Text("trouble.too_large", megabytes=megabytes, most=LARGEST >> 20))
        if at == 0:
            self._begin(str(message["name"]))
        part = b"".join(buffers)
        if at != self.size or at + len(part) > size or (not part and size):
            raise ReadError(Text("trouble.file_cut"))
        with self.arrived.open("ab") as file:
            file.write(part)
        self.size += len(part)
        return self.size == size

    def keep(self) -> None:
        """Let the file that has come take the place of the one that was kept before."""
        if self.path != self.arrived:
            _forget(self.path)
            self.path = self.arrived

    def adopt(self, path: Path) -> None:
        """Take a copy of a file that was kept.

        Raises:
            ReadError: It is gone.
        """
        self._begin(path.name)
        try:
            shutil.copyfile(path, self.arrived)
        except OSError:
            raise ReadError(Text("trouble.workbook_gone")) from None
        self.size = self.arrived.stat().st_size

    def _begin(self, name: str) -> None:
        safe = _safe(name)
        if format_of(safe) is None:
            formats = ", ".join(suffixes())
            raise ReadError(Text("trouble.not_a_format", file=short_name(safe), formats=formats))
        if self.arrived != self.path:
            _forget(self.arrived)
        # In a folder of its own: the next one may have the name of the one before.
        self.arrived = Path(tempfile.mkdtemp(dir=self._folder)) / safe
        self.arrived.touch(mode=0o600)
        self.size = 0

    def put_away(self) -> None:
        """Remove the file that has come and was not kept."""
        if self.arrived != self.path:
            _forget(self.arrived)
            self.arrived, self.size = self.path, 0

    def plain(self, message: str) -> str:
        """Return a message with a file's name if it has the path of its folder as well."""
        for path in (self.path, self.arrived):
            folder = f"{path.parent}{os.sep}"
            if folder in message:
                message = message.replace(folder, "")
        return message

    def close(self) -> None:
        """Remove the files."""
        self._remove()


def _forget(path: Path) -> None:
    shutil.rmtree(path.parent, ignore_errors=True)


class Outbox:
    """Hands out files in parts; each is made when its first part is asked for.

    The rows that are printed are a file as well: no view holds them all.
    """

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, bytes]] = {}
        self._ready: dict[str, tuple[str, bytes]] = {}

    def offer(self, kind: str, name: str, data: bytes) -> None:
        """Have a file ready that was made already, until the next one of its kind."""
        self._ready[kind] = (name, data)

    def part(self, state: State, message: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return the answer to a request for a part of a file, and the part.

        Raises:
            CertbulkError: There is no such file now, or it cannot be written.
        """
        kind, at = str(message["file"]), int(message["at"])
        if at == 0 or kind not in self._made:
            self._made[kind] = self._ready.get(kind) or _made(kind, state)
        name, data = self._made[kind]
        answer = {"kind": "part", "file": kind, "at": at, "size": len(data), "name": name}
        return answer, data[at : at + _PART]


def _made(kind: str, state: State) -> tuple[str, bytes]:
    """Return the name and the bytes of a file to download."""
    writers: dict[str, tuple[str, Callable[[Path], object]]] = {
        "template": ("certificate_types.xlsx", template),
        "sample": ("sample.xlsx", sample),
    }
    if state.report is not None and kind == "annotated":
        source = Path(_safe(state.report.sheet.source))
        ending = extension_of_copy(state.report.sheet)
        writers["annotated"] = (
            f"{source.stem}.to_repair{ending}",
            partial(annotate, state.report),
        )
    if state.report is not None and state.original is not None and kind == "mended":
        return _mended(state.original, state.report, state.mended)
    if state.plan is not None:
        name = _safe(Path(state.plan.report.sheet.source).stem)
        writers["plan"] = (f"{name}.plan.xlsx", state.to_send.to_excel)
        writers["to_approve"] = (
            file_to_approve(state.plan),
            partial(save_plan, state.to_send),
        )
    if kind.startswith(RESULTS_OF) and isinstance(state.aside, History):
        number = kind.removeprefix(RESULTS_OF)
        if number in {run["run"] for run in state.aside.runs}:
            writers[kind] = (f"{number}.results.xlsx", attach(number).to_excel)
    if isinstance(state.aside, Since):
        writers["since"] = (f"since.{state.aside.run}.xlsx", state.aside.drift.to_excel)
    if state.run is not None:
        name = _safe(Path(state.run.plan.report.sheet.source).stem)
        writers["results"] = (f"{name}.results.xlsx", state.run.to_excel)
    if kind == "rows":
        return "rows.json", json.dumps(_all_rows(state)).encode()
    if kind not in writers:
        raise ReadError(Text("trouble.download_gone"))
    name, write = writers[kind]
    with tempfile.TemporaryDirectory(prefix="certbulk-") as folder:
        path = Path(folder, name)
        write(path)
        return name, path.read_bytes()


def _mended(original: Report, report: Report, mended: tuple[Mend, ...]) -> tuple[str, bytes]:
    """Return the person's workbook with the mended cells, or a new one if it cannot have them."""
    stem = f"{_safe(Path(original.sheet.source).stem)}.mended"
    with tempfile.TemporaryDirectory(prefix="certbulk-") as folder:
        texts = texts_of(mended)
        path = write_with_cells(original.sheet, report.sheet, texts, Path(folder), stem)
        return path.name, path.read_bytes()


def _all_rows(state: State) -> list[dict[str, Any]]:
    """Return all rows of the table that is shown, on whichever of its pages they are."""
    if isinstance(state.aside, History | Since | ToApprove):
        return state.aside.printed
    if state.report is not None and state.step is Step.MEND:
        return MendTable(state.report, state.mended, state.shown, state.find).printed
    if state.plan is not None:
        return all_plan_rows(state, state.plan)
    return all_outcome_rows(state.run) if state.run is not None else []


def _safe(name: str) -> str:
    """Return a file's name without what could lead elsewhere, or mean something to a system."""
    last = name.replace("\\", "/").rpartition("/")[2]
    last = clean(last, max(1, len(last)))  # whole: the ending is what tells the kind of file
    kept = "".join(" " if letter in '<>:"|?*' else letter for letter in last).strip(" .")
    ending = Path(kept).suffix[:_LONGEST_ENDING]
    stem = kept.removesuffix(ending).encode()[:_LONGEST_NAME].decode(errors="ignore")
    return stem.rstrip() + ending or "workbook"


def file_to_approve(plan: Plan) -> str:
    """Return the name of the file of a plan for the person who approves it."""
    return f"{_safe(Path(plan.report.sheet.source).stem)}.plan.json"


def short_name(name: str) -> str:
    """Return a file's name for the page: of a long one, the beginning and the end.

    Example:
        >>> short_name("a" * 200 + " of May.xlsx")
        'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…aaaaaaa of May.xlsx'
    """
    name = clean(name)
    return name if len(name) <= _SHOWN else f"{name[:_HEAD]}…{name[_HEAD + 1 - _SHOWN :]}"
