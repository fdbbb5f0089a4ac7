"""Bulk create and update gift-certificate types of the Altegio B2B API from spreadsheets.

    import certbulk as cb

    report = cb.validate(cb.read("types.xlsx"))
    with cb.Client.from_env() as client:
        plan = cb.plan(report, client)
        run = cb.apply(plan, client)
    run.to_excel("types.results.xlsx")

Names are imported when they are first used, so that the command line starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from certbulk.api import Client
    from certbulk.api.directories import directory
    from certbulk.api.live import live
    from certbulk.applying import (
        Outcome,
        Run,
        Status,
        apply,
        approve,
        attach,
        resume,
        runs,
        settle,
        stop,
        undo,
    )
    from certbulk.auditing import Diff, Drift, diff, drift
    from certbulk.changing import change
    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.errors import (
        AccessError,
        ArgumentError,
        CertbulkError,
        ChainBusyError,
        InterruptedRequestError,
        InvalidRowsError,
        ListingError,
        NoSuchRunError,
        NotFoundError,
        OutcomeUnknownError,
        OutputError,
        PlanError,
        ReadError,
        RejectedError,
        RunError,
        ServiceError,
        SettingsError,
        UnavailableError,
    )
    from certbulk.fleets import Fleet, fleet
    from certbulk.making import export, template
    from certbulk.moving import Bindings, bindings, rebind
    from certbulk.page import UploadPanel
    from certbulk.planning import Plan, RowDecision, plan
    from certbulk.planning.saving.files import load_plan, save_plan
    from certbulk.reading import Sheet, read
    from certbulk.rehearsing import Rehearsal, rehearse
    from certbulk.repairing.annotate import annotate
    from certbulk.repairing.fix import fix
    from certbulk.repairing.repairs import Fixed
    from certbulk.sandbox_client import Sandbox
    from certbulk.shared import Journal
    from certbulk.validating import Report, validate

__version__ = "0.1.0"

_HOMES = {
    "certbulk.api": ("Client",),
    "certbulk.applying": (
        "Outcome",
        "Run",
        "Status",
        "apply",
        "approve",
        "attach",
        "resume",
        "runs",
        "settle",
        "stop",
        "undo",
    ),
    "certbulk.auditing": ("Diff", "Drift", "diff", "drift"),
    "certbulk.changing": ("change",),
    "certbulk.core.references.directory": ("Directory",),
    "certbulk.core.findings.finding": ("Finding",),
    "certbulk.errors": (
        "AccessError",
        "ArgumentError",
        "CertbulkError",
        "NoSuchRunError",
        "ChainBusyError",
        "InterruptedRequestError",
        "InvalidRowsError",
        "ListingError",
        "NotFoundError",
        "OutcomeUnknownError",
        "OutputError",
        "PlanError",
        "ReadError",
        "RejectedError",
        "RunError",
        "ServiceError",
        "SettingsError",
        "UnavailableError",
    ),
    "certbulk.fleets": ("Fleet", "fleet"),
    "certbulk.making": ("export", "template"),
    "certbulk.moving": ("Bindings", "bindings", "rebind"),
    "certbulk.api.directories": ("directory",),
    "certbulk.api.live": ("live",),
    "certbulk.planning": ("Plan", "RowDecision", "plan"),
    "certbulk.planning.saving.files": ("load_plan", "save_plan"),
    "certbulk.sandbox_client": ("Sandbox",),
    "certbulk.shared": ("Journal",),
    "certbulk.reading": ("Sheet", "read"),
    "certbulk.rehearsing": ("Rehearsal", "rehearse"),
    "certbulk.page": ("UploadPanel",),
    "certbulk.validating": ("Report", "validate"),
    "certbulk.repairing.annotate": ("annotate",),
    "certbulk.repairing.repairs": ("Fixed",),
    "certbulk.repairing.fix": ("fix",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AccessError",
    "ArgumentError",
    "Bindings",
    "CertbulkError",
    "ChainBusyError",
    "Client",
    "Diff",
    "Directory",
    "Drift",
    "Finding",
    "Fixed",
    "Fleet",
    "InterruptedRequestError",
    "InvalidRowsError",
    "Journal",
    "ListingError",
    "NoSuchRunError",
    "NotFoundError",
    "Outcome",
    "OutcomeUnknownError",
    "OutputError",
    "Plan",
    "PlanError",
    "ReadError",
    "Rehearsal",
    "RejectedError",
    "Report",
    "RowDecision",
    "Run",
    "RunError",
    "Sandbox",
    "ServiceError",
    "SettingsError",
    "Sheet",
    "Status",
    "UnavailableError",
    "UploadPanel",
    "annotate",
    "apply",
    "approve",
    "attach",
    "bindings",
    "change",
    "diff",
    "directory",
    "drift",
    "export",
    "fix",
    "fleet",
    "live",
    "load_plan",
    "plan",
    "read",
    "rebind",
    "rehearse",
    "resume",
    "runs",
    "save_plan",
    "settle",
    "stop",
    "template",
    "undo",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from certbulk.errors import SettingsError  # noqa: PLC0415 (only if a name is used)

    try:
        value = getattr(import_module(_HOME_OF[name]), name)
    except SettingsError as missing:  # an extra is not installed; `import *` must work without it
        return _not_installed(name, str(missing))
    globals()[name] = value
    return value


def _not_installed(name: str, why: str) -> Any:
    """Return a class that raises an error with what to install when it is used."""

    class NotInstalled:
        def __init__(self, *_: object, **__: object) -> None:
            from certbulk.errors import SettingsError  # noqa: PLC0415 (only if a name is used)

            raise SettingsError(why)

    NotInstalled.__name__, NotInstalled.__doc__ = name, why
    return NotInstalled


def __dir__() -> list[str]:
    return sorted(__all__)
