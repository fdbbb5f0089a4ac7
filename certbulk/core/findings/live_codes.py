"""Codes of findings about changes of lists, and those that only a plan has: live types."""

from __future__ import annotations

from certbulk.core.findings.code import Basis, Code, Repair, Scope, error, warning

__all__ = ["LIST_CODES", "LIVE_CODES"]

LIST_CODES: tuple[Code, ...] = (
    error(
        "list_change",
        Scope.CELL,
        "Unclear change of a list",
        "A cell with <add> or <remove> changes the live list. It cannot have a plain list as "
        "well, and it cannot add and remove the same entry. Each needs something behind it.",
        Basis.INFERRED,
        {"id": "289001", "salon_ids": "720441; <add> 720442"},
        repair=Repair.LIKELY,
    ),
    error(
        "list_change_on_create",
        Scope.CELL,
        "Change of a list that does not exist yet",
        "A new type has no list to which <add> or <remove> could apply.",
        Basis.INFERRED,
        {"salon_ids": "<add> 720442"},
    ),
)

LIVE_CODES: tuple[Code, ...] = (
    warning(
        "already_listed",
        Scope.PLAN,
        "Already in the list",
        "The cell adds an entry that the live type has already, so it changes nothing. Only a plan "
        "knows this.",
        Basis.INFERRED,
        {"id": "288901", "salon_ids": "<add> 720441"},
    ),
    warning(
        "not_listed",
        Scope.PLAN,
        "Not in the list",
        "The cell removes an entry that the live type does not have, so it changes nothing. Only a "
        "plan knows this.",
        Basis.INFERRED,
        {"id": "288904", "salon_ids": "<remove> 720450"},
    ),
    warning(
        "title_keeps_amount",
        Scope.PLAN,
        "Title goes on naming the old face value",
        "The face value changes, and the title of the live type names the old one. Only a plan "
        "knows this, if the sheet has no titles.",
        Basis.INFERRED,
        {"id": "288901", "balance": "55"},
        terminal="Titles can follow: --retitle of the command change.",
    ),
    warning(
        "price_jump",
        Scope.PLAN,
        "Price that jumps",
        "An update changes a face value or an online price by more than 50%, or to ten times, a "
        "hundred times, a tenth or a hundredth of the live one. The limit can be set: "
        "CERTBULK_PRICE_JUMP.",
        Basis.INFERRED,
        {"id": "288909", "balance": "2800"},
    ),
)
