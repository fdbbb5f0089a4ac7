"""A plan as a JSON document and back, with all that a run needs without its input file."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from certbulk.core.columns.distinct import Column
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How
from certbulk.core.findings.code import Severity
from certbulk.core.findings.finding import Finding
from certbulk.core.kinds import NumberText
from certbulk.core.kinds.kind import FloatText
from certbulk.core.references.directory import NO_NAMES, Directory
from certbulk.errors import PlanError
from certbulk.planning.plan import Action, Plan, RowDecision
from certbulk.reading import Sheet, SheetColumn
from certbulk.reading.labels import Labels
from certbulk.reading.sheet import placed
from certbulk.settings import PRICE_JUMP
from certbulk.validating import Report, validate
from certbulk.words.vocabulary_files import shipped
from certbulk.words.word_lists import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["document_of", "plan_of"]

FORMAT = 1
_Value = TypeVar("_Value")


def document_of(plan: Plan) -> dict[str, Any]:
    """Return the plan, the texts it was made from and every finding, as JSON-ready values."""
    report = plan.report
    return {
        "format": FORMAT,
        "made_at": plan.made_at.isoformat(),
        "base_url": plan.base_url,
        "chain_id": plan.chain_id,
        "per_second": plan.per_second,
        "per_minute": plan.per_minute,
        "live_ids": sorted(plan.live_ids),
        "allow_duplicate_titles": plan.allow_duplicate_titles,
        "undoes": plan.undoes,
        "id": plan.id,
        "made_elsewhere": plan.made_elsewhere,
        "policy": plan.policy,
        "price_jump": plan.price_jump,
        "time_zone": str(report.time_zone),
        "zone_assumed": report.zone_assumed,
        "sheet": _sheet_document(report.sheet),
        "actions": report.actions.tolist(),
        "refused": report.refused.tolist(),
        "findings": _documents(report.all_findings),
        "directory": report.directory.as_dict(),
        "cautions": _documents(plan.cautions),
        "successor_title": plan.successor_title,
        "match_titles": plan.match_titles,
        "decisions": [_decision_document(decision) for decision in plan.decisions],
    }


def plan_of(document: Mapping[str, Any]) -> Plan:
    """Return the plan that `document_of` made the document from.

    Raises:
        PlanError: It is not such a document, or has another format.
    """
    if document.get("format") != FORMAT:
        raise PlanError("This is not a plan of this version of certbulk. Make a new plan.")
    try:
        made_at = datetime.fromisoformat(document["made_at"])
        sheet = _sheet(document["sheet"])
        directory = Directory.of(document["directory"]) if "directory" in document else NO_NAMES
        zone = _of(str, document["time_zone"])
        parsed = validate(sheet, directory=directory, time_zone=zone, now=made_at, progress=False)
        report = Report(
            sheet,
            parsed.columns,
            np.array(document["actions"], dtype=np.int8),
            np.array(document["refused"], dtype=np.bool_),
            placed(sheet, _findings(document["findings"])),
            parsed.time_zone,
            directory,
            parsed.now,
            _of(bool, document.get("zone_assumed", False)),
        )
        decisions = tuple(_decision(decision) for decision in document["decisions"])
        _check_rows(report, decisions)
        return Plan(
            report,
            decisions,
            _of(int, document["chain_id"]),
            _of(str, document["base_url"]),
            made_at,
            _above_0(document["per_second"]),
            _above_0(document["per_minute"]),
            frozenset(_of(int, number) for number in document["live_ids"]),
            _of(bool, document["allow_duplicate_titles"]),
            None if document["undoes"] is None else _of(str, document["undoes"]),
            _of(str, document["id"]),
            _of(str, document.get("made_elsewhere", "")),
            _of(float, document.get("price_jump", PRICE_JUMP)),  # older plans have none
            placed(sheet, _findings(document.get("cautions", ()))),
            _of(str, document.get("successor_title", "")),
            _of(str, document.get("policy", "")),
            match_titles=_of(bool, document.get("match_titles", False)),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise PlanError(f"The plan is damaged ({error!r}). Make a new plan.") from None


def _of(kind: type[_Value], value: Any) -> _Value:
    """Return a value of a document if it has this type; else raise ValueError."""
    if type(value) is not kind:
        raise ValueError(f"{value!r:.40} is not of type {kind.__name__}")
    return value


def _above_0(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError("its pace is not a number above 0")
    return value


def _check_rows(report: Report, decisions: tuple[RowDecision, ...]) -> None:
    """Raise ValueError if the parts of a plan have different rows."""
    sheet = report.sheet
    lengths = {
        len(sheet),
        len(report.actions),
        len(report.refused),
        *(len(column.cells) for column in sheet.columns),
    }
    if len(lengths) > 1:
        raise ValueError("its columns have different lengths")
    if [decision.row for decision in decisions] != sheet.rows.tolist():
        raise ValueError("its decisions are not those of its rows")


def _sheet_document(sheet: Sheet) -> dict[str, Any]:
    return {
        "source": sheet.source,
        "sha256": sheet.sha256,
        "name": sheet.name,
        "folder": sheet.folder,
        "header_row": sheet.header_row,
        "rows": sheet.rows.tolist(),
        "columns": [_column_document(column) for column in sheet.columns],
        "findings": _documents(sheet.findings),
        "above": [
            [row, number, text, isinstance(text, NumberText)] for row, number, text in sheet.above
        ],
        "words": {words.name: words.as_document() for words in sheet.vocabulary.added},
        "labels": sheet.labels.as_document() if sheet.labels else None,
        "vocabulary_file": sheet.vocabulary_file,
        "mapping_file": sheet.mapping_file,
    }


def _column_document(column: SheetColumn) -> dict[str, Any]:
    values = column.cells.values
    return {
        "header": column.header,
        "number": column.number,
        "field": column.field,
        "how": column.how,
        "made": column.made,
        "values": list(values),
        "numbers": [i for i, text in enumerate(values) if isinstance(text, NumberText)],
        "floats": [i for i, text in enumerate(values) if isinstance(text, FloatText)],
        "codes": column.cells.codes.tolist(),
    }


def _sheet(document: Mapping[str, Any]) -> Sheet:
    rows = np.array(document["rows"], dtype=np.int64)
    labels = document.get("labels")  # a plan of an older version has none
    sheet = Sheet(
        document["source"],
        document["sha256"],
        document["name"],
        document["header_row"],
        rows,
        tuple(_column(column) for column in document["columns"]),
        _findings(document["findings"]),
        document["folder"],
        shipped().with_lists(words_of(words, name) for name, words in document["words"].items()),
        above=tuple(
            (row, number, NumberText(text) if any(is_number) else text)
            for row, number, text, *is_number in document.get("above", ())
        ),
        labels=None if labels is None else Labels.of_document(labels, rows),
        vocabulary_file=_of(str, document.get("vocabulary_file", "")),  # older: none
        mapping_file=_of(str, document.get("mapping_file", "")),
    )
    return replace(sheet, findings=placed(sheet, sheet.findings))


def _documents(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [one.as_dict() | ({"parts": {**one.parts}} if one.parts else {}) for one in findings]


def _findings(documents: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in documents)


def _column(document: Mapping[str, Any]) -> SheetColumn:
    values = list(document["values"])
    codes = np.array(document["codes"], dtype=np.int32)
    if codes.ndim != 1 or not all(isinstance(text, str) for text in values):
        raise ValueError("a column is invalid")
    if codes.size and not -1 <= codes.min() <= codes.max() < len(values):
        raise ValueError("the codes of a column are invalid")
    for position in document["numbers"]:
        values[position] = NumberText(values[position])
    for position in document.get("floats", ()):  # a plan of an older version has none
        values[position] = FloatText(values[position])
    cells = Column(codes, tuple(values))
    how = How(document["how"]) if document["how"] else None
    header, number, field = document["header"], document["number"], document["field"]
    return SheetColumn(header, number, field, cells, how, document["made"])


def _decision_document(decision: RowDecision) -> dict[str, Any]:
    return {
        "row": decision.row,
        "action": str(decision.action),
        "id": decision.id,
        "code": decision.code,
        "message": decision.message,
        "title": decision.title,
        "changes": {
            name: [BY_NAME[name].kind.dump(value) for value in pair]
            for name, pair in decision.changes.items()
        },
        "body": decision.body,
        "before": decision.before,
        "replaces": decision.replaces,
        "predecessor": decision.predecessor,
        "titled": list(decision.titled),
    }


def _decision(document: Mapping[str, Any]) -> RowDecision:
    """Return the decision that a saved plan has as a document."""
    changes = {
        name: (BY_NAME[name].kind.load(old), BY_NAME[name].kind.load(new))
        for name, (old, new) in document["changes"].items()
    }
    decision = RowDecision(
        **{
            **document,
            "action": Action(document["action"]),
            "changes": changes,
            "titled": tuple(_of(int, number) for number in document.get("titled", ())),
        },
    )
    texts = (decision.code, decision.message, decision.title)
    parts = (decision.body, decision.before, decision.predecessor)
    if not all(isinstance(text, str) for text in texts) or not all(
        part is None or isinstance(part, dict) for part in parts
    ):
        raise ValueError(f"row {decision.row} is invalid")
    whole = {
        Action.CREATE: decision.id is None and bool(decision.body),
        Action.UPDATE: decision.id is not None and bool(decision.body),
        Action.DELETE: decision.id is not None,
    }
    if not whole.get(decision.action, True):
        raise ValueError(f"row {decision.row} cannot be carried out")
    return decision
