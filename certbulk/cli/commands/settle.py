"""The command that settles a row by hand: settle."""

from __future__ import annotations

from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.commands.history import Number
from certbulk.cli.service import SameService
from certbulk.errors import SettingsError

__all__ = ["settle"]


def settle(
    run: Number,
    row: Annotated[
        int, typer.Argument(metavar="ROW", help="The row's number, as in result_row.", min=1)
    ],
    type_id: Annotated[
        int | None,
        typer.Argument(
            metavar="ID", help="With --done, for a create: the id of the type that it made.", min=1
        ),
    ] = None,
    *,
    done: Annotated[
        bool | None,
        typer.Option(
            "--done/--not-done",
            help="Whether the row was carried out. If not, it ends as failed.",
            show_default=False,
        ),
    ] = None,
    service: SameService,
    json: options.Json = False,
) -> None:
    """Record what became of a row whose outcome is unknown.

    Look at the service first. With --done the type is read and kept, so that an undo knows it; a
    type that cannot be the row's is refused. With --not-done only a new plan sends the row again.

    Examples:
        certbulk settle 20270131-101500-a1b2c3 17 --done 289071
        certbulk settle 20270131-101500-a1b2c3 18 --not-done
    """
    if done is None:
        raise SettingsError("Say what became of the row: --done ID, or --not-done.")
    plan = cb.attach(run).plan
    with service.client(plan) as client:
        outcome = cb.settle(run, row, client, done=done, id=type_id)
    if json:
        show.as_json({"run": run, **outcome.as_dict()})
        return
    number = "" if outcome.id is None else f"  id {outcome.id}"
    show.lines([f"row {outcome.row}  {outcome.status}{number}  {outcome.code}: {outcome.message}"])
