"""How the chains of a fleet stand: counts, a frame, a workbook, JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from certbulk.arguments import Arguments
from certbulk.core.columns.dtypes import typed_frame
from certbulk.core.counting import counted
from certbulk.core.kinds.kind import NUMBER
from certbulk.displayable import Displayable
from certbulk.fleets.job import STATES, JobResult
from certbulk.fleets.standing import Standing, lanes_alike
from certbulk.shared.home import Journal

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from certbulk.fleets.job import Job

__all__ = ["FleetView"]


class FleetView(Displayable):
    """The reading half of `Fleet`."""

    jobs: tuple[Job, ...]
    _home: Path | Journal
    _standing: list[Standing]

    @property
    def results(self) -> tuple[JobResult | None, ...]:
        """How each job stands, in the order of the table; None for those that nothing was done."""
        return tuple(one.shown for one in self._standing)

    @property
    def ok(self) -> bool:
        """Whether something was done for every chain that it was asked for, and all is well."""
        known = [result for result in self.results if result is not None]
        return bool(known) and all(result.ok for result in known)

    @property
    def counts(self) -> dict[str, int]:
        """The number of chains by state; see the reference for what the states mean."""
        by_state = Counter(result.state for result in self.results if result is not None)
        return {state: by_state[state] for state in STATES if by_state[state]}

    @property
    def to_send(self) -> int:
        """The number of chains whose plans `apply` sends, or continues."""
        return len(self._to_send())

    @property
    def unapproved(self) -> tuple[str, ...]:
        """The ids of the plans that another person has yet to approve, and can.

        None can be approved without a shared journal; the reason of each chain says so.
        """
        if not isinstance(self._home, Journal):
            return ()
        return tuple(one.job.plan_id for one in self._standing if one.unapproved)

    @property
    def left(self) -> int:
        """The number of rows that `apply` still sends."""
        return sum(one.left for one in self._to_send())

    def _to_send(self) -> list[Standing]:
        ready = (one for one in self._standing if "apply" in (one.job.actions or ("apply",)))
        return [one for one in ready if one.can_be_sent and not one.is_done]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks about the fleet as a whole, such as two lanes that seem to be one."""
        known = (one for line in self._standing for one in (line.planned, line.shown) if one)
        return lanes_alike(list(known))

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of `frame` as mappings."""
        return [one.line() for one in self._standing]

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each chain.

        Columns: line, chain, file, profile, state, rows, done, left, limited (answers with 429),
        lane, worker, run, reason.
        """
        lines = self.lines()
        names = list(lines[0])
        numbers = ("line", "chain", "rows", "done", "left", "limited")
        return typed_frame(
            {name: [line[name] for line in lines] for name in names},
            dtypes=dict.fromkeys(numbers, NUMBER),
        )

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the results workbook: a line for each chain, then a sheet for each outcome of rows.

        Raises:
            OutputError: The file exists and `overwrite` is false, or it cannot be written.
        """
        from certbulk.fleets.workbook import fleet_sheets  # noqa: PLC0415 (only if it is written)
        from certbulk.workbook import write_workbook  # noqa: PLC0415

        takes = Arguments("Fleet.to_excel")
        takes.path("path", path)
        takes.flags(overwrite=overwrite)
        sheets = fleet_sheets(self._standing, self._home)
        return write_workbook(path, sheets, overwrite=overwrite)

    def as_dict(self) -> dict[str, Any]:
        """Return the fleet as JSON-ready values; each chain under `chains`."""
        return {
            "ok": self.ok,
            "counts": self.counts,
            "remarks": list(self.remarks),
            "chains": [one.as_dict() for one in self._standing],
        }

    def __repr__(self) -> str:
        chains = counted(len(self.jobs), "chain")
        states = ", ".join(f"{n} {state.replace('_', ' ')}" for state, n in self.counts.items())
        return f"Fleet of {chains}: {states or 'nothing done yet'}"
