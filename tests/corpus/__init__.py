"""Workbooks and text files as people really keep them, and what is right to read in them.

    python -m tests.corpus

writes `files/` anew, with several writers: openpyxl, XlsxWriter, pandas, LibreOffice where it is
there, XML and records by hand. What else is there is kept as it is: `python -m tests.corpus FILE …`
takes files into it, such as those that `javascript.mjs` writes with SheetJS and exceljs, or that
were made by hand, byte by byte, after what Excel, Excel for Mac, Google and others write. Beside
every file stands a .toml, written by hand, that says what the file is about, which values a careful
person reads in it, and what has to be reported about it:

    about       one line
    read        what `read` is given besides the path
    refused     a part of the error with which the file is refused; then nothing else is there
    sheet       the sheet that is read
    header_row  the true number of its header
    columns     the meaning of its columns, by letter, where their place is the point
    rows        the values of every row, by its true number; blank ones left out
    creates     the rows that would be created
    updates     the rows that would be updated
    findings    cell, code, and where it matters a part of the message and the suggestion
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from . import frames, office, openpyxl_books, raw_books, records, text_files, xlsxwriter_books

__all__ = ["FILES", "KEPT", "MAKERS", "OFFICE"]

FILES = Path(__file__).parent / "files"

MAKERS: Mapping[str, Callable[[Path], None]] = {
    **openpyxl_books.MAKERS,
    **xlsxwriter_books.MAKERS,
    **frames.MAKERS,
    **raw_books.MAKERS,
    **records.MAKERS,
    **text_files.MAKERS,
}
"""Who writes which file."""

OFFICE = office.SOURCES
"""The files that LibreOffice writes, and the workbooks that they are made of."""

KEPT = frozenset(
    {
        "backslash_paths.xlsx",
        "blank_styled_far.xlsx",
        "bool_words.xlsx",
        "date_repr_leak.xlsx",
        "dimension_rows_only.xlsx",
        "dos_eof.csv",
        "error_titles.csv",
        "exceljs.xlsx",
        "float32.parquet",
        "formula_cdata.xlsx",
        "formula_v_with_attribute.xlsx",
        "mac1904_x14.xlsx",
        "macro_sheet_beside.xlsm",
        "ods_of_excel_error.ods",
        "ole_chain_loop.xls",
        "one_calc_error.xlsx",
        "percent_without_addresses.xlsx",
        "sheetjs.ods",
        "sheetjs.xls",
        "sheetjs.xlsb",
        "sheetjs.xlsx",
        "sheetjs_iso_dates.xlsx",
        "sheetjs_iso_midnight.xlsx",
        "sheetjs_oldest.xls",
        "text_named_xlsx.xlsx",
        "utf8_one_bad_byte.csv",
        "xls_with_chart.xls",
        "xlsb_formula_error.xlsb",
    }
)
"""The files that are kept as they are."""
