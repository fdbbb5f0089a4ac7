"""Workbooks of the .xlsx family, read by a fast reader and by a careful one.

`book` reads the list of sheets and the date system, `cells` reads a sheet with a real XML parser,
`skeleton` rewrites the archive in the spelling that the fast reader knows, and `workbook` compares
both readers.
"""

__all__: list[str] = []
