"""`drift`: what differs between what was applied, or stands in a sheet, and what is live."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certbulk.applying import Run, Status
from certbulk.core.directory import NO_NAMES
from certbulk.core.field import SKIP
from certbulk.core.fields import BY_NAME
from certbulk.core.payload import differences, for_create, for_update, values_of, values_of_body
from certbulk.errors import PlanError
from certbulk.planning.live import Live, archived
from certbulk.planning.lookup import looked_up
from certbulk.planning.plan import shown
from certbulk.preview import Shown
from certbulk.validating import Report, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from certbulk.api import Client
    from certbulk.core.directory import Directory
    from certbulk.reading import Sheet

__all__ = ["KINDS", "Drift", "Drifted", "drift"]

KINDS = ("gone", "archived", "changed", "new")
"""How a type can differ from what was meant: each row and each live type is at most one of them."""

_CARRIED_OUT = (Status.CREATED, Status.UPDATED, Status.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Drifted:
    """One type that is not as it was meant to be.

    Attributes:
        kind: `gone`, `archived`, `changed`, or `new`: live, and not among what was meant.
        row: The row that means it; None for a new one.
        id: Its id; None for a row that never had one and whose title is not live.
        title: Its title as it is live, or as the row has it where it is not.
        changes: `{field: (meant, live)}` as typed values, of a changed one.
    """

    kind: str
    row: int | None
    id: int | None
    title: str
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Drift(Shown):
    """All that differs, those of the sheet in its order, then new ones.

    Attributes:
        found: What differs.
        of: What was compared with what is live, in words.
        compared: How many rows were compared.
        chain_id: The chain.
        directory: What the chain calls its locations, services and categories, where it is known.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     sheet = cb.read("sample_data/certificate_types.xlsx")
        ...     drift = cb.drift(sheet, client)  # before it is applied: nearly all is missing
        >>> drift.counts
        {'gone': 33, 'archived': 0, 'changed': 4, 'new': 1}
        >>> drift.frame.query("field == 'balance'")[["title", "meant", "live"]].values.tolist()
        [['Gift Certificate 300', '300', '280']]
        >>> drift.as_dict()["compared"]
        40
    """

    found: tuple[Drifted, ...]
    of: str
    compared: int
    chain_id: int
    directory: Directory = NO_NAMES

    def __len__(self) -> int:
        return len(self.found)

    @property
    def counts(self) -> dict[str, int]:
        """How many types there are of each kind."""
        counted = Counter(one.kind for one in self.found)
        return {kind: counted[kind] for kind in KINDS}

    @property
    def frame(self) -> pd.DataFrame:
        """A line for each field that differs, and for each type that is gone or new.

        Columns: kind, row, id, title, field, meant, live; values as people write them.
        """
        import pandas as pd  # noqa: PLC0415

        names = ["kind", "row", "id", "title", "field", "meant", "live"]
        lines = [
            (one.kind, one.row, one.id, one.title, name, meant, live)
            for one in self.found
            for name, meant, live in _lines(one, self.directory)
        ]
        kinds = {"row": "Int64", "id": "Int64"}
        return pd.DataFrame(lines, columns=names, dtype=object).astype(kinds)

    def as_dict(self) -> dict[str, Any]:
        """Return the drift as JSON-ready values."""
        return {
            "of": self.of,
            "chain_id": self.chain_id,
            "compared": self.compared,
            **self.counts,
            "found": [
                {
                    "kind": one.kind,
                    "row": one.row,
                    "id": one.id,
                    "title": one.title,
                    "changes": {
                        name: [BY_NAME[name].kind.dump(value) for value in pair]
                        for name, pair in one.changes.items()
                    },
                }
                for one in self.found
            ],
        }

    def __repr__(self) -> str:
        counted = ", ".join(f"{number} {kind}" for kind, number in self.counts.items() if number)
        return f"Drift of {self.of} on chain {self.chain_id}: {counted or 'none'}"


def _lines(one: Drifted, directory: Directory) -> Iterator[tuple[str, str, str]]:
    if not one.changes:
        yield "", "", ""
    for name, (meant, live) in one.changes.items():
        yield name, shown(name, meant, directory), shown(name, live, directory)


def drift(meant: Run | Report | Sheet, client: Client) -> Drift:
    """Return what is live and not as a run left it, or not as a sheet has it. Nothing is sent.

    Of a run, the rows that were created, updated or unchanged are compared; a type is new when it
    came after the run's plan and not by the run. Of a sheet or report, the valid rows are compared,
    each with the type that has its id, else with the only one that has its title; all other live
    types are new. A blank cell of a row with an id means nothing, so it differs from nothing.

    Args:
        meant: What should be live.
        client: The chain.

    Raises:
        PlanError: The run was for another chain or service.
        ServiceError: What is live could not be read.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     run = cb.apply(cb.plan(report, client), client, progress=False)
        ...     client.delete(run.outcomes[0].id)
        ...     cb.drift(run, client).counts
        {'gone': 1, 'archived': 0, 'changed': 0, 'new': 0}
    """
    if isinstance(meant, Run):
        return _of_run(meant, client)
    report = meant if isinstance(meant, Report) else validate(meant)
    return _of_report(looked_up(report, client), client)


def _of_run(run: Run, client: Client) -> Drift:
    plan = run.plan
    if (plan.base_url, plan.chain_id) != (client.service, client.chain_id):
        raise PlanError(
            f"Run {run.id} was for chain {plan.chain_id} at {plan.base_url}, the client is for "
            f"chain {client.chain_id} at {client.service}."
        )
    carried_out = {o.row: o.id for o in run.outcomes if o.status in _CARRIED_OUT and o.id}
    live = Live.fetch(client, set(carried_out.values()), set())
    found: list[Drifted] = []
    for place, decision in enumerate(plan.decisions):
        number = carried_out.get(decision.row)
        if number is None:
            continue
        given = values_of_body(decision.body) if decision.body else plan.report.values(place)
        found += _compared(decision.row, number, decision.title, given, live)
    known = plan.live_ids | set(carried_out.values())
    found += _new(live, known)
    return Drift(
        tuple(found), f"run {run.id}", len(carried_out), client.chain_id, plan.report.directory
    )


def _of_report(report: Report, client: Client) -> Drift:
    places = [
        place
        for place in range(len(report))
        if not report.refused[place] and report.actions[place] != SKIP
    ]
    ids = report.columns.get("id")
    numbers = {place: ids[place] if ids else None for place in places}
    titles = {place: str(report.values(place).get("title", "")) for place in places}
    wanted = {number for number in numbers.values() if number is not None}
    live = Live.fetch(client, wanted, set(titles.values()))
    found: list[Drifted] = []
    seen = set(wanted)
    for place in places:
        number, given = numbers[place], report.values(place)
        if number is None:
            given = for_create(given)
            titled = [one for one in live.titled(titles[place]) if one not in seen]
            number = titled[0] if len(titled) == 1 else None
            seen |= {number} if number is not None else set()
        found += _compared(int(report.sheet.rows[place]), number, titles[place], given, live)
    found += _new(live, seen)
    return Drift(tuple(found), report.sheet.source, len(places), client.chain_id, report.directory)


def _compared(
    row: int, number: int | None, title: str, given: Mapping[str, Any], live: Live
) -> Iterator[Drifted]:
    """Yield how one type differs from what is given for it, if it does."""
    record = live.by_id.get(number) if number is not None else None
    if record is None:
        yield Drifted("gone", row, number, title)
        return
    now = values_of(record)
    name = str(now.get("title") or title)
    if archived(record):
        yield Drifted("archived", row, number, name)
        return
    changes = {
        field_: (meant, stored)
        for field_, (stored, meant) in differences(for_update(now, given), now).items()
    }
    if changes:
        yield Drifted("changed", row, number, name, changes)


def _new(live: Live, known: Iterable[int]) -> Iterator[Drifted]:
    """Yield the types that nothing of what was meant stands for; archived ones are not in use."""
    for number in sorted(live.by_id.keys() - set(known)):
        record = live.by_id[number]
        if not archived(record):
            yield Drifted("new", None, number, str(record.get("title") or ""))
