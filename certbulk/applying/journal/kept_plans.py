"""The plans of fleets, and those to approve, in the journal: found by what they are for.

All who share the journal find the same plan for the same work, so it is carried out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from certbulk.applying.journal.approvals import approvals
from certbulk.applying.journal.by_plan import parts
from certbulk.applying.journal.reading import JournalReading
from certbulk.applying.journal.schema import KEPT_PLANS, RUNS
from certbulk.planning.saving.files import plan_in_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from certbulk.planning import Plan
    from certbulk.planning.approval import Approval

__all__ = ["JournalOfPlans", "KeptPlan"]


class KeptPlan(NamedTuple):
    """A plan that is kept.

    Attributes:
        plan_id: Its id; empty if there could be no plan.
        told: How it looked, as JSON.
    """

    plan_id: str
    told: str


class JournalOfPlans(JournalReading):
    """The journal, with the plans of fleets.

    Raises:
        OutputError: The folder cannot be written, or the database cannot be used.
    """

    def keep(self, key: str, plan: KeptPlan, document: str, *, instead_of: str) -> bool:
        """Keep a plan, unless somebody else has kept or begun one meanwhile.

        Args:
            key: What it is for.
            plan: The plan.
            document: The plan as it is saved; empty if there is none.
            instead_of: The id of the plan that was kept when this one was begun to be made;
                empty if there was none.

        Returns:
            Whether it is kept.
        """
        values = {**plan._asdict(), "document": document}
        insert = self._store.insert(KEPT_PLANS).values(key=key, **values)
        put = insert.on_conflict_do_update(
            index_elements=["key"],
            set_=values,
            where=KEPT_PLANS.c.plan_id == instead_of,
        )
        begun = select(RUNS.c.run).where(RUNS.c.plan_id == instead_of, RUNS.c.state == "running")
        with self._connection() as connection:
            if instead_of and connection.scalars(begun).first() is not None:
                return False
            return bool(connection.execute(put).rowcount)

    def kept(self, keys: Collection[str]) -> dict[str, KeptPlan]:
        """Return the plans that are kept, by what they are for."""
        found = {}
        names = ("key", *KeptPlan._fields)
        for some in parts(list(keys)):
            wanted = select(*(KEPT_PLANS.c[name] for name in names)).where(
                KEPT_PLANS.c.key.in_(some)
            )
            with self._connection() as connection:
                for key, *values in connection.execute(wanted):
                    found[key] = KeptPlan(*values)
        return found

    def not_begun(self, prefix: str) -> list[KeptPlan]:
        """Return the plans whose key begins like this, without those that a run has begun."""
        begun = select(RUNS.c.run).where(RUNS.c.plan_id == KEPT_PLANS.c.plan_id).exists()
        names = (KEPT_PLANS.c[name] for name in KeptPlan._fields)
        wanted = select(*names).where(KEPT_PLANS.c.key.startswith(prefix, autoescape=True), ~begun)
        with self._connection() as connection:
            return [KeptPlan(*values) for values in connection.execute(wanted)]

    def approvals(self, key: str, digest: str) -> list[Approval]:
        """Return the approvals of a plan with this content that count, oldest first."""
        with self._connection() as connection:
            return approvals(connection, key, digest)

    def plan(self, plan_id: str) -> Plan | None:
        """Return a plan; None if it is not kept.

        Raises:
            PlanError: It was changed in the journal, or would send something else than its rows
                say.
            SettingsError: The policy cannot be used.
        """
        wanted = select(KEPT_PLANS.c.document).where(KEPT_PLANS.c.plan_id == plan_id)
        with self._connection() as connection:
            text = connection.scalars(wanted).first() if plan_id else None
        return plan_in_text(text, f"Plan {plan_id}") if text else None
