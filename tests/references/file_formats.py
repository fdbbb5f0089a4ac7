"""The page of file formats, from the list that reading, help and the upload page are made from."""

from certbulk.core.columns.read_only import READ_ONLY
from certbulk.core.file_formats import FILE_FORMATS, WRITTEN_FORMATS

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    rows = "\n".join(
        f"| `{known.suffix}` | {known.name} | {_mark(known.has_sheets)} "
        f"| {_mark(known.has_encoding)} | {_mark(known.is_kept)} |"
        for known in FILE_FORMATS
    )
    written = "\n".join(
        f"| `{one.name}` | `{one.suffix}` | {one.what} |" for one in WRITTEN_FORMATS
    )
    only = ", ".join(f"`{column.name}`" for column in READ_ONLY)
    return f"""# File formats

This page is made from the list of file formats (`certbulk/core/file_formats.py`). What a file is
called decides how it is read; a workbook's own first bytes say which kind it is.

| file | what it is | `--sheet` | `--encoding` | a copy keeps everything else |
|---|---|---|---|---|
{rows}

- **`--sheet`**: the file has sheets with names. By default the sheet whose headers match best is
  read.
- **`--encoding`**: the encoding of the text is detected, and can be given if that is wrong.
- **A copy keeps everything else**: `validate --annotate` and `fix` change nothing but the cells in
  question. Of other formats they write a new .xlsx workbook.
- Workbooks that certbulk writes anew are .xlsx: templates, exports, plans and results.
- A pandas DataFrame is read as well: `cb.read(frame)`.

## Tables that are written

`results`, `export`, `plan`, `list` and `get` write a table into a file, or to standard output with
`-`; `validate` writes its findings with `--findings`. The name of the file decides the format, or
`--format` does.

| `--format` | file | what it is |
|---|---|---|
{written}

- In **csv**, lists have semicolons, and truths are yes and no. A text that a spreadsheet program
  would take for a formula begins with an apostrophe, which certbulk takes out when it reads the
  file.
- In **json**, the rows of a plan or of results have the form of [JSON output](json.md). A plan in a
  .json file is the plan itself, to be applied.
- **parquet** and **xlsx** are refused at a terminal, which cannot show them.
- An export has columns that are only shown: {only}.
  They are understood when the file is read again, and nothing is read from them.
"""


def _mark(holds: bool) -> str:  # noqa: FBT001
    return "yes" if holds else ""
