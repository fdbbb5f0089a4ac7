"""The result of a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certbulk.displayable import Displayable

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from certbulk.applying import Run
    from certbulk.planning import Plan

__all__ = ["Rehearsal"]


@dataclass(frozen=True, slots=True, repr=False)
class Rehearsal(Displayable):
    """What would come of a file: a run on a copy of the chain.

    Attributes:
        run: The run on the copy. Its number is "rehearsal", and no journal has it. New types have
            no id, because the service would give them others.
        types: The number of live types that were copied.
        seconds: How long the run takes at the client's pace, with the retries and pauses of this
            rehearsal. The time in which the service works on a request is not in it.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     rehearsal = cb.rehearse(report, client)
        >>> rehearsal
        Rehearsal on a copy of chain 706028: finished, 33 created, 4 updated, ...
        >>> rehearsal.ok, rehearsal.plan.writes, rehearsal.requests
        (True, 37, 42)
        >>> rehearsal.frame["status"].to_list().count("updated")
        4
        >>> rehearsal.as_dict()["types"], rehearsal.to_excel("rehearsal.xlsx").name
        (9, 'rehearsal.xlsx')
    """

    run: Run
    types: int
    seconds: float

    @property
    def plan(self) -> Plan:
        """The plan, as it would be made for the chain itself."""
        return self.run.plan

    @property
    def ok(self) -> bool:
        """Whether the run finished, had rows, and every one of them ended well."""
        return self.run.ok

    @property
    def requests(self) -> int:
        """The number of requests of the run, retries included."""
        return len(self.run.exchanges)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per outcome: see `Run.frame`."""
        return self.run.frame

    def to_excel(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write a results workbook: see `Run.to_excel`. It can be applied to the chain itself.

        Raises:
            OutputError: The file exists and `overwrite` is false, or it cannot be written.
        """
        return self.run.to_excel(path, overwrite=overwrite)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts, the requests and the seconds as JSON-ready values."""
        known = {"types": self.types, "requests": self.requests, "seconds": round(self.seconds, 1)}
        return {**self.run.as_dict(), "state": self.run.state, "reason": self.run.reason, **known}

    def __repr__(self) -> str:
        counted = [f"{n} {status}" for status, n in self.run.counts.items() if n]
        return (
            f"Rehearsal on a copy of chain {self.plan.chain_id}: "
            f"{', '.join([self.run.state, *counted])}"
        )
