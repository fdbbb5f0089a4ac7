"""The finding codes about a table as a whole: its headers, other tables, how it was saved."""

from __future__ import annotations

from certbulk.core.findings.code import Basis, Code, Repair, Row, Scope, error, warning

__all__ = ["LEFT_OUT", "OTHER_TABLES", "TABLE_CODES"]

LEFT_OUT = frozenset({"hint_row", "totals_row"})
"""Codes of rows that are left out with a warning, as if their action was skip."""

OTHER_TABLES = frozenset({"repeated_header", "table_below"})
"""Codes of rows whose cells are not values of these columns: nothing else is told of them."""

_NO_CHOICES: Row = dict.fromkeys(
    (
        *("id", "is_multi", "item_type_id", "is_allow_empty_code", "balance_edit_type_id"),
        *("salon_ids", "expiration_type_id"),
    ),
    "",
)

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
        "The header means none of the columns, so what stands below it is not sent; or it names "
        "one with a note that may change what it means, such as thousands. "
        "It comes back unchanged in the results workbook.",
        Basis.INFERRED,
        {"colour": "red"},
        repair=Repair.LIKELY,
    ),
    error(
        "duplicate_column",
        Scope.TABLE,
        "Two headers for one column",
        "Two headers mean the same column, or one has a unit of time that the column of units "
        "contradicts, and which of them counts would be a guess. Delete or rename one of them.",
        Basis.INFERRED,
        {"Name": "Gift Certificate 1000"},
    ),
    error(
        "rows_above",
        Scope.TABLE,
        "Rows above the header",
        "Rows of the table stand above its header: the header was sorted together with the rows, "
        "or rows were inserted at the top. They are not read, and nothing in the sheet is sent "
        "until they stand below the header. Such a row has an id beside another value, or a title "
        "beside a choice and another value; titles, notes, sums and headings do not.",
        Basis.SPREADSHEET,
    ),
    error(
        "table_above",
        Scope.TABLE,
        "Another table above the header",
        "Of several tables on one sheet, the one whose header names the most columns is read. "
        "What looks like another above it is not, and nothing in the sheet is sent until it "
        "stands on a sheet of its own.",
        Basis.SPREADSHEET,
    ),
    warning(
        "lines_above",
        Scope.TABLE,
        "A small table or line above the header",
        "What looks like a table above the header, but names only one column, is probably a "
        "legend or a list of something else. A line that fits the columns below but has little "
        "beside an id or a title, or neither of them, may be a row or a note. Neither is read; the "
        "warning is for the case that they are meant.",
        Basis.SPREADSHEET,
    ),
    error(
        "repeated_header",
        Scope.ROW,
        "A repeated header",
        "A row has the headers of the table, each in its column: sheets were pasted one below the "
        "other. It is not a certificate type; the rows below it are read.",
        Basis.SPREADSHEET,
    ),
    error(
        "ragged_row",
        Scope.ROW,
        "More cells than the header has",
        "In a text file, a comma between cells and one inside a text look the same if the text "
        "has no quotation marks. A row with more cells than the header most likely has such a "
        "text, and its other cells stand under the wrong headers.",
        Basis.SPREADSHEET,
    ),
    error(
        "table_below",
        Scope.ROW,
        "Another table below",
        "Most cells of a row are headers, and not those of the table in their columns. It and "
        "the rows below it are another table, and would mean something else under the first "
        "header: none of them is sent.",
        Basis.SPREADSHEET,
    ),
    warning(
        "totals_row",
        Scope.ROW,
        "A row of totals",
        "A row is left out if it begins with a word such as Total and has neither an id nor a "
        "choice of a type, if the program keeps it as the totals of a table, or if it has only the "
        "sums of the rows above. If it is a type, write create or update in an action column.",
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
    error(
        "missing_column",
        Scope.TABLE,
        "Missing column",
        "A column that every new type needs is not in the sheet. Add it, or give one value "
        "for all rows when reading.",
        Basis.DOCUMENTED,
        {"balance": None},
        terminal="One value for all rows: --set COLUMN=VALUE.",
    ),
    warning(
        "ignored_column_missing",
        Scope.TABLE,
        "A header to pass over that is not there",
        "A mapping names a header in ignore that the sheet does not have, as where it is misspelt: "
        "the column that was meant is read like any other.",
        Basis.INFERRED,
    ),
    warning(
        "hidden_sheet",
        Scope.TABLE,
        "A hidden sheet",
        "The sheet that is read is hidden in its workbook. Only one that is named is, or one of a "
        "workbook that has no other: hidden sheets are never taken in place of those in sight.",
        Basis.SPREADSHEET,
    ),
    warning(
        "hidden_rows",
        Scope.TABLE,
        "Hidden rows",
        "Rows that are hidden, by hand or by a filter, are read and sent like all others. "
        "What is not meant is deleted, or marked skip in the action column.",
        Basis.SPREADSHEET,
    ),
    warning(
        "hidden_column",
        Scope.TABLE,
        "A hidden column",
        "A column that is hidden in the sheet is read and sent like all others.",
        Basis.SPREADSHEET,
    ),
    warning(
        "unticked_rows",
        Scope.TABLE,
        "Rows of unticked boxes",
        "If check boxes are dragged down below the data, every row has FALSE in it. Rows that "
        "have nothing else, in columns of yes and no or in unknown ones, are skipped like blank "
        "ones, and counted. A ticked box, or any text beside it, makes a row.",
        Basis.SPREADSHEET,
    ),
    warning(
        "other_sheets",
        Scope.TABLE,
        "Other sheets of certificate types",
        "One sheet is read at a time: the one whose headers match best. Others that have rows of "
        "certificate types, or changes of some, hidden or not, are named, so that none is "
        "forgotten. If the sheet that is read does not look like certificate types, as a cover "
        "page does not, all others with rows are named.",
        Basis.SPREADSHEET,
        terminal="Another sheet: --sheet NAME.",
    ),
    warning(
        "pasted_rows",
        Scope.TABLE,
        "Rows for the browser extension",
        "Rows that are pasted into the browser extension have thirteen columns of their own, in a "
        "fixed order. They are read as such where it is said; else their columns are unknown.",
        Basis.SPREADSHEET,
        terminal="Read them as rows for the browser extension: --format booster.",
    ),
    warning(
        "unread_list_row",
        Scope.TABLE,
        "Half a row of a list",
        "In the workbook's own sheet of locations, services or categories a name stands beside "
        "a blank or what is no id, or an id without a name. It is unknown then, and all of them "
        "means all but this one.",
        Basis.SPREADSHEET,
    ),
    warning(
        "list_id_shared",
        Scope.TABLE,
        "Two names in a list for one id",
        "In the workbook's own sheet of locations, services or categories two rows have the same "
        "id and different names, as where a row was copied and its id was left. Both names mean "
        "that id.",
        Basis.SPREADSHEET,
    ),
    warning(
        "repeated_index",
        Scope.TABLE,
        "Labels of a frame that repeat",
        "The index of a frame is how its rows are known. Where a label stands for several rows, as "
        "after a concat, results are joined only to the very frame that was read.",
        Basis.INFERRED,
    ),
    warning(
        "labels_as_text",
        Scope.TABLE,
        "Labels of a frame that cannot be kept",
        "Labels that are neither texts, numbers, dates nor tuples of these are kept as texts in "
        "saved plans and in the journal. In the same process they stay what they are.",
        Basis.INFERRED,
    ),
    warning(
        "damaged_bytes",
        Scope.TABLE,
        "Bytes that are no letters",
        "A text file is in UTF-8 but for a few bytes, as one that was cut off in the middle of a "
        "letter, or put together from files in two encodings. The lines are named; a cell that "
        "has such bytes is an error.",
        Basis.SPREADSHEET,
    ),
    warning(
        "encoding_guessed",
        Scope.TABLE,
        "Letters that were guessed",
        "A text file that is not in Unicode does not say what its letters are. They are read in "
        "the code page in which they make words of one language. Where another makes words of "
        "them too, it is said with a word in both. Look at some before you send them, name the "
        "encoding, or save the file as UTF-8.",
        Basis.SPREADSHEET,
        terminal="Another encoding: --encoding NAME.",
    ),
)
