"""Cells that were mended on the page: a list of what was done, laid over what was read.

Undoing is dropping the last entry. A cell is known by its row and column in the file, and by its
text before: what was decided for another text is not done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl.utils.cell import coordinate_to_tuple

from certbulk.core.columns.fields import ACTION
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Repair
from certbulk.core.kinds import Text as TextKind
from certbulk.core.kinds.kind import tidy
from certbulk.errors import ReadError
from certbulk.page.mending.cells import Spot, text_at, with_column
from certbulk.page.texts.text import Text
from certbulk.repairing.fix import fix
from certbulk.repairing.new_cells import can_be_typed, problem_of, with_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.reading import Sheet
    from certbulk.validating import Report

__all__ = [
    "WHOLE_ROWS",
    "Edit",
    "Mend",
    "accepted",
    "alike",
    "certain",
    "edited",
    "group_of",
    "is_certain",
    "mends_of",
    "new_text",
    "one_reading",
    "spot_of",
    "still_fitting",
    "texts_of",
]


class Edit(NamedTuple):
    """A cell by its row and column in the file, with its text before and after; None for blank."""

    row: int
    column: int
    old: str | None
    new: str | None


class Mend(NamedTuple):
    """What one click did.

    Attributes:
        kind: `cell`, `alike`, `certain`, `reading` or `suggestions`; `skip`, `send` and `above` are
            about whole rows.
        edits: The cells that it changed.
    """

    kind: str
    edits: tuple[Edit, ...]

    @property
    def rows(self) -> set[int]:
        """The rows that it is about as a whole; none if it is about cells."""
        if self.kind not in WHOLE_ROWS:
            return set()
        return {row for row, _, _, new in self.edits if new != ACTION.label}


WHOLE_ROWS = frozenset({"skip", "send", "above"})


def mends_of(kept: Iterable[Any]) -> tuple[Mend, ...]:
    """Return what was done, from lists as JSON has them."""
    return tuple(Mend(str(kind), tuple(Edit(*edit) for edit in edits)) for kind, edits in kept)


def texts_of(mends: Iterable[Mend]) -> dict[Spot, str | None]:
    """Return the last text of each cell that was changed and is not as it was."""
    first: dict[Spot, str | None] = {}
    last: dict[Spot, str | None] = {}
    for mend in mends:
        for row, column, old, new in mend.edits:
            first.setdefault((row, column), old)
            last[row, column] = new
    return {spot: text for spot, text in last.items() if text != first[spot]}


def edited(sheet: Sheet, mends: Sequence[Mend]) -> Sheet:
    """Return a sheet as it would be read with the mended cells; itself if there are none."""
    texts = texts_of(mends)
    return with_cells(_with_room(sheet, mends), texts) if texts else sheet


def _with_room(sheet: Sheet, mends: Iterable[Mend]) -> Sheet:
    """Return a sheet with the column of actions that rows were given one in."""
    given = (mend.edits[0].column for mend in mends if mend.kind in WHOLE_ROWS - {"above"})
    number = next(given, None)
    return sheet if number is None else with_column(sheet, number)


def new_text(sheet: Sheet, spot: Spot, old: str | None, typed: str) -> Edit | None:
    """Return the edit of a cell for which something was typed; None if it is the same text.

    Raises:
        ReadError: The cell has another text than the person saw, or cannot have the new one.
    """
    if spot[0] <= sheet.header_row:
        raise ReadError(Text("mend.trouble.gone"))
    if text_at(sheet, spot) != old:
        raise ReadError(Text("mend.trouble.changed", row=str(spot[0])))
    field = next((c.field for c in sheet.columns if c.number == spot[1] and not c.made), None)
    kind = sheet.vocabulary.kinds[field] if field else None
    new = (typed if isinstance(kind, TextKind) else tidy(typed)) or None
    if new is not None and not can_be_typed(new):
        raise ReadError(Text("mend.trouble.refused", text=new[:60]))
    return None if new == old else Edit(*spot, old, new)


def group_of(finding: Finding) -> str:
    """Return the group of a finding: its problem and its column."""
    return f"{finding.code}:{finding.field or ''}"


def spot_of(finding: Finding, sheet: Sheet) -> Spot | None:
    """Return the cell of a row that a finding is about; None if it is about none."""
    if finding.cell is None or finding.row is None or finding.row <= sheet.header_row:
        return None
    if not finding.cell.isalnum() or not finding.cell[0].isalpha():
        return None
    try:
        return coordinate_to_tuple(finding.cell)
    except ValueError:  # so far to the right that it has no letters
        return None


def alike(report: Report, finding_code: str, edit: Edit) -> tuple[Edit, ...]:
    """Return an edit for each cell of the column with the same text and the same problem."""
    return _edits(
        report,
        (
            (finding, edit.new)
            for finding in report.all_findings
            if finding.code == finding_code and finding.value == edit.old
        ),
        column=edit.column,
    )


def is_certain(finding: Finding) -> bool:
    """Whether the suggestion of a finding needs no person: the value in another form."""
    return CODES[finding.code].repair is Repair.CERTAIN and finding.suggestion is not None


def certain(report: Report) -> tuple[Edit, ...]:
    """Return the repairs that are certain, those that come up by others included."""
    fixed = fix(report)
    first: dict[Spot, str | None] = {}
    last: dict[Spot, str | None] = {}
    for change in fixed.changes:
        spot = coordinate_to_tuple(change.cell)
        if spot[0] > report.sheet.header_row:
            first.setdefault(spot, text_at(report.sheet, spot))
            last[spot] = text_at(fixed.sheet, spot)
    return tuple(Edit(*spot, first[spot], new) for spot, new in last.items())


def accepted(report: Report, findings: Iterable[Finding]) -> tuple[Edit, ...]:
    """Return the edits that these findings suggest."""
    listed = ((f, f.suggestion or None) for f in findings if f.suggestion is not None)
    return _edits(report, listed)


def one_reading(report: Report, findings: Iterable[Finding], way: str) -> tuple[Edit, ...]:
    """Return the edits that give these values the reading that is meant, such as day-first."""
    told: dict[tuple[str | None, str | None], str | None] = {}

    def reading(finding: Finding) -> str | None:
        key = finding.field, finding.value
        if key not in told:
            problem = problem_of(finding, report)
            texts = problem.readings if problem else ()
            told[key] = next((text for name, text in texts if name == way), None)
        return told[key]

    listed = ((finding, reading(finding)) for finding in findings)
    return _edits(report, ((finding, text) for finding, text in listed if text is not None))


def _edits(
    report: Report,
    wanted: Iterable[tuple[Finding, str | None]],
    *,
    column: int | None = None,
) -> tuple[Edit, ...]:
    """Return the edits of the cells that the findings are about, the first for each cell."""
    edits: dict[Spot, Edit] = {}
    for finding, new in wanted:
        spot = spot_of(finding, report.sheet)
        if spot is None or spot in edits or column not in (None, spot[1]):
            continue
        old = text_at(report.sheet, spot)
        if new != old:
            edits[spot] = Edit(*spot, old, new)
    return tuple(edits.values())


def still_fitting(sheet: Sheet, mends: Iterable[Mend]) -> tuple[Mend, ...]:
    """Return what was done without the cells that have another text now, or are gone."""
    kept = []
    texts: dict[Spot, str | None] = {}
    mends = tuple(mends)
    sheet = _with_room(sheet, mends)
    for mend in mends:
        fitting = []
        for edit in mend.edits:
            spot = edit.row, edit.column
            try:
                text = texts[spot] if spot in texts else text_at(sheet, spot)
            except ReadError:
                continue
            if text == edit.old:
                texts[spot] = edit.new
                fitting.append(edit)
        if fitting:
            kept.append(Mend(mend.kind, tuple(fitting)))
    return tuple(kept)
