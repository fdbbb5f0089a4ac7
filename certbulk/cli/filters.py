"""The options that choose live types: for `list` and `export`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Annotated

import typer

import certbulk as cb
from certbulk.errors import SettingsError

if TYPE_CHECKING:
    from certbulk.planning.type_filter import TypeFilter

__all__ = ["Filters"]

_MANY = 1_000_000  # runs: all that there are


@dataclass(frozen=True)
class Filters:
    """Which live types are wanted."""

    title: Annotated[
        str | None,
        typer.Option("--title", metavar="TEXT", help="Only types with this in their titles."),
    ] = None
    location: Annotated[
        str | None,
        typer.Option(
            "--location", metavar="ID|NAME", help="Only types that are valid at this location."
        ),
    ] = None
    issued: Annotated[
        bool | None,
        typer.Option(
            "--issued/--not-issued",
            help="Only types of which certificates were issued, or none were.",
            show_default=False,
        ),
    ] = None
    archived: Annotated[
        bool,
        typer.Option("--archived", help="Only archived types. [default: those that are not]"),
    ] = False
    changed_since: Annotated[
        str | None,
        typer.Option(
            "--changed-since",
            metavar="RUN",
            help="Only types that are not as this run left them, that later runs changed, or that "
            "are newer. What others changed in types that this run did not send is not known.",
        ),
    ] = None

    def wanted(self, client: cb.Client) -> TypeFilter:
        """Return the filter, with the name of a location and a run looked up.

        Raises:
            SettingsError: There is no such location, or it is not one.
            NoSuchRunError: There is no such run.
            PlanError: The run was for another chain.
            ServiceError: The service did not answer what had to be looked up.
        """
        from certbulk.planning.type_filter import TypeFilter  # noqa: PLC0415

        ids = None
        if self.changed_since is not None:
            ids = _changed_since(cb.attach(self.changed_since), client)
        return TypeFilter(
            title=self.title or "",
            location=None if self.location is None else _location(self.location, client),
            issued=self.issued,
            archived=self.archived,
            ids=ids,
        )


def _changed_since(run: cb.Run, client: cb.Client) -> frozenset[int]:
    """Return the ids of types that have changed since a run, as far as it can be known.

    The service does not say when a type was changed. Known is what the run left, what later runs of
    this journal changed, and which types there were when the run was planned.
    """
    from certbulk.applying.history import recent_runs  # noqa: PLC0415
    from certbulk.applying.outcome import CARRIED_OUT  # noqa: PLC0415

    found = cb.drift(run, client).found
    ids = {one.id for one in found if one.kind != "gone"}
    for later in recent_runs(run.plan.base_url, run.plan.chain_id, most=_MANY):
        if later["started"] <= run.started:
            break
        if later["kind"] in ("apply", "undo"):
            ended = cb.attach(str(later["run"])).outcomes
            ids |= {one.id for one in ended if one.status in CARRIED_OUT}
    return frozenset(number for number in ids if number is not None)


def _location(text: str, client: cb.Client) -> int:
    """Return the id of a location, given by its id or its name."""
    from certbulk.api.chain_names import locations_of  # noqa: PLC0415
    from certbulk.core.columns.fields import BY_NAME  # noqa: PLC0415
    from certbulk.core.kinds import Problem  # noqa: PLC0415
    from certbulk.core.references.reference_problems import ids_of  # noqa: PLC0415
    from certbulk.validating.references import parser_of  # noqa: PLC0415
    from certbulk.words.vocabulary_files import shipped  # noqa: PLC0415

    names = cb.Directory({"locations": locations_of(client)})
    read = parser_of(BY_NAME["salon_ids"], names, shipped(), UTC)(text)
    if isinstance(read, Problem):
        quoted = f'"{text}"'
        raise SettingsError(f"--location: {read.about(quoted)}")
    ids = ids_of(read)
    if len(ids) != 1:
        raise SettingsError(f'--location takes one location, but "{text}" is {len(ids)} of them.')
    return int(ids[0])
