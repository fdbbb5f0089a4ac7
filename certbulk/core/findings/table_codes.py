"""The finding codes about a table as a whole: its headers, other tables, how it was saved."""

from __future__ import annotations

from certbulk.core.findings.code import Basis, Code, Repair, Row, Scope, error, warning

__all__ = ["LEFT_OUT", "OTHER_TABLES", "TABLE_CODES"]

LEFT_OUT = frozenset({"hint_row", "totals_row"})
"""Codes of rows that are left out with a warning, as if their action was skip."""

OTHER_TABLES = frozenset({"repeated_header", "table_below"})
"""Codes of rows whose cells are not values of these columns: they have no other findings."""

_NO_CHOICES: Row = dict.fromkeys(
    (
        *("id", "is_multi", "item_type_id", "is_allow_empty_code", "balance_edit_type_id"),
        *("salon_ids", "expiration_type_id"),
    ),
    "",
)

_FIXED_DATE: Row = {
    "expiration_type_id": "Fixed date",
    "expiration_timeout": "",
    "expiration_timeout_unit_id": "",
}

TABLE_CODES: tuple[Code, ...] = (
    error(
        "no_rows",
        Scope.TABLE,
        "No rows",
        "There is nothing below the header. A sheet needs at least one row of data.",
        Basis.INFERRED,
    ),
    warning(
        "unknown_column",
        Scope.TABLE,
        "Unknown column",
        "The header does not match any column, or it has an addition that may change its "
        "meaning, such as thousands. The column is not sent. It comes back unchanged in the "
        "results workbook.",
        Basis.INFERRED,
        {"colour": "red"},
        repair=Repair.LIKELY,
        terminal="Other words for headers: --vocabulary FILE. Another layout: --map FILE.",
    ),
    error(
        "duplicate_column",
        Scope.TABLE,
        "Two headers for one column",
        "Two headers match the same column, or the unit in a header contradicts the column of "
        "units. certbulk cannot know which one counts. Delete or rename one of them.",
        Basis.INFERRED,
        {"Name": "Gift Certificate 1000"},
    ),
    error(
        "rows_above",
        Scope.TABLE,
        "Rows above the header",
        "There are rows of the table above its header, because it was sorted together with the "
        "rows or because rows were inserted at the top. They are not read, and nothing is sent "
        "until they are moved below the header. Such a row has an id beside another value, or a "
        "title beside a choice and another value; titles, notes, sums and headings do not.",
        Basis.SPREADSHEET,
    ),
    error(
        "table_above",
        Scope.TABLE,
        "Another table above the header",
        "Of several tables on one sheet, certbulk reads the one whose header names the most "
        "columns. The lines above its header look like another table. It is not read, and "
        "nothing is sent until it is moved to a sheet of its own.",
        Basis.SPREADSHEET,
    ),
    warning(
        "lines_above",
        Scope.TABLE,
        "Possible rows above the header",
        "A small table above the header that names only one column is probably a legend or "
        "another list. A line that fits the columns below but has little beside an id or a title, "
        "or neither of them, may be a row or a note. certbulk reads neither, and shows both in "
        "case they are meant.",
        Basis.SPREADSHEET,
    ),
    error(
        "repeated_header",
        Scope.ROW,
        "Repeated header",
        "The row repeats the headers of the table, each in its column. This happens when sheets "
        "are pasted one below the other. The row is not sent; the rows below it are read.",
        Basis.SPREADSHEET,
    ),
    error(
        "ragged_row",
        Scope.ROW,
        "More cells than the header",
        "In a text file without quotation marks, a comma inside a text looks like a comma "
        "between cells. A row with more cells than the header most likely contains such a text, "
        "so that its other cells are under the wrong headers.",
        Basis.SPREADSHEET,
    ),
    error(
        "table_below",
        Scope.ROW,
        "Another table below",
        "Most cells of this row are headers, but not those of the table in their columns. This "
        "row and the rows below it belong to another table and would mean something else under "
        "the first header, so none of them is sent.",
        Basis.SPREADSHEET,
    ),
    warning(
        "totals_row",
        Scope.ROW,
        "Total row",
        "A row is skipped if it begins with a word such as Total and has neither an id nor any "
        "choice of a type, if the spreadsheet program marks it as the total of a table, or if "
        "it only has the sums of the rows above. If it is a type, write create or update in an "
        "action column.",
        Basis.SPREADSHEET,
        {"title": "Total", "balance": "2000", **_NO_CHOICES},
    ),
    warning(
        "hint_row",
        Scope.ROW,
        "A row of hints",
        "A row directly below the header is left out if it tells how to fill in the columns "
        "(required, number, yes/no), has their units, or numbers them, and has no value in any "
        "of them. If it is a type, write create or update in an action column.",
        Basis.SPREADSHEET,
    ),
    warning(
        "amounts_rounded",
        Scope.TABLE,
        "Amounts rounded to the cent",
        "A frame has floats with more than two decimals, as `balance * 1.07` gives them. They are "
        "sent and shown to the cent, half a cent upwards. A live amount with more decimals that "
        "the frame repeats stays as it is. Texts and amounts of files are never rounded: there, "
        "too many decimals are an error.",
        Basis.INFERRED,
    ),
    error(
        "missing_column",
        Scope.TABLE,
        "Missing column",
        "The sheet lacks a column that every new type needs. Add it, or give one value for all "
        "rows when reading.",
        Basis.DOCUMENTED,
        {"balance": None},
        terminal="One value for all rows: --set COLUMN=VALUE.",
    ),
    warning(
        "ignored_column_missing",
        Scope.TABLE,
        "Header to skip not found",
        "The mapping lists a header under ignore that the sheet does not have. It may be "
        "misspelt, and the column that was meant is then read like any other.",
        Basis.INFERRED,
    ),
    warning(
        "hidden_sheet",
        Scope.TABLE,
        "Hidden sheet",
        "The sheet that is read is hidden in its workbook. certbulk reads a hidden sheet only "
        "if it is named, or if the workbook has no other.",
        Basis.SPREADSHEET,
    ),
    warning(
        "hidden_rows",
        Scope.TABLE,
        "Hidden rows",
        "Rows that are hidden, by hand or by a filter, are read and sent like all others. If "
        "they are not meant, delete them or write skip in the action column.",
        Basis.SPREADSHEET,
    ),
    warning(
        "hidden_column",
        Scope.TABLE,
        "Hidden column",
        "A column that is hidden in the sheet is read and sent like all others.",
        Basis.SPREADSHEET,
    ),
    warning(
        "unticked_rows",
        Scope.TABLE,
        "Rows of unticked check boxes",
        "When check boxes are dragged down below the data, every row contains FALSE. Rows that "
        "contain nothing else, in yes-or-no columns or in unknown columns, are skipped like "
        "blank ones, and counted. With a ticked box or any other text, the row counts.",
        Basis.SPREADSHEET,
    ),
    warning(
        "other_sheets",
        Scope.TABLE,
        "Other sheets of certificate types",
        "certbulk reads one sheet at a time: the one whose headers match best. Other sheets "
        "with rows of certificate types, hidden or not, are listed so that none is forgotten. If "
        "the sheet that is read does not look like certificate types, as a cover page does not, "
        "all others with rows are listed.",
        Basis.SPREADSHEET,
        terminal="Another sheet: --sheet NAME.",
    ),
    warning(
        "pasted_rows",
        Scope.TABLE,
        "Rows for the browser extension",
        "Rows that are pasted into the browser extension have thirteen columns in a fixed order "
        "and no headers. They are read as such if you ask for it; otherwise their columns are "
        "unknown.",
        Basis.SPREADSHEET,
        terminal="Read them as rows for the browser extension: --format booster.",
    ),
    warning(
        "unread_list_row",
        Scope.TABLE,
        "Incomplete list row",
        "In the workbook's own sheet of locations, services or categories, a row has a name "
        "without a valid id, or an id without a name. The entry is unknown, and a word for all "
        "entries does not include it.",
        Basis.SPREADSHEET,
    ),
    warning(
        "list_id_shared",
        Scope.TABLE,
        "Two names for one id in a list",
        "In the workbook's own sheet of locations, services or categories, two rows have the "
        "same id and different names. A row may have been copied without changing its id. Both "
        "names stand for that id.",
        Basis.SPREADSHEET,
    ),
    warning(
        "repeated_index",
        Scope.TABLE,
        "Repeated index labels",
        "certbulk knows the rows of a frame by its index. If a label stands for several rows, "
        "for example after a concat, results can only be joined to the same frame object that "
        "was read.",
        Basis.INFERRED,
    ),
    warning(
        "labels_as_text",
        Scope.TABLE,
        "Index labels kept as text",
        "Labels that are not texts, numbers, dates or tuples of these are kept as texts in "
        "saved plans and in the journal. Within the same process they do not change.",
        Basis.INFERRED,
    ),
    warning(
        "time_zone_differs",
        Scope.TABLE,
        "Another time zone than the chain's",
        "A date without a time zone means the end of that day where the chain's locations are. The "
        "time zone in use gives other moments for dates of this sheet, or the locations are in "
        "several time zones, so that a day does not end at the same moment everywhere.",
        Basis.INFERRED,
        {**_FIXED_DATE, "expiration_date": "2031-12-31"},
        terminal="Another time zone: --time-zone ZONE.",
    ),
    warning(
        "damaged_bytes",
        Scope.TABLE,
        "Invalid bytes",
        "The text file is UTF-8 except for a few bytes. It may have been cut off in the middle "
        "of a letter, or put together from files in two encodings. The lines are listed, and a "
        "cell with such bytes is an error.",
        Basis.SPREADSHEET,
    ),
    error(
        "encoding_unknown",
        Scope.TABLE,
        "Unknown encoding",
        "A text file that is not in Unicode does not name its encoding, and in every encoding that "
        "certbulk can recognise, most of its words with letters beyond a to z are of no language. "
        "Such a price list would be sold with letters that nobody can read, so nothing is sent. "
        "Name the encoding, or save the file as UTF-8.",
        Basis.SPREADSHEET,
        terminal="The encoding: --encoding NAME.",
    ),
    warning(
        "encoding_guessed",
        Scope.TABLE,
        "Guessed encoding",
        "A text file that is not in Unicode does not name its encoding. certbulk takes the one "
        "in which the text makes words of one language. If another encoding makes words too, "
        "the message shows a word in both. Check some texts before you send them, name the "
        "encoding, or save the file as UTF-8.",
        Basis.SPREADSHEET,
        terminal="Another encoding: --encoding NAME.",
    ),
)
