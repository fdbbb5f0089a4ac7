"""How fast certbulk is, and how much memory it takes, beside other ways to do the same.

`python -m tests.benchmarks.sheets --rows 100000 1048575` reads and validates workbooks,
`python -m tests.benchmarks.results` writes results.
"""
