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
        "Fixed date without a date",
        "A type that expires on a fixed date needs a date under Expires on.",
        Basis.DOCUMENTED,
        {**FIXED_DATE, "expiration_date": ""},
    ),
    error(
        "date_in_past",
        Scope.ROW,
        "Date in the past",
        "Certificates of this type would be expired when they are sold.",
        Basis.INFERRED,
        {**FIXED_DATE, "expiration_date": "2020-12-31"},
    ),
    warning(
        "midnight",
        Scope.ROW,
        "Midnight at the start of a day",
        "A date with a time zone is a moment. At midnight, the day that it names has only begun: a "
        "certificate would not be valid on it. A date without a time means the end of the day. In "
        "a frame, a column with nothing but midnights is read as days.",
        Basis.INFERRED,
        {**FIXED_DATE, "expiration_date": "2031-12-31T00:00:00+00:00"},
        repair=Repair.LIKELY,
    ),
    error(
        "period_required",
        Scope.ROW,
        "Period without a length or unit",
        "A type that expires some time after the sale needs a number under "
        "Valid for how long, and a unit.",
        Basis.DOCUMENTED,
        {"expiration_timeout": "", "expiration_timeout_unit_id": ""},
        repair=Repair.CERTAIN,
    ),
    warning(
        "expiration_ignored",
        Scope.ROW,
        "Filled in, but not used",
        "The type expires in a way that does not use this column. The service drops the value.",
        Basis.DOCUMENTED,
        {"expiration_date": "2031-12-31"},
        repair=Repair.LIKELY,
    ),
    warning(
        "nothing_as_text",
        Scope.ROW,
        "Word for nothing as a title or text",
        "In a column of texts, a dash or n/a is a text like any other: a live type would be "
        "renamed to it, and customers would see it.",
        Basis.SPREADSHEET,
        {"online_sale_description": "n/a"},
    ),
    warning(
        "formula_as_text",
        Scope.ROW,
        "Formula as a title or text",
        "A text such as =CONCATENATE(A2; B2) or =DISPIMG(…) is a formula that no program has "
        "calculated, or a picture that only one program can show. It would be sent as it is, "
        "and customers would see it.",
        Basis.SPREADSHEET,
        {"title": '=CONCATENATE("Gift ", 1000)'},
    ),
    warning(
        "apostrophe_before_text",
        Scope.ROW,
        "Apostrophe before a title or text",
        "In a spreadsheet program, an apostrophe typed before a text marks the cell as text and "
        "is not part of it. In a file from another program it is part of the text, and "
        "customers would see it.",
        Basis.SPREADSHEET,
        {"title": "'Gift Certificate 1000"},
        repair=Repair.LIKELY,
    ),
    warning(
        "mojibake",
        Scope.ROW,
        "Text in the wrong letters",
        "A program that opens UTF-8 in another encoding shows CafÃ© for Café, and saves it like "
        "that. Then the file is valid, and customers would see these letters. The same goes for "
        "text that is still in UTF-7 or HZ, whose letters are written as signs. What such a text "
        "was meant to be is shown; it is never changed unasked.",
        Basis.INFERRED,
        {"title": "CafÃ© 1000"},
        repair=Repair.LIKELY,
    ),
    warning(
        "title_is_date",
        Scope.ROW,
        "Title that is a date",
        "Spreadsheet programs turn a title such as 8 March or 14.02 into a date when it is "
        "typed. It would be sent as a date.",
        Basis.SPREADSHEET,
        {"title": "2027-03-08"},
    ),
    error(
        "services_required",
        Scope.ROW,
        "Specific services without services",
        "A type for specific services needs at least one service id.",
        Basis.INFERRED,
        {"item_type_id": "Specific services", "service_ids": ""},
    ),
    error(
        "services_not_allowed",
        Scope.ROW,
        "Services without effect",
        "Service ids only have an effect on types for specific services.",
        Basis.INFERRED,
        {"item_type_id": "Any services", "service_ids": "501, 502"},
    ),
    error(
        "locations_required",
        Scope.ROW,
        "No location",
        "A type that is not valid at any location cannot be used.",
        Basis.INFERRED,
        {"salon_ids": ""},
    ),
    error(
        "online_price_required",
        Scope.ROW,
        "Online sale without a price",
        "A type that is sold online needs a price above 0.",
        Basis.INFERRED,
        {"online_sale_is_enabled": "yes", "online_sale_price": ""},
    ),
    warning(
        "zero_face_value",
        Scope.ROW,
        "Face value of 0",
        "A certificate of this type would be worth nothing. An update has the warning as well if "
        "it leaves a live type like that.",
        Basis.INFERRED,
        {"title": "Gift Certificate", "balance": "0"},
    ),
    warning(
        "online_price_above_face_value",
        Scope.ROW,
        "Online price above the face value",
        "Customers would pay more online than the certificate is worth. An update is compared "
        "with what it keeps of the live type.",
        Basis.INFERRED,
        {"online_sale_is_enabled": "yes", "online_sale_price": "1500"},
    ),
    error(
        "action_needs_id",
        Scope.ROW,
        "Update without an id",
        "The row says update but has no id.",
        Basis.INFERRED,
        {"action": "update", "id": ""},
    ),
    error(
        "action_has_id",
        Scope.ROW,
        "Create with an id",
        "The row says create but has an id. The type would exist twice.",
        Basis.INFERRED,
        {"action": "create", "id": "289001"},
    ),
    error(
        "example_changed",
        Scope.ROW,
        "Changed example",
        "An example row of the template is skipped as long as it is unchanged. This one was "
        'changed but is still marked "example", so certbulk cannot know whether it is meant.',
        Basis.INFERRED,
        {"action": "example", "title": "Gift Certificate 2000", "balance": "2000"},
    ),
)
