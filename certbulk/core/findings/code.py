"""What a finding code is: its severity, what it is about, its basis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Basis", "Code", "Repair", "Row", "Scope", "Severity", "error", "warning"]


class Severity(StrEnum):
    """Whether a finding keeps its row from being sent."""

    ERROR = "error"
    WARNING = "warning"


class Scope(StrEnum):
    """What a finding is about."""

    TABLE = "table"
    CELL = "cell"
    ROW = "row"
    SHEET = "sheet"
    PLAN = "plan"


class Basis(StrEnum):
    """What a rule is based on."""

    DOCUMENTED = "documented by the vendor"
    INFERRED = "inferred: certbulk's own check"
    SPREADSHEET = "follows from how spreadsheets keep values"


class Repair(StrEnum):
    """How sure the suggestion of a finding is, if it has one."""

    NONE = "by a person"
    CERTAIN = "certain: the cell has the whole value in another form"
    LIKELY = "likely: made only if you accept its code"
    STATED = "stated: you say which reading is meant"


Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Code:
    """One code; `example` are rows on top of the columns' examples.

    `terminal` is the option that helps, for people at a terminal: the messages of findings are
    shown elsewhere as well.
    """

    name: str
    scope: Scope
    severity: Severity
    title: str
    explanation: str
    basis: Basis
    example: tuple[Row, ...]
    repair: Repair = Repair.NONE
    terminal: str = ""


def error(
    name: str,
    scope: Scope,
    title: str,
    explanation: str,
    basis: Basis,
    *example: Row,
    repair: Repair = Repair.NONE,
    terminal: str = "",
) -> Code:
    """Return a code that keeps rows from being sent."""
    return Code(name, scope, Severity.ERROR, title, explanation, basis, example, repair, terminal)


def warning(
    name: str,
    scope: Scope,
    title: str,
    explanation: str,
    basis: Basis,
    *example: Row,
    repair: Repair = Repair.NONE,
    terminal: str = "",
) -> Code:
    """Return a code that does not."""
    return Code(name, scope, Severity.WARNING, title, explanation, basis, example, repair, terminal)
