"""The reference pages in certbulk/docs, made from the code: `python -m tests.references`."""

from tests.references import api_facts, columns, commands, file_formats, results, retries, rules

__all__ = ["PAGES"]

PAGES = {
    "api_facts.md": api_facts.page,
    "columns.md": columns.page,
    "commands.md": commands.page,
    "file_formats.md": file_formats.page,
    "results.md": results.page,
    "retries.md": retries.page,
    "rules.md": rules.page,
}
