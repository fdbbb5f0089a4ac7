"""The next commands after a run: they keep every option that changes what they mean.

An option of the command that has run is kept if the next command has it too. What the command does
not know, because the run began elsewhere, is taken from the journal: the run's plan and options.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from certbulk.cli.grouping import changed
from certbulk.cli.layout import Format, Layout
from certbulk.cli.plan_options import Care, Issued, IssuedTypes, Match, Matching, Sending
from certbulk.cli.service import PacedService, SameService, Service
from certbulk.cli.show import option, spelled
from certbulk.core.columns.headers import How

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    import certbulk as cb

__all__ = [
    "again",
    "resumed",
    "same_options",
    "same_zone",
    "sent_by",
    "service_of",
    "succeeding",
    "to_correct",
]

_Group = TypeVar("_Group", bound="DataclassInstance")


def same_options(kind: type[_Group], group: DataclassInstance) -> _Group:
    """Return a group of options of another kind, with the values of those that both have."""
    there = {field.name for field in fields(group)}
    both = (field.name for field in fields(kind) if field.name in there)
    return kind(**{name: getattr(group, name) for name in both})


def resumed(
    run: str, service: DataclassInstance, *groups: DataclassInstance, settles: bool = False
) -> str:
    """Return the command that sends the rest of a run: its chain is that of the run.

    If it is there to settle rows (`settles`), it does so, though the run was told not to.
    """
    there = replace(same_options(SameService, service), chain_id=None)
    care = [same_options(Care, one) for one in groups if isinstance(one, Care)]
    care = [replace(one, settle=True) for one in care] if settles else care
    return spelled("resume", run, there, *care)


def to_correct(
    run: cb.Run, results: Path, service: DataclassInstance, *groups: DataclassInstance
) -> tuple[str, str]:
    """Return what is to be done with the results of a run, and the command that applies them."""
    given = {name for group in groups for name in changed(group)}
    sheet = run.plan.report.sheet
    by_file = {"map_": How.MAPPED in _known_by(run.plan), "vocabulary": sheet.vocabulary.added}
    lost = [
        option(name, value=True)[0]
        for name, known in by_file.items()
        if known and name not in given
    ]
    as_before = f", with the same {' and '.join(lost)} as before" if lost else ""
    refused = run.state == "refused" and "all_or_nothing" not in given
    there = service_of(run.plan, same_options(PacedService, service))
    way_on = spelled("apply", results, *groups, there, all_or_nothing=refused)
    return f"Correct the other rows there. Then{as_before}", way_on


def service_of(plan: cb.Plan, service: PacedService) -> PacedService:
    """Return how the chain of a plan is named, if the settings would lead to another one."""
    sandbox = plan.base_url.startswith("sandbox:")
    usual = Service(sandbox, None, None if sandbox else service.base_url).target()
    chain_id = service.chain_id
    if usual is None or usual[1] != plan.chain_id:
        chain_id = plan.chain_id
    return replace(service, sandbox=sandbox, chain_id=chain_id)


def again(plan: cb.Plan) -> tuple[DataclassInstance, ...]:
    """Return how the results of a plan are to be read and planned, as far as the plan knows."""
    from certbulk.planning.cautions import price_jump_limit  # noqa: PLC0415 (not for help)

    sheet = plan.report.sheet
    layout = Layout(
        vocabulary=_there(sheet.vocabulary_file, plan),
        map_=_there(sheet.mapping_file, plan),
        time_zone=same_zone(plan),
        format_=Format.BOOSTER if How.POSITION in _known_by(plan) else Format.TABLE,
    )
    usual = plan.price_jump == price_jump_limit(None)
    jump = None if usual else plan.price_jump
    match = Match.TITLE if plan.match_titles else Match.ID
    return layout, Matching(plan.allow_duplicate_titles, jump, match), succeeding(plan)


def _there(file: str, plan: cb.Plan) -> Path | None:
    """Return the shortest path of a file that a plan names; None if it is no longer there.

    What a plan of somebody else names is not looked for.
    """
    path = Path(file)
    if not file or plan.made_elsewhere or not path.is_file():
        return None
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def sent_by(run: str, care: Care) -> Sending:
    """Return how a run was carried out last: as it began, and as it was resumed.

    Args:
        run: The run's number.
        care: The options with which it was resumed.
    """
    from certbulk.applying.journal.writing import Journal  # noqa: PLC0415 (not for help)
    from certbulk.applying.sending.options import Options  # noqa: PLC0415
    from certbulk.shared.home import journal_home  # noqa: PLC0415

    usual = asdict(Options())
    with closing(Journal(journal_home())) as journal:
        kept = journal.run(run).options
    names = usual.keys() & {field.name for field in fields(Sending)}
    other = {name: kept[name] for name in names if kept.get(name, usual[name]) != usual[name]}
    return Sending(**other, wait=care.wait)


def _known_by(plan: cb.Plan) -> set[How | None]:
    """Return how the columns of a plan's sheet came to mean what they do."""
    return {column.how for column in plan.report.sheet.columns}


def succeeding(plan: cb.Plan, given: IssuedTypes | None = None) -> IssuedTypes:
    """Return what a plan does about sold types: its successors would be blocked without."""
    if plan.successor_title:
        return IssuedTypes(Issued.SUCCESSOR, plan.successor_title)
    return given or IssuedTypes()


def same_zone(plan: cb.Plan) -> str | None:
    """Return the time zone that was asked for, unless it is that of the settings."""
    from certbulk.settings import Settings  # noqa: PLC0415 (not for help)

    zone = str(plan.report.time_zone) if plan.report.asked_zone else None
    return None if zone == Settings.load().chosen_time_zone else zone
