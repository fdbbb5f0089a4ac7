"""Successors of issued types: what takes the place of a type that the service refuses to change.

The type that is replaced stays as it is: no endpoint that takes it off sale is documented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Self

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Problem
from certbulk.core.payload import (
    body_of,
    differences,
    disagreements,
    for_create,
    for_update,
    missing_in_record,
    values_of,
)
from certbulk.core.titles import strict
from certbulk.errors import SettingsError
from certbulk.planning.deciding.refusals import Refusal
from certbulk.planning.deciding.row_decision import Action, RowDecision
from certbulk.planning.live import archived, times_issued

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from datetime import datetime

    from certbulk.planning.live import Live

__all__ = ["Succession", "successor", "successor_title", "successor_values"]

Record = dict[str, Any]

_TITLE, _YEAR = "{title}", "{year}"
_PLACEHOLDER = re.compile(r"\{[^{}]*\}?")
_A_YEAR = r"(?<!\d)20\d\d(?!\d)"
_YEARS = 5
"""The years in which a successor is looked for that a pattern with a year has named."""
_USUAL = f"{_TITLE} ({_YEAR})"


@dataclass(frozen=True, slots=True)
class Succession:
    """How successors are called, and what is decided about rows whose type was issued.

    Attributes:
        pattern: The title of a successor, such as `{title} ({year})`.
        year: The year of the plan.
    """

    pattern: str
    year: int

    @classmethod
    def of(cls, pattern: str, now: datetime) -> Self:
        """Return the succession with a title pattern.

        Raises:
            SettingsError: The pattern lacks `{title}`, or has another placeholder.
        """
        others = [part for part in _PLACEHOLDER.findall(pattern) if part not in (_TITLE, _YEAR)]
        if others:
            raise SettingsError(
                f"{quoted(others[0])} in the title of successors, {quoted(pattern)}, is not known. "
                f"Use {_TITLE} for the title of the type, and {_YEAR} for the year."
            )
        if _TITLE not in pattern:
            raise SettingsError(
                f"The title of successors, {quoted(pattern)}, lacks {_TITLE}, so all of them would "
                f'have the same title. Write it as in "{_TITLE} (2027)".'
            )
        return cls(pattern, now.year)

    @property
    def fixed(self) -> str:
        """The pattern with the year of the plan in it."""
        return self.pattern.replace(_YEAR, str(self.year))

    def _titles(self, title: str) -> list[str]:
        """Return the successor's title now, then those that it may have been given before.

        A year in the pattern may have been another one, and the usual pattern may have been used.
        """
        patterns = dict.fromkeys((re.sub(_A_YEAR, _YEAR, self.pattern), _USUAL))
        years = range(self.year + 1, self.year - _YEARS, -1)
        fixed = [one.replace(_YEAR, str(year)) for one in patterns for year in years]
        return list(dict.fromkeys(successor_title(one, title) for one in (self.fixed, *fixed)))

    def decide(
        self,
        blocked: RowDecision,
        given: Mapping[str, Any],
        live: Live,
        *,
        taken: Mapping[str, int],
        changing: Container[int | None],
        allow_duplicates: bool,
        row_name: Callable[[int], str],
    ) -> RowDecision:
        """Return the decision about a row whose type was issued.

        Args:
            blocked: The decision to block it.
            given: The values of the row.
            live: The live types.
            taken: The row of each title, among the types after the run.
            changing: The ids of types that other rows change.
            allow_duplicates: Whether the title may be live already, or that of another row.
            row_name: Returns what a row is called in messages, by its number.
        """
        number = blocked.id or 0
        record = live.by_id[number]
        if archived(record) or missing_in_record(record):
            return blocked
        before = values_of(record)
        after = for_update(before, given)
        title, *earlier = self._titles(str(after.get("title", "")))
        values = successor_values(after, title)
        if isinstance(values, Refusal):
            return replace(blocked, code=values.code, message=values.message)
        for name in (title, *earlier):
            for other in live.titled(name):
                stored = values_of(live.by_id[other])
                if other == number:  # itself a successor, named by the same pattern
                    continue
                if other not in changing and not disagreements({**values, "title": name}, stored):
                    return _is_succeeded(blocked, record, other, str(stored["title"]))
        row = taken.get(strict(title))
        taken_by = _live_holder(title, values, live) or (row and f"Row {row_name(row)} has it")
        if taken_by and not allow_duplicates:
            message = (
                f"The successor would be called {quoted(title)}. {taken_by}. Give successors "
                "another title."
            )
            return replace(blocked, code="title_exists", message=message)
        return successor(blocked.row, record, before, values)


def successor_title(pattern: str, title: str) -> str:
    """Return the title of the successor of a type.

    The year that an earlier plan with such a pattern has put into the title gives way.

    Args:
        pattern: The pattern, with its year in it.
        title: The title of the type.

    Example:
        >>> successor_title("{title} (2027)", "Massage"), successor_title("{title} 2", "Massage 2")
        ('Massage (2027)', 'Massage 2 2')
        >>> successor_title("{title} (2028)", "Massage (2027)")
        'Massage (2028)'
    """
    before, _, after = pattern.partition(_TITLE)
    if re.search(_A_YEAR, before + after):
        around = (re.sub(_A_YEAR, lambda _: _A_YEAR, re.escape(part)) for part in (before, after))
        named = re.fullmatch("(.+)".join(around), title)
        title = named[1] if named else title
    return pattern.replace(_TITLE, title)


def _is_succeeded(blocked: RowDecision, record: Record, number: int, title: str) -> RowDecision:
    return RowDecision(
        blocked.row,
        Action.UNCHANGED,
        number,
        message=f"The successor of {blocked.id} is live already.",
        title=title,
        replaces=blocked.id,
        predecessor=record,
    )


def _live_holder(title: str, values: Mapping[str, Any], live: Live) -> str:
    """Return which live types have a title already, and what is different; blank for none."""
    ids = live.titled(title)
    if len(ids) != 1:
        return f"Live types have this title already, ids {', '.join(map(str, ids))}" * bool(ids)
    fields = ", ".join(disagreements(values, values_of(live.by_id[ids[0]])))
    return f"A live type, id {ids[0]}, has it already and differs in {fields or 'nothing'}"


def successor_values(after: Mapping[str, Any], title: str) -> dict[str, Any] | Refusal:
    """Return the values of a successor, or why there can be none.

    It has all values of the changed type that it uses; what it does not use (a date that does not
    apply, an online title that nobody sees) is left to the service.

    Args:
        after: The live values with those of the row on top.
        title: The successor's title.
    """
    checked = BY_NAME["title"].kind.parse(title, UTC)
    if isinstance(checked, Problem):
        return Refusal(
            checked.code,
            f"The title of the successor, {checked.about(quoted(title))}",
        )
    used = {name: value for name, value in after.items() if BY_NAME[name].used(after)}
    return for_create({**used, "title": checked})


def successor(
    row: int, record: Record, before: Mapping[str, Any], values: Mapping[str, Any]
) -> RowDecision:
    """Return the decision to create the successor of a live type.

    Args:
        row: The number of the row in the source.
        record: The live record of the type that is replaced.
        before: Its values.
        values: Those of the successor.
    """
    sold = counted(times_issued(record), "time")
    return RowDecision(
        row,
        Action.CREATE,
        message=f"A new type after {record['id']}, sold {sold}.",
        title=str(values["title"]),
        changes=differences(values, before),
        body=body_of(values),
        replaces=record["id"],
        predecessor=record,
    )
