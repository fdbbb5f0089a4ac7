"""The columns page, from the table that everything else is made from."""

from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds.list_changes import ADD, REMOVE
from certbulk.words.describe import described_columns
from certbulk.words.vocabulary_files import shipped
from tests.references.markdown import cell

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    described = described_columns(shipped())
    rows = "\n".join(
        f"| [`{column['name']}`](#{column['name']}) | {column['label']} | {column['create']} "
        f"| {column['used_when'] or 'always'} | {cell(BY_NAME[column['name']].example)} |"
        for column in described
    )
    sections = "\n".join(map(_section, described))
    return f"""# Columns

This page is made from the table of columns. `certbulk columns` prints the same, and
`certbulk columns --map FILE` shows how the headers of a file were matched.

A header may be the service's name, the label, or any other name below. Case, spaces, dots and
underscores do not matter. On an update a blank keeps the live value, and `{CLEAR}` empties a column
that can be empty. `{ADD}` and `{REMOVE}` [change a live list](sheets.md#changes-of-a-list).

| column | label | on a create | used | example |
|---|---|---|---|---|
{rows}

{sections}"""


def _section(column: dict[str, object]) -> str:
    lines = [f"## {column['name']}", "", f"{column['label']}. {column['help']}", ""]
    lines.append(f"- On a create: {column['create']}. On an update: {column['update']}.")
    if column["used_when"]:
        lines.append(f"- Only used when {column['used_when']}.")
    if column["choices"]:
        lines.append(f"- One of: {', '.join(_texts(column['choices']))}.")
    lines.append(f"- Also called: {', '.join(f'`{name}`' for name in _texts(column['aliases']))}.")
    words = column["words"]
    if isinstance(words, dict):
        lines += [f"- {name}: {', '.join(found)}." for name, found in words.items()]
    return "\n".join([*lines, ""])


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
