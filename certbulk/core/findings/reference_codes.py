"""Codes of findings about names and ids of locations, services and categories."""

from __future__ import annotations

from certbulk.core.findings.code import Basis, Repair, Scope, error, warning

__all__ = ["REFERENCE_CODES"]

REFERENCE_CODES = (
    warning(
        "list_unavailable",
        Scope.TABLE,
        "List not available",
        "The service did not return its list of locations, services or categories. Ids are sent "
        "unchecked, and names cannot be looked up.",
        Basis.INFERRED,
        {"service_ids": "501", "item_type_id": "Specific services"},
    ),
    error(
        "unknown_location",
        Scope.CELL,
        "No such location",
        "There is no location with this name; or, when looked up live, the chain has no "
        "location with this id and no live type uses it. Whether the service checks this is not "
        "documented.",
        Basis.INFERRED,
        {"salon_ids": "Dwntown"},
        repair=Repair.LIKELY,
    ),
    error(
        "unknown_service",
        Scope.CELL,
        "No such service",
        "There is no service with this name; or, when looked up live, there is none with this "
        "id and no live type uses it. Whether the service checks this is not documented.",
        Basis.INFERRED,
        {"item_type_id": "Specific services", "service_ids": "Massage, 90 min"},
        repair=Repair.LIKELY,
    ),
    error(
        "unknown_category",
        Scope.CELL,
        "No such category",
        "There is no category with this name; or, when looked up live, there is none with this "
        "id and no live type uses it. Clients have seen categories of "
        "certificates here, as well as categories of services.",
        Basis.INFERRED,
        {"category_id": "Massages"},
        repair=Repair.LIKELY,
    ),
    error(
        "ambiguous_reference",
        Scope.CELL,
        "Ambiguous name or id",
        "Two entries have this name; or the workbook's own list and the service have different "
        "ids for it; or a number is the id of one entry and the name of another; or the name "
        "and the id in brackets belong to different entries; or a list of names can be split in "
        "two ways. certbulk shows the possibilities and does not guess.",
        Basis.INFERRED,
        {"salon_ids": "Old Town"},
    ),
    warning(
        "service_not_at_location",
        Scope.ROW,
        "Service not offered at a location",
        "When looked up live, a location of the type does not offer one of its services.",
        Basis.INFERRED,
        {"item_type_id": "Specific services", "service_ids": "502", "salon_ids": "720442"},
    ),
)
