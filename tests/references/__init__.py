"""The reference pages in certbulk/docs, made from the code: `python -m tests.references`."""

from tests.references import columns, commands, results, retries, rules

__all__ = ["PAGES"]

PAGES = {
    "columns.md": columns.page,
    "commands.md": commands.page,
    "results.md": results.page,
    "retries.md": retries.page,
    "rules.md": rules.page,
}
