"""The options that say how a plan is made of rows, and how it is carried out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

__all__ = ["Care", "Issued", "IssuedTypes", "Match", "Matching", "Planning", "Sending"]


class Match(StrEnum):
    """How rows find the live type that they stand for."""

    ID = "id"
    TITLE = "title"


@dataclass(frozen=True)
class Planning:
    """What every plan takes, from a file or from a change in words."""

    allow_duplicate_titles: Annotated[
        bool,
        typer.Option(
            "--allow-duplicate-titles",
            help="Create types even if their title is taken. [default: hold such rows back]",
        ),
    ] = False
    price_jump: Annotated[
        float | None,
        typer.Option(
            "--price-jump",
            min=0,
            metavar="PERCENT",
            help="Warn if an update changes a price by more than this. "
            "[default: CERTBULK_PRICE_JUMP, or 50]",
        ),
    ] = None


@dataclass(frozen=True)
class Matching(Planning):
    """What a plan of a file takes for the same type."""

    match: Annotated[
        Match,
        typer.Option(
            "--match",
            help="id: a row without an id is a new type. title: it updates the one type with "
            "its title, if there is one.",
        ),
    ] = Match.ID


class Issued(StrEnum):
    """What becomes of a change of a type that has been sold."""

    BLOCK = "block"
    SUCCESSOR = "successor"


@dataclass(frozen=True)
class IssuedTypes:
    """What is planned for types that have been sold, which the service refuses to change."""

    issued: Annotated[
        Issued,
        typer.Option(
            "--issued",
            help="block: hold the change of a sold type back. successor: plan a new type that "
            "takes its place; the old one is taken off sale by hand.",
        ),
    ] = Issued.BLOCK
    successor_title: Annotated[
        str | None,
        typer.Option(
            "--successor-title",
            metavar="PATTERN",
            help='The title of a successor, such as "{title} (2027)". '
            "[default: CERTBULK_SUCCESSOR_TITLE, or {title} ({year})]",
        ),
    ] = None


@dataclass(frozen=True)
class Care:
    """What a run does about answers that were lost, about others, and when it stops by itself."""

    settle: Annotated[
        bool,
        typer.Option(
            "--settle/--no-settle",
            help="Settle rows whose answer was lost, or leave that to resume.",
        ),
    ] = True
    settle_pause: Annotated[
        float | None,
        typer.Option(
            "--settle-pause",
            min=0,
            metavar="SECONDS",
            help="How long to wait before each look at what is live. [default: 30]",
        ),
    ] = None
    verify: Annotated[
        bool,
        typer.Option(
            "--verify/--no-verify",
            help="At the end, check every row that was sent against what is live, or skip that.",
        ),
    ] = True
    most_failures: Annotated[
        int | None,
        typer.Option(
            "--most-failures",
            min=1,
            metavar="ROWS",
            help="How many consecutive failed rows stop the run. [default: 10]",
        ),
    ] = None
    wait: Annotated[
        bool,
        typer.Option(
            "--wait",
            help="Wait while another run sends to the chain, instead of refusing to start.",
        ),
    ] = False


@dataclass(frozen=True)
class Sending(Care):
    """How a plan is carried out."""

    all_or_nothing: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing/--only-valid",
            help="Send nothing if any row is invalid or blocked, or send the valid rows.",
        ),
    ] = False
    batch_size: Annotated[
        int,
        typer.Option(
            "--batch-size",
            min=1,
            metavar="ROWS",
            help="The most rows in flight at once; never more than 32.",
        ),
    ] = 50
    staleness: Annotated[
        float | None,
        typer.Option(
            "--staleness",
            min=0,
            metavar="SECONDS",
            help="How old the last look at what is live may be when a request leaves. "
            "[default: 30]",
        ),
    ] = None
    canary: Annotated[
        int | None,
        typer.Option(
            "--canary",
            min=0,
            metavar="ROWS",
            help="How many rows are sent first and read back before the others. [default: 1 "
            "if over 20 are sent, else 0]",
        ),
    ] = None
