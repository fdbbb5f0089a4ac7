"""The finding codes about cells of one row: those that belong together, and texts that mislead."""

from __future__ import annotations

from certbulk.core.findings.code import Basis, Code, Repair, Row, Scope, error, warning

__all__ = ["FIXED_DATE", "ROW_CODES"]

FIXED_DATE: Row = {
    "expiration_type_id": "Fixed date",
    "expiration_timeout": "",
    "expiration_timeout_unit_id": "",
}
"""A row that expires on a fixed date, but for the date."""

ROW_CODES: tuple[Code, ...] = (
    error(
        "date_required",
        Scope.ROW,
        "A fixed date needs a date",
        "A type that expires on a fixed date needs expiration_date.",
        Basis.DOCUMENTED,
        {**FIXED_DATE, "expiration_date": ""},
    ),
    error(
        "date_in_past",
        Scope.ROW,
        "The date has passed",
        "Certificates of this type would be sold expired.",
        Basis.INFERRED,
        {**FIXED_DATE, "expiration_date": "2020-12-31"},
    ),
    error(
        "period_required",
        Scope.ROW,
        "A period needs a length and a unit",
        "A type that expires some time after the sale needs expiration_timeout and "
        "expiration_timeout_unit_id.",
        Basis.DOCUMENTED,
        {"expiration_timeout": "", "expiration_timeout_unit_id": ""},
        repair=Repair.CERTAIN,
    ),
    warning(
        "expiration_ignored",
        Scope.ROW,
        "Filled in, but not used",
        "The way in which the type expires does not use this column; the service drops it.",
        Basis.DOCUMENTED,
        {"expiration_date": "2031-12-31"},
        repair=Repair.LIKELY,
    ),
    warning(
        "nothing_as_text",
        Scope.ROW,
        "A word for nothing as a title or text",
        "A dash or n/a in a column of texts is a text like any other: a live type would be renamed "
        "to it, and customers would read it.",
        Basis.SPREADSHEET,
        {"online_sale_description": "n/a"},
    ),
    warning(
        "formula_as_text",
        Scope.ROW,
        "A formula as a title or text",
        "A text such as =CONCATENATE(A2; B2) or =DISPIMG(…) is a formula that no program has "
        "calculated, or a picture that only one program can show. It is a text like any other, "
        "and customers would read it.",
        Basis.SPREADSHEET,
        {"title": '=CONCATENATE("Gift ", 1000)'},
    ),
    warning(
        "apostrophe_before_text",
        Scope.ROW,
        "An apostrophe before a title or text",
        "Typed before a cell's text, an apostrophe has a spreadsheet program keep it as text, and "
        "is no part of it. In a file of another program it is one, and customers would read it.",
        Basis.SPREADSHEET,
        {"title": "'Gift Certificate 1000"},
        repair=Repair.LIKELY,
    ),
    warning(
        "title_is_date",
        Scope.ROW,
        "A title that is a date",
        "Spreadsheet programs take a title such as 8 March or 14.02 for a date when it is typed, "
        "and it would be sent as that.",
        Basis.SPREADSHEET,
        {"title": "2027-03-08"},
    ),
    error(
        "services_required",
        Scope.ROW,
        "Specific services need services",
        "A type for specific services needs at least one service id.",
        Basis.INFERRED,
        {"item_type_id": "Specific services", "service_ids": ""},
    ),
    error(
        "services_not_allowed",
        Scope.ROW,
        "Services that would not count",
        "Service ids only mean something on types for specific services.",
        Basis.INFERRED,
        {"item_type_id": "Any services", "service_ids": "501, 502"},
    ),
    error(
        "locations_required",
        Scope.ROW,
        "No location",
        "A type that is valid nowhere cannot be used.",
        Basis.INFERRED,
        {"salon_ids": ""},
    ),
    error(
        "online_price_required",
        Scope.ROW,
        "Online sale needs a price",
        "A type that is sold online needs a price above 0.",
        Basis.INFERRED,
        {"online_sale_is_enabled": "yes", "online_sale_price": ""},
    ),
    error(
        "action_needs_id",
        Scope.ROW,
        "An update needs an id",
        "The row says update but has no id.",
        Basis.INFERRED,
        {"action": "update", "id": ""},
    ),
    error(
        "action_has_id",
        Scope.ROW,
        "A create has no id yet",
        "The row says create but has an id: it would exist twice.",
        Basis.INFERRED,
        {"action": "create", "id": "289001"},
    ),
    error(
        "example_changed",
        Scope.ROW,
        "An example that was filled in",
        "An example of the template is left out while it is as it was. This one was changed and "
        'is still marked "example": whether it is meant would be a guess.',
        Basis.INFERRED,
        {"action": "example", "title": "Gift Certificate 2000", "balance": "2000"},
    ),
)
