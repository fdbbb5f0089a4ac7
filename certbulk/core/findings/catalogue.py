"""The catalogue of finding codes: a contract, and the source of the rules reference.

Every code has its meaning, its basis, and an example: rows to put on top of a row
made of the columns' own examples. A None drops the column.
"""

from __future__ import annotations

from types import MappingProxyType

from certbulk.core.findings.code import Basis, Code, Repair, Scope, error, warning
from certbulk.core.findings.live_codes import LIST_CODES, LIVE_CODES
from certbulk.core.findings.reference_codes import REFERENCE_CODES
from certbulk.core.findings.row_codes import FIXED_DATE, ROW_CODES
from certbulk.core.findings.table_codes import TABLE_CODES

__all__ = ["CODES"]

_ALL = (
    *TABLE_CODES,
    # --- one cell
    error(
        "required",
        Scope.CELL,
        "Required for a new type",
        "A new type needs this value, the documentation gives no default, and the cell is blank.",
        Basis.DOCUMENTED,
        {"title": ""},
    ),
    error(
        "not_a_number",
        Scope.CELL,
        "Not a number",
        "Write amounts in digits: 1000, 1 000,50 or 1,000.50.",
        Basis.DOCUMENTED,
        {"balance": "a thousand"},
        repair=Repair.LIKELY,
    ),
    error(
        "not_an_integer",
        Scope.CELL,
        "Not a whole number",
        "A length of time is a whole number. Its unit has a column of its own.",
        Basis.DOCUMENTED,
        {"expiration_timeout": "6 months"},
        repair=Repair.CERTAIN,
    ),
    error(
        "not_a_flag",
        Scope.CELL,
        "Neither yes nor no",
        "Write yes or no, true or false, 1 or 0.",
        Basis.DOCUMENTED,
        {"is_multi": "maybe"},
        repair=Repair.LIKELY,
        terminal="Your own words for yes and no: --vocabulary FILE.",
    ),
    error(
        "not_a_choice",
        Scope.CELL,
        "Not one of the choices",
        "The column takes one of a few values, by label or by number.",
        Basis.DOCUMENTED,
        {"expiration_timeout_unit_id": "mnth"},
        repair=Repair.LIKELY,
        terminal="Your own words for choices: --vocabulary FILE.",
    ),
    error(
        "not_a_date",
        Scope.CELL,
        "Not a date",
        "Dates are cells formatted as dates, 2027-12-31, 2027-12-31T18:00:00+03:00 or 31.12.2027.",
        Basis.DOCUMENTED,
        {**FIXED_DATE, "expiration_date": "end of next year"},
        repair=Repair.LIKELY,
    ),
    error(
        "no_such_time",
        Scope.CELL,
        "Time that clocks leave out",
        "When clocks are put forward, the times between do not exist in that time zone. For a time "
        "that comes twice, as clocks are put back, the message has both moments.",
        Basis.INFERRED,
        {**FIXED_DATE, "expiration_date": "2031-03-30 03:30"},
    ),
    error(
        "not_an_id",
        Scope.CELL,
        "Not an id",
        "An id is a whole number from 1, without separators.",
        Basis.DOCUMENTED,
        {"category_id": "spa"},
        repair=Repair.CERTAIN,
    ),
    error(
        "not_an_id_list",
        Scope.CELL,
        "Not a list of ids",
        "Ids are separated by a comma, a semicolon, a space or a line break.",
        Basis.DOCUMENTED,
        {"salon_ids": "720441, Downtown"},
        repair=Repair.LIKELY,
    ),
    error(
        "ambiguous_value",
        Scope.CELL,
        "Two possible readings",
        "1,000 may be a thousand or one; 03/04/2027 may be in March or in April; 720 441 may be "
        "one id or two. certbulk shows both readings and does not guess.",
        Basis.SPREADSHEET,
        {"balance": "1,000"},
        repair=Repair.STATED,
    ),
    error(
        "too_long",
        Scope.CELL,
        "Too long",
        "Titles have at most 255 characters. This limit is certbulk's own: the service "
        "documents none.",
        Basis.INFERRED,
        {"title": "Gift Certificate 1000 " + "x" * 240},
        repair=Repair.LIKELY,
    ),
    error(
        "out_of_range",
        Scope.CELL,
        "Out of range",
        "Amounts must not be negative, lengths of time start at 1, and dates must be in the "
        "years 2000 to 2100. A length of 2000 to 2100 years is taken to be the year in which "
        "the certificate ends.",
        Basis.INFERRED,
        {"balance": "-1000"},
    ),
    error(
        "too_many_decimals",
        Scope.CELL,
        "Too many decimals",
        "Amounts have at most two decimals.",
        Basis.INFERRED,
        {"balance": "999.9999"},
        repair=Repair.LIKELY,
    ),
    error(
        "error_cell",
        Scope.CELL,
        "Spreadsheet error in the cell",
        "#N/A, #REF! and similar values are results of a broken formula. certbulk never takes "
        "them as blank, because a blank keeps the live value.",
        Basis.SPREADSHEET,
        {"balance": "#REF!"},
    ),
    error(
        "formula_without_value",
        Scope.CELL,
        "Formula without a result",
        "The file was saved by a program that did not calculate. Open it in a spreadsheet "
        "program, save it there, and read it again.",
        Basis.SPREADSHEET,
        {"balance": "=500*2"},
    ),
    error(
        "letters_lost",
        Scope.CELL,
        "Lost letters",
        "The text contains the sign that programs put in place of a letter that they could not "
        "read. The original letter is lost, and customers would see the sign.",
        Basis.SPREADSHEET,
        {"title": "Caf\ufffd for two"},
    ),
    error(
        "object_in_cell",
        Scope.CELL,
        "Object in the cell",
        "A frame can have objects in its cells, such as a dict with a title for each language. "
        "Their text would be sold as it is in Python, so it is never sent.",
        Basis.SPREADSHEET,
        {"title": "#OBJECT! {'en': 'Day at the spa'}"},
    ),
    error(
        "readers_differ",
        Scope.CELL,
        "Two readers differ",
        "Every cell of a workbook is read twice, by two independent readers. If they differ, "
        "neither value is used. Open the file in a spreadsheet program, save it as .xlsx, and "
        "read it again.",
        Basis.SPREADSHEET,
        {"balance": "#READERS! 1000 | 100"},
    ),
    error(
        "number_too_long",
        Scope.CELL,
        "Rounded number",
        "Spreadsheets keep 15 digits of a number. The last digits of a longer one are lost.",
        Basis.SPREADSHEET,
        {"category_id": "12345678901234567"},
    ),
    error(
        "blank_in_template",
        Scope.CELL,
        "Blank part of a mapped cell",
        "A mapping builds this cell from several columns, and some of them are blank in this "
        "row. If all of them are blank, the cell is blank.",
        Basis.INFERRED,
        {"online_sale_title": "", "title": ""},
    ),
    error(
        "not_clearable",
        Scope.CELL,
        "Cannot be emptied",
        "The service always needs a value here, so <clear> is not allowed.",
        Basis.DOCUMENTED,
        {"id": "289001", "title": "<clear>"},
        repair=Repair.LIKELY,
    ),
    # --- cells that belong together, and texts that say something else
    *ROW_CODES,
    # --- names and ids of locations, services and categories
    *REFERENCE_CODES,
    # --- changes of lists, and live types, which only a plan knows
    *LIST_CODES,
    # --- rows that belong together
    error(
        "duplicate_id",
        Scope.SHEET,
        "One id on several rows",
        "certbulk cannot know which of the rows should win. Keep one of them.",
        Basis.INFERRED,
        {"id": "289002", "title": "First 1000"},
        {"id": "289002", "title": "Second 1000"},
    ),
    warning(
        "duplicate_title",
        Scope.SHEET,
        "One title on several rows",
        "The service may allow it, but people will confuse the types. Of two creates with one "
        "title, the plan blocks the second unless duplicate titles are allowed.",
        Basis.INFERRED,
        {"title": "Twice 1000"},
        {"title": "Twice 1000"},
    ),
    warning(
        "title_balance_mismatch",
        Scope.SHEET,
        "Amount in the title is not the face value",
        "The face value of a sold certificate comes from its type, and nothing else reports "
        "that the title promises another amount. Times, dates and counts in titles do not count "
        "as amounts.",
        Basis.INFERRED,
        {"title": "Gift Certificate 150 000", "balance": "140000"},
    ),
    *LIVE_CODES,
)

CODES: MappingProxyType[str, Code] = MappingProxyType({code.name: code for code in _ALL})
