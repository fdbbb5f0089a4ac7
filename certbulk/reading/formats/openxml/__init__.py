"""Workbooks of the .xlsx family: one reader below that is fast, and one here that is careful.

`book` knows the sheets and the date system, `cells` reads a sheet with a real XML parser,
`skeleton` hands the fast reader an archive in the one spelling that it knows, and `workbook` has
both and compares them.
"""

__all__: list[str] = []
