"""A plan as a JSON document: all that a run needs to be understood without its input file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.fields import BY_NAME

if TYPE_CHECKING:
    from certbulk.planning.plan import Plan, RowDecision
    from certbulk.reading import Sheet

__all__ = ["document_of"]

FORMAT = 1


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
        "time_zone": str(report.time_zone),
        "sheet": _sheet(report.sheet),
        "actions": report.actions.tolist(),
        "refused": report.refused.tolist(),
        "findings": [finding.as_dict() for finding in report.all_findings],
        "decisions": [_decision(decision) for decision in plan.decisions],
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "source": sheet.source,
        "sha256": sheet.sha256,
        "name": sheet.name,
        "header_row": sheet.header_row,
        "rows": sheet.rows.tolist(),
        "columns": [
            {
                "header": column.header,
                "number": column.number,
                "field": column.field,
                "values": list(column.cells.values),
                "codes": column.cells.codes.tolist(),
            }
            for column in sheet.columns
        ],
    }


def _decision(decision: RowDecision) -> dict[str, Any]:
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
    }
