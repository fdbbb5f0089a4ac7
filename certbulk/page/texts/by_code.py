"""Messages of the core by their codes: what the page says in a language, and the exact message."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from certbulk.api.loop import words_of_service
from certbulk.core.cleaning import clean
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import field_of
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.finding import found, one_line
from certbulk.core.findings.rules import RULES
from certbulk.core.findings.table_codes import LEFT_OUT
from certbulk.core.kinds import Text as TextKind
from certbulk.core.results.result_codes import RESULT_CODES
from certbulk.errors import (
    ChainBusyError,
    NoSuchRunError,
    OutputError,
    PlanError,
    ReadError,
    ServiceError,
    SettingsError,
)
from certbulk.page.texts.catalogue import LANGUAGES, catalogue, names_in
from certbulk.page.texts.text import Amounts, Exact, Text, both
from certbulk.planning.plan import Action
from certbulk.reading.formats.text.code_pages import CODE_PAGES
from certbulk.reading.sheet import short_name
from certbulk.validating.report_document import first_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from certbulk.applying import Outcome
    from certbulk.core.findings.finding import Finding
    from certbulk.planning import Plan, RowDecision
    from certbulk.reading import Sheet


__all__ = ["of_decisions", "of_ending", "of_error", "of_finding", "of_outcome", "own_header"]

_ERRORS: Mapping[type[Exception], str] = {
    ReadError: "read",
    ChainBusyError: "busy",
    NoSuchRunError: "no_run",
    OutputError: "output",
    PlanError: "plan",
    SettingsError: "settings",
}
_AT = {rule.code: rule.at for rule in RULES}
_ENDINGS = {
    "stopped on request": "request",
    "interrupted": "interrupted",
    "failed; the last:": "failed",
    "had to be retried": "retried",
}
_ENCODINGS = {label: Text(f"encoding.{page}") for page, label in CODE_PAGES.items()}
_LONGEST_VALUE = 60
_AMOUNTS = frozenset({"amount", "named", "new", "old"})
"""Parts of findings that are amounts."""


def of_error(error: Exception, plain: Callable[[str], str] = str, file: str = "") -> Text:
    """Return what the page says of an error: its own text, if it was raised with one.

    Args:
        error: The error.
        plain: Called with its message: returns it without what is of no use to the person.
        file: What the person calls the file that was read last.
    """
    first = error.args[0] if error.args else None
    if isinstance(first, Text):
        return first
    if isinstance(error, ServiceError):
        name = error.code
    elif isinstance(error, ReadError) and file and _known(f"error.read_{error.code}"):
        return Exact(plain(str(error)), f"error.read_{error.code}", file=file)
    else:
        name = next((name for kind, name in _ERRORS.items() if isinstance(error, kind)), "")
    return Exact(plain(str(error)), f"error.{name}" if _known(f"error.{name}") else "error.other")


def of_finding(finding: Finding, sheet: Sheet) -> Text:
    """Return what the page says of a finding."""
    field = BY_NAME.get(finding.field or "")
    column = sheet.column(field.name) if field else None
    label = Text(f"field.{field.name}") if field else ""
    value = clean(one_line(finding.value or ""), _LONGEST_VALUE)
    values: dict[str, object] = {
        "value": _ENCODINGS.get(value) or value or Text("mend.is_blank"),
        "label": label,
        "column": (own_header(sheet, field.name) if field else "") or label,
        "row": str(finding.row or ""),
        "header": str(sheet.header_row),
        **{name: _part(name, text) for name, text in finding.parts.items()},
    }
    if field:
        values["about"] = Text(f"about.{field.name}")
        values["limit"] = str(field.kind.longest) if isinstance(field.kind, TextKind) else ""
    message = finding.message
    if everywhere := column is not None and finding.row is not None and column.number is None:
        message = message.removesuffix(column.remedy if column else "")
    text = _exact(message, f"found.{finding.code}", values)
    if "many" in finding.parts:
        text = _exact(message, "told.often", {**values, "first": text})
    return Text("mend.everywhere", what=text) if everywhere else text


def _part(name: str, text: str) -> str:
    """Return a part of a finding; amounts are known by its name."""
    return Amounts(text) if name in _AMOUNTS else text


def _exact(message: str, key: str, values: Mapping[str, object]) -> Exact:
    """Return a message with a key, if all is known that its text names.

    Findings that an older version has kept do not have all.
    """
    names = names_in(key)
    if not names <= values.keys():
        return Exact(message)
    return Exact(message, key, **{name: values[name] for name in names})


@lru_cache(2)
def of_decisions(plan: Plan) -> dict[int, Text]:
    """Return what the page says of each row of a plan about which there is something to say."""
    report = plan.report
    errors = first_errors(report.errors)
    left_out = {f.row: f for f in report.warnings if f.code in LEFT_OUT}
    told = {}
    for decision in plan.decisions:
        if not decision.message:
            continue
        known = errors if decision.action is Action.INVALID else left_out
        finding = known.get(decision.row) or known.get(None)
        if finding is None or finding.code != decision.code:
            told[decision.row] = _of_decision(decision, report.sheet)
            continue
        what = of_finding(finding, report.sheet)
        at = {"cell": finding.cell or "", "what": what}
        located = finding.cell and "row" not in what.values
        told[decision.row] = Exact(decision.message, "told.at", **at) if located else what
    return told


def _of_decision(decision: RowDecision, sheet: Sheet) -> Text:
    if decision.code in CODES:  # a rule about the row together with what it keeps
        merged = found(decision.code, decision.message, field=_AT.get(decision.code))
        return Exact(decision.message, "told.merged", what=of_finding(merged, sheet))
    return Exact(decision.message, f"why.{decision.code or decision.action}")


def of_outcome(outcome: Outcome, plan: Plan) -> Text | None:
    """Return what the page says of an outcome; None if there is nothing to say."""
    own = of_decisions(plan).get(outcome.row)
    if own is not None and str(own) == outcome.message:
        return own
    if outcome.code not in RESULT_CODES:
        if not outcome.message:
            return None
        return Exact(outcome.message, f"why.{outcome.status}")
    text = Exact(outcome.message or RESULT_CODES[outcome.code].means, f"why.{outcome.code}")
    words = words_of_service(outcome.message) if outcome.code == "rejected" else ""
    reasons = [_reason(part, plan.report.sheet) for part in words.split("; ") if part]
    return Text("why.because", what=text, reason=both(reasons)) if reasons else text


def _reason(words: str, sheet: Sheet) -> Text:
    """Return words of the service, with a field by the person's own header or its label."""
    name, _, what = words.partition(": ")
    known = field_of(name) if what else None
    if known is None:
        return Text("why.words", what=words)
    return Text("why.of_field", field=own_header(sheet, known) or Text(f"field.{known}"), what=what)


def own_header(sheet: Sheet, field: str) -> str:
    """Return the person's own header of a field; empty if it has no column of theirs."""
    column = sheet.column(field)
    own = column is not None and column.number and not column.made and column.header
    return clean(short_name(sheet, field), _LONGEST_VALUE) if own else ""


def of_ending(reason: str) -> Text | None:
    """Return what the page says about why a run has ended early."""
    if not reason:
        return None
    plain = clean(reason).removesuffix(".")
    sentence = f"{plain[:1].upper()}{plain[1:]}."
    if name := next((name for words, name in _ENDINGS.items() if words in reason), ""):
        return Exact(sentence, f"ended.{name}")
    handled = (code for code in RESULT_CODES.values() if code.attempt)
    began = (code.name for code in handled if code.attempt and reason.startswith(code.attempt.says))
    code = next(began, "")
    return Exact(sentence, f"why.{code}" if code else "ended.other")


@cache
def _known(key: str) -> bool:
    return any(key in catalogue(language) for language in LANGUAGES)
