"""Drift: how the live types differ from what was meant, and what could not be compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from certbulk.arguments import Arguments
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.comparing import Compared
from certbulk.core.counting import counted
from certbulk.core.references.directory import NO_NAMES
from certbulk.core.results.row_document import changes_document, row_document
from certbulk.displayable import Displayable
from certbulk.planning.in_words import shown
from certbulk.workbook import TableSheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from certbulk.core.references.directory import Directory
    from certbulk.reading.labels import Labels

__all__ = ["KINDS", "Drift", "Drifted", "NotCompared"]

KINDS = ("gone", "archived", "changed", "new")
"""How a type can differ from what was meant; a row or a live type is at most one of these."""

NOT_COMPARED = "not compared"
"""The kind, in the frame, of a row that could not be compared."""

_NAMES = ["kind", "row", "id", "title", "field", "meant", "live", "remark"]
_ROW = _NAMES.index("row")


@dataclass(frozen=True, slots=True, eq=False)
class Drifted(Compared):
    """One type that is not as it was meant to be.

    Attributes:
        kind: `gone`, `archived`, `changed`, or `new`: live, but no row refers to it.
        row: The row that refers to it; None for a new one.
        id: Its id; None for a row that never had one and whose title is not live.
        title: The live title, or the row's if the type is not live.
        changes: `{field: (meant, live)}` as typed values, if it is changed.
        remark: A remark on a new type: a row with an unknown outcome may have created it, or the
            run deleted it.
    """

    kind: str
    row: int | None
    id: int | None
    title: str
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A row that could not be compared with the live types.

    Attributes:
        row: The number of the row in the file.
        id: Its id; None if there is none that can be read.
        title: Its title, as far as it can be read.
        code: The reason, as the code of a finding or of an outcome.
        why: The reason in words.
    """

    row: int
    id: int | None
    title: str
    code: str
    why: str


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Drift(Displayable):
    """All differences: first in the order of the rows, then the new types.

    Attributes:
        found: The differences.
        of: What was compared with the live types: a run, by its id, or a file.
        compared: The number of rows that were compared.
        chain_id: The chain.
        directory: The names of the chain's locations, services and categories, if known.
        not_compared: The rows that could not be compared, and why.
        left_out: The number of rows that are marked to be skipped, or were skipped.
        service: The service in words: practice, or its host.
        kind: The kind of run: apply or undo; blank for a sheet.
        labels: The labels of the rows of a frame; None for a file.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     sheet = cb.read("sample_data/certificate_types.xlsx")
        ...     drift = cb.drift(sheet, client)  # before it is applied: nearly all is missing
        >>> drift.counts
        {'gone': 33, 'archived': 0, 'changed': 4, 'new': 0}
        >>> drift.frame.query("field == 'balance'")[["title", "meant", "live"]].values.tolist()
        [['Gift Certificate 300', '300', '280']]
        >>> drift.as_dict()["compared"], drift.left_out, drift.not_compared, drift.ok
        (40, 2, (), False)
        >>> drift.row_name(2)  # of a frame, the label of its first row
        '2'
    """

    found: tuple[Drifted, ...]
    of: str
    compared: int
    chain_id: int
    directory: Directory = NO_NAMES
    not_compared: tuple[NotCompared, ...] = ()
    left_out: int = 0
    service: str = ""
    kind: str = ""
    labels: Labels | None = None

    def __len__(self) -> int:
        return len(self.found)

    @property
    def ok(self) -> bool:
        """Whether nothing differs, and every row that is not skipped could be compared."""
        return not self.found and not self.not_compared

    @property
    def counts(self) -> dict[str, int]:
        """The number of types of each kind."""
        counted = Counter(one.kind for one in self.found)
        return {kind: counted[kind] for kind in KINDS}

    @property
    def where(self) -> str:
        """What was compared, in words: the run and its kind, or the file; and the chain."""
        what = f"{self.of}, {self.kind}," if self.kind else self.of
        at = f" at {self.service}" if self.service else ""
        return f"{what} on chain {self.chain_id}{at}"

    @property
    def in_words(self) -> str:
        """The number of differences by kind, and of rows that could not be compared."""
        differ = ", ".join(f"{number} {kind}" for kind, number in self.counts.items() if number)
        rows = len(self.not_compared)
        missing = f"; {counted(rows, 'row')} could not be compared" if rows else ""
        return f"{differ or 'none'}{missing}"

    @property
    def frame(self) -> pd.DataFrame:
        """A line for each field that differs, and for each type that is gone, archived or new.

        Columns: kind, row, id, title, field, meant, live, remark; values as people write them.
        Then come the rows that could not be compared: kind `not compared`, the reason as remark.
        Of a frame, the index has the labels of the rows, missing for new types.
        """
        import pandas as pd  # noqa: PLC0415

        lines = list(self._lines())
        kinds = {"row": "Int64", "id": "Int64"}
        frame = pd.DataFrame(lines, columns=_NAMES, dtype=object).astype(kinds)
        if self.labels is None:
            return frame
        index = self.labels.where_known(line[_ROW] for line in lines)
        return frame.set_axis(index, axis="index")

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the lines of `frame` as a workbook, with the summary; columns by their labels.

        Raises:
            OutputError: The file exists and `overwrite` is false, or it cannot be written.

        Example:
            >>> import certbulk as cb, tempfile
            >>> with cb.Sandbox() as client:
            ...     drift = cb.drift(cb.read("sample_data/certificate_types.xlsx"), client)
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     drift.to_excel(f"{folder}/drift.xlsx").name
            'drift.xlsx'
        """
        takes = Arguments("Drift.to_excel")
        takes.path("path", path)
        takes.flags(overwrite=overwrite)
        field = _NAMES.index("field")
        rows = [list(line) for line in self._lines()]
        for row in rows:
            row[field] = BY_NAME[row[field]].label if row[field] else ""
            row[_ROW] = self.row_name(row[_ROW]) if self.labels else row[_ROW]
        counts = {**self.counts, NOT_COMPARED: len(self.not_compared)}
        compared = [("compared", self.where), ("rows", self.compared), *counts.items()]
        summary = TableSheet("summary", ["what", "value"], [[what, n] for what, n in compared])
        drifted = TableSheet("drift", _NAMES, rows)
        return write_workbook(path, [drifted, summary], overwrite=overwrite)

    def _lines(self) -> Iterator[tuple[Any, ...]]:
        """Yield the lines of `frame`, in the order of _NAMES."""
        for one in self.found:
            for name, meant, live in _lines(one, self.directory):
                yield one.kind, one.row, one.id, one.title, name, meant, live, one.remark
        for row in self.not_compared:
            yield NOT_COMPARED, row.row, row.id, row.title, "", "", "", row.why

    def row_name(self, row: int | None) -> str:
        """Return what messages call a row: its label in a frame, else its number; '' for None."""
        return "" if row is None else self.labels.text(row) if self.labels else str(row)

    def as_dict(self) -> dict[str, Any]:
        """Return the drift as JSON-ready values.

        Under `outcomes` is each type that differs and each row that could not be compared, in the
        form that plans and runs have; `rows` is their number. `certbulk drift` prints it with
        `--json`; see the reference page JSON output.
        """
        return {
            "of": self.of,
            "kind": self.kind,
            "service": self.service,
            "chain_id": self.chain_id,
            "ok": self.ok,
            "compared": self.compared,
            "left_out": self.left_out,
            **self.counts,
            "rows": len(self.found) + len(self.not_compared),
            "not_compared": [asdict(one) for one in self.not_compared],
            "found": [
                {**asdict(one), "changes": changes_document(one.changes)} for one in self.found
            ],
            "outcomes": [
                *(
                    row_document(
                        row=one.row,
                        title=one.title,
                        action="compare",
                        id=one.id,
                        status=one.kind,
                        message=one.remark,
                        changes=one.changes,
                        label=self.labels.document(one.row) if self.labels else None,
                    )
                    for one in self.found
                ),
                *(
                    row_document(
                        row=one.row,
                        title=one.title,
                        action="compare",
                        id=one.id,
                        status=NOT_COMPARED.replace(" ", "_"),
                        code=one.code,
                        message=one.why,
                        label=self.labels.document(one.row) if self.labels else None,
                    )
                    for one in self.not_compared
                ),
            ],
        }

    def __repr__(self) -> str:
        return f"Drift of {self.where}: {self.in_words}"


def _lines(one: Drifted, directory: Directory) -> Iterator[tuple[str, str, str]]:
    if not one.changes:
        yield "", "", ""
    for name, (meant, live) in one.changes.items():
        yield name, shown(name, meant, directory), shown(name, live, directory)
