"""From a `Report` and what is live to a `Plan`: one decision per row."""

from certbulk.planning.plan import Action, Plan, RowDecision
from certbulk.planning.planner import plan

__all__ = ["Action", "Plan", "RowDecision", "plan"]
