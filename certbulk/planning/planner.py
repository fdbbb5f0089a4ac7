"""`plan`: read the live types, merge, compare, decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from certbulk.api import Client
from certbulk.arguments import CLIENT, REPORT, Arguments
from certbulk.planning.cautions import log_plan, price_jump_limit, with_cautions
from certbulk.planning.deciding.live_cells import without_repeats
from certbulk.planning.deciding.row_planner import RowPlanner
from certbulk.planning.deciding.successors import Succession
from certbulk.planning.live import Live, looked_up, with_locations
from certbulk.planning.live_lists import list_cautions
from certbulk.planning.plan import Plan
from certbulk.planning.policy.policy_file import under_policy
from certbulk.reading.sheet import Sheet
from certbulk.reading.sources.source import WHAT_READ_TAKES, take_source
from certbulk.settings import Settings
from certbulk.validating import Report, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.reading.sources.source import Source

__all__ = ["plan"]


def plan(
    source: Source | Sheet | Report,
    client: Client,
    *,
    match: Literal["id", "title"] = "id",
    allow_duplicate_titles: bool = False,
    issued: Literal["block", "successor"] = "block",
    successor_title: str | None = None,
    price_jump: float | None = None,
    titles: Mapping[int, int | Literal["create"]] | None = None,
    now: datetime | None = None,
    progress: bool = True,
) -> Plan:
    """Read the chain's live types and decide for each row what to do. Nothing is sent.

    Args:
        source: The result of `validate` or of `read`; or anything that `read` takes, which is then
            read and validated with the defaults of both. Names are looked up and ids checked in
            the chain, unless the report was made with its directory; the plan's `report` has the
            result.
        client: A client for the chain.
        match: With "title", a row without an id whose title is live exactly once updates that
            type.
        allow_duplicate_titles: Whether to create a type even if its title is live already, or
            occurs twice in the sheet.
        issued: What becomes of changes of types that have been sold, which the service refuses:
            with "block" the row is blocked; with "successor" a new type is planned that has all
            values of the old one, with those of the row on top. The old one stays as it is.
        successor_title: The title of a successor, such as "{title} (2027)". `{title}` stands for
            the title that the changed type would have, `{year}` for the year of `now`. By default
            that of the settings.
        price_jump: The change of a face value or online price, in percent, above which it is a
            warning; by default that of the settings, 50. Ten times or a hundred times as much, or
            as little, always is one.
        titles: What to do with single rows without an id whose title is live: by the number of the
            row, the id of the live type with this title, to update it, or "create" to create
            another.
        now: The time with which dates are compared; by default the present.
        progress: Whether to show a progress bar if many rows are validated again.

    Returns:
        A `Plan`: `create`, `update`, `unchanged`, `blocked`, `invalid` or `skip` for each row.

    Raises:
        ReadError: The source cannot be read.
        ServiceError: The live types could not be read.
        SettingsError: `match` or `issued` is not one of the choices, the title of successors lacks
            `{title}`, `price_jump` is not a percentage, the client was closed, or the policy cannot
            be used.
        ArgumentError: An argument has the wrong type, such as a run instead of a report.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(report, client)
        ...     small = cb.plan([{"id": 288901, "balance": 60}], client)
        >>> plan.counts["invalid"], small.counts["update"]
        (0, 1)
    """
    takes = Arguments("certbulk.plan")
    nouns, where_from = (Report, Sheet), f"{REPORT} {WHAT_READ_TAKES}"
    source = take_source(takes, "source", source, nouns, where_from)
    takes.noun("client", client, Client, CLIENT)
    takes.choice("match", match, ("id", "title"))
    takes.flags(allow_duplicate_titles=allow_duplicate_titles, progress=progress)
    takes.choice("issued", issued, ("block", "successor"))
    takes.text("successor_title", successor_title, optional=True)
    takes.number("price_jump", price_jump, optional=True)
    takes.mapping("titles", titles, 'a dictionary, such as {2: 288901, 5: "create"}', optional=True)
    takes.moment("now", now)
    limit = price_jump_limit(price_jump)
    made_at = datetime.now(UTC)
    succession = None
    if issued == "successor":
        title = Settings.load().successor_title if successor_title is None else successor_title
        succession = Succession.of(title, now or made_at)
    report = source if isinstance(source, Report) else validate(source, now=now, progress=progress)
    report = looked_up(report, client, progress=progress)
    live = Live.for_report(client, report, progress=progress)
    report = without_repeats(report, live.by_id)
    planner = RowPlanner(
        report,
        live,
        match_titles=match == "title",
        allow_duplicates=allow_duplicate_titles,
        succession=succession,
        titles=titles or {},
    )
    decisions = planner.decisions(now or made_at)
    if any(decision.replaces is not None for decision in decisions):
        report = with_locations(report, client)
    made = Plan(
        report,
        decisions,
        client.chain_id,
        client.service,
        made_at,
        client.pace.per_second,
        client.pace.per_minute,
        frozenset(live.by_id),
        allow_duplicate_titles,
        price_jump=limit,
        cautions=list_cautions(report, decisions, live),
        successor_title=succession.fixed if succession else "",
        match_titles=match == "title",
    )
    made = under_policy(with_cautions(made))
    log_plan(made)
    return made
