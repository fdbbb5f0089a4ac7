"""The page of file formats, from the list that reading, help and the upload page are made from."""

from certbulk.core.file_formats import FILE_FORMATS

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    rows = "\n".join(
        f"| `{known.suffix}` | {known.name} | {_mark(known.has_sheets)} "
        f"| {_mark(known.has_encoding)} | {_mark(known.is_kept)} |"
        for known in FILE_FORMATS
    )
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
- Whatever certbulk writes anew is an .xlsx workbook: templates, exports, plans and results.
- A pandas DataFrame is read as well: `cb.read(frame)`.
"""


def _mark(holds: bool) -> str:  # noqa: FBT001
    return "yes" if holds else ""
