"""What `fix` returns: the repairs, and the sheet after them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from certbulk.arguments import Arguments
from certbulk.displayable import Displayable
from certbulk.repairing.new_cells import put_texts

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet
    from certbulk.validating.report import Report

__all__ = ["Change", "Fixed", "NotMade"]


@dataclass(frozen=True, slots=True)
class Change:
    """One repair.

    Attributes:
        row: The row's number in the source.
        cell: The A1 address.
        field: The canonical name of the column; for a repaired header, the new one.
        old: The text before; None for blank.
        new: The text after; None for blank.
        code: The code of the repaired finding.
    """

    row: int
    cell: str
    field: str
    old: str | None
    new: str | None
    code: str


@dataclass(frozen=True, slots=True)
class NotMade:
    """A requested repair that could not be made: the finding, and why not."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Fixed(Displayable):
    """A repaired sheet.

    Attributes:
        before: The report on the sheet before the repairs.
        report: The report on the repaired sheet.
        changes: The repairs, in the order of the rows.
        left: Findings with a less certain repair, whose codes were not accepted.
        not_made: Requested repairs that could not be made.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/with_errors.xlsx"))
        >>> fixed = cb.fix(report, ["not_a_choice"])
        >>> fixed
        Repairs of with_errors.xlsx: 2 made, 8 left
        >>> for change in fixed.changes:
        ...     print(change.cell, change.old, "→", change.new)
        O5 6 months → 6
        P7 mnth → month
        >>> fixed.to_excel("repaired.xlsx").name  # the same workbook, those two cells changed
        'repaired.xlsx'
        >>> len(fixed.frame) == len(fixed.as_dict()["changes"]) == len(fixed)
        True
    """

    before: Report
    report: Report
    changes: tuple[Change, ...]
    left: tuple[Finding, ...]
    not_made: tuple[NotMade, ...]
    _anchored: dict[tuple[int, int], str | None]

    def __len__(self) -> int:
        return len(self.changes)

    def __repr__(self) -> str:
        return f"Repairs of {self.before.sheet.source}: {len(self)} made, {len(self.left)} left"

    @property
    def sheet(self) -> Sheet:
        """The repaired sheet."""
        return self.report.sheet

    @property
    def frame(self) -> pd.DataFrame:
        """The changes: row, cell, field, old, new, code.

        Of a frame, the index has the labels of the rows; the addresses are those of `to_excel`.
        """
        import pandas as pd  # noqa: PLC0415

        rows = [asdict(change) for change in self.changes]
        columns = list(Change.__dataclass_fields__)
        frame = pd.DataFrame(rows, columns=columns, dtype=object)
        if (labels := self.before.sheet.labels) is None:
            return frame
        index = labels.where_known(change.row for change in self.changes)
        return frame.set_axis(index, axis="index")

    def as_dict(self) -> dict[str, Any]:
        """Return the changes, what is left and what was not made, as JSON-ready values."""
        return {
            "changes": [asdict(change) for change in self.changes],
            "left": [finding.as_dict() for finding in self.left],
            "not_made": [{**n.finding.as_dict(), "why": n.why} for n in self.not_made],
        }

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write a repaired copy of the workbook that was read, and return its path.

        A copy of an .xlsx or .xlsm file differs only in the repaired cells, which keep their
        formats. Other sources become a new workbook with the same addresses.

        Raises:
            ReadError: The file is gone, or was changed since it was read.
            OutputError: The file exists and `overwrite` is false, it is the one that was read, or
                it cannot be written.
        """
        takes = Arguments("Fixed.to_excel")
        takes.path("path", path)
        takes.flags(overwrite=overwrite)

        return put_texts(self.before.sheet, self.sheet, self._anchored, path, overwrite=overwrite)
