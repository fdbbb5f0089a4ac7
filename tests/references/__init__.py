"""The pages of certbulk/docs/reference, made from the code: `python -m tests.references`."""

from tests.references import (
    api_facts,
    columns,
    commands,
    file_formats,
    json_output,
    policy,
    python,
    results,
    retries,
    rooms,
    rules,
    settings,
)

__all__ = ["PAGES"]

PAGES = {
    "api_facts.md": api_facts.page,
    "columns.md": columns.page,
    "commands.md": commands.page,
    "file_formats.md": file_formats.page,
    "policy.md": policy.page,
    "json.md": json_output.page,
    "python/errors.md": python.errors,
    "python/index.md": python.index,
    "python/nouns.md": python.nouns,
    "python/verbs.md": python.verbs,
    "results.md": results.page,
    "retries.md": retries.page,
    "rooms.md": rooms.page,
    "rules.md": rules.page,
    "settings.md": settings.page,
}
