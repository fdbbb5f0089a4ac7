"""`rehearse`: copy a chain into the sandbox, and apply a file there."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from certbulk.api import Client
from certbulk.api.chain_names import chain_of
from certbulk.applying.sending.carry_out import carry_out
from certbulk.applying.sending.options import Options
from certbulk.arguments import CLIENT, REPORT, Arguments
from certbulk.core.columns.fields import FIELDS
from certbulk.core.references.reference_problems import ids_of
from certbulk.planning import Action, plan
from certbulk.planning.live import Live, looked_up, with_locations
from certbulk.planning.policy.policy_file import policy_in_force
from certbulk.reading import Sheet
from certbulk.reading.sources.source import WHAT_READ_TAKES, take_source
from certbulk.rehearsing.clock import JumpingClock
from certbulk.rehearsing.rehearsal import Rehearsal
from certbulk.sandbox_client import Faults, Lies, Limits, Sandbox, copied_chain
from certbulk.validating import Report, validate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.applying import Run
    from certbulk.core.references.directory import Listing
    from certbulk.reading.sources.source import Source
    from certbulk.sandbox_client import Seed

__all__ = ["rehearse"]

_REFERRING = tuple(field for field in FIELDS if field.refers_to)


def rehearse(
    source: Source | Sheet | Report,
    client: Client,
    *,
    faults: Faults | None = None,
    lies: Lies | None = None,
    match: Literal["id", "title"] = "id",
    allow_duplicate_titles: bool = False,
    price_jump: float | None = None,
    issued: Literal["block", "successor"] = "block",
    successor_title: str | None = None,
    all_or_nothing: bool = False,
    progress: bool = True,
) -> Rehearsal:
    """Apply a file to a copy of the chain, and return what would come of it.

    The live types of the client's chain, and the locations, services and categories to which the
    file refers, are copied into a sandbox in this process. There, the file is planned and
    applied. The chain itself is only read. The journal does not change, a clock that jumps takes
    the place of the waits, and the tokens of the client go to its own service only.

    Args:
        source: What `validate` or `read` returned, or anything that `read` takes: a path, a frame.
        client: A client for the chain.
        faults: What goes wrong in the sandbox, from the first request of the run on; by
            default nothing.
        lies: Which of its answers are untrue; by default none.
        match: See `plan`.
        allow_duplicate_titles: See `plan`.
        price_jump: See `plan`.
        issued: See `plan`.
        successor_title: See `plan`.
        all_or_nothing: See `apply`.
        progress: Whether to show a progress bar while a large file is read.

    Returns:
        A `Rehearsal`: the plan, one outcome per row, and the time that a run takes.

    Raises:
        ServiceError: The chain could not be read.
        ReadError: The file cannot be read.
        SettingsError: The client was closed, or the policy cannot be used.
        ArgumentError: An argument has the wrong type, such as a plan instead of a report.

    Example:
        >>> import certbulk as cb
        >>> from certbulk.sandbox import Faults
        >>> with cb.Sandbox() as client:  # in real life: cb.Client.from_env()
        ...     faults = Faults(lost_answer=0.2, methods=("POST",), seed=7)
        ...     rehearsal = cb.rehearse("sample_data/certificate_types.xlsx", client, faults=faults)
        ...     len(client.list())  # nothing was sent to the chain itself
        9
        >>> rehearsal.run.counts["created"], rehearsal.requests > rehearsal.plan.requests
        (33, True)
    """
    takes = Arguments("certbulk.rehearse")
    nouns, where_from = (Report, Sheet), f"{REPORT} {WHAT_READ_TAKES}"
    source = take_source(takes, "source", source, nouns, where_from)
    takes.noun("client", client, Client, CLIENT)
    takes.noun("faults", faults, Faults, "Give a certbulk.sandbox.Faults.", optional=True)
    takes.noun("lies", lies, Lies, "Give a certbulk.sandbox.Lies.", optional=True)
    takes.choice("match", match, ("id", "title"))
    takes.flags(
        allow_duplicate_titles=allow_duplicate_titles,
        all_or_nothing=all_or_nothing,
        progress=progress,
    )
    takes.choice("issued", issued, ("block", "successor"))
    takes.text("successor_title", successor_title, optional=True)
    takes.number("price_jump", price_jump, optional=True)
    policy_in_force()  # before the chain is read
    report = source if isinstance(source, Report) else validate(source, progress=progress)
    checked = looked_up(report, client, progress=progress)
    if issued == "successor":
        checked = with_locations(checked, client)
    live = Live.for_report(client, checked, progress=progress)
    clock = JumpingClock()
    sandbox = Sandbox(
        limits=Limits(per_second=None, per_minute=None),
        seed=_seed(checked, live, client.chain_id),
        clock=clock.now,
        sleep=clock.sleep,
    )
    with sandbox, tempfile.TemporaryDirectory(prefix="certbulk-rehearsal-") as folder:
        copy_client = sandbox.client(
            per_second=client.pace.per_second,
            per_minute=client.pace.per_minute,
            clock=clock,
            service=f"a copy of {client.service}",
        )
        found = checked.directory
        if found.live:  # its names are those of the copy: they are not looked up again
            checked = replace(checked, directory=replace(found, chain=chain_of(copy_client)))
        made = plan(
            checked,
            copy_client,
            match=match,
            allow_duplicate_titles=allow_duplicate_titles,
            price_jump=price_jump,
            issued=issued,
            successor_title=successor_title,
            progress=progress,
        )
        # From here on: the plan of the chain itself is made from what the chain says.
        sandbox.faults, sandbox.lies = faults or Faults(), lies or Lies()
        began = clock.now()
        nothing_is_sent = replace(made, needs_approval=False)
        options = Options(all_or_nothing=all_or_nothing)
        run = carry_out(nothing_is_sent, copy_client, options, home=Path(folder), progress=False)
    return Rehearsal(_without_ids(run), len(live.by_id), clock.now() - began)


def _seed(report: Report, live: Live, chain_id: int) -> Seed:
    """Return what the sandbox starts with: a copy of the chain.

    An id that a live type has is taken although no list has it: a location may be closed. So is one
    of the sheet if its list is not known.
    """
    found = report.directory
    also = {
        number
        for record in live.by_id.values()
        for field in _REFERRING
        for number in ids_of(field.kind.load(record.get(field.name)))
        if isinstance(number, int)
    }
    for field in _REFERRING:
        column = report.columns.get(field.name)
        if column and not found.listing(field.refers_to).complete:
            also |= {n for value in column.values for n in ids_of(value) if isinstance(n, int)}
    return copied_chain(
        chain_id,
        live.by_id.values(),
        locations=_named(found.listing("locations")),
        categories=_named(found.listing("categories")),
        services=_named(found.listing("services")),
        offers=found.offers,
        also=also,
    )


def _named(listing: Listing) -> Iterable[tuple[int, str]]:
    return ((entry.id, entry.name) for entry in listing.entries)


def _without_ids(run: Run) -> Run:
    """Return the run as a rehearsal: with no number of a journal, and no ids of new types.

    The service would give the ids of the copy to other types, or to none.
    """
    creates = {d.row for d in run.plan.decisions if d.action is Action.CREATE}
    outcomes = tuple(replace(o, id=None) if o.row in creates else o for o in run.outcomes)
    return replace(run, id="rehearsal", outcomes=outcomes)
