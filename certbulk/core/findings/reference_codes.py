"""Codes of findings about names and ids of locations, services and categories."""

from __future__ import annotations

from certbulk.core.findings.code import Basis, Repair, Scope, error, warning

__all__ = ["REFERENCE_CODES"]

REFERENCE_CODES = (
    warning(
        "list_unavailable",
        Scope.TABLE,
        "A list could not be read",
        "The service would not give its list of locations, services or categories. Ids are sent "
        "as they stand, unchecked; names cannot be looked up.",
        Basis.INFERRED,
        {"service_ids": "501", "item_type_id": "Specific services"},
    ),
    error(
        "unknown_location",
        Scope.CELL,
        "No such location",
        "No location has this name; or, looked up live, the chain has none with this id and no "
        "live type carries it. Whether the service checks this is not documented.",
        Basis.INFERRED,
        {"salon_ids": "Dwntown"},
        repair=Repair.LIKELY,
    ),
    error(
        "unknown_service",
        Scope.CELL,
        "No such service",
        "No service has this name; or, looked up live, none has this id and no live type carries "
        "it. Whether the service checks this is not documented.",
        Basis.INFERRED,
        {"item_type_id": "Specific services", "service_ids": "Massage, 90 min"},
        repair=Repair.LIKELY,
    ),
    error(
        "unknown_category",
        Scope.CELL,
        "No such category",
        "No category of services has this name; or, looked up live, none has this id and no live "
        "type carries it. In live data categories of certificates are seen here too.",
        Basis.INFERRED,
        {"category_id": "Massages"},
        repair=Repair.LIKELY,
    ),
    error(
        "ambiguous_reference",
        Scope.CELL,
        "Which one is meant is open",
        "Two have this name, the workbook's own list and the service have different ids for it, a "
        "number is an id and the name of another, the name and the id in brackets belong to "
        "different ones, or a list of names can be parted in two ways. "
        "certbulk shows what it may mean and does not guess.",
        Basis.INFERRED,
        {"salon_ids": "Old Town"},
    ),
    warning(
        "service_not_at_location",
        Scope.ROW,
        "A service that a location does not offer",
        "Looked up live: the type is valid at this location for a service that it does not offer.",
        Basis.INFERRED,
        {"item_type_id": "Specific services", "service_ids": "502", "salon_ids": "720442"},
    ),
)
