"""The page of JSON output, from the JSON Schema that is shipped."""

import json
from pathlib import Path
from typing import Any

import certbulk

__all__ = ["page"]

SCHEMA = Path(certbulk.__file__).parent / "core" / "results" / "output.schema.json"
TITLES = {
    "report": "validate",
    "plan": "plan",
    "run": "apply, resume, undo, show",
    "runs": "runs",
    "drift": "drift",
    "fleet": "fleet plan, apply, drift, export, show",
    "types": "list",
    "type": "get",
}


def page() -> str:
    """Return the page."""
    text = SCHEMA.read_text(encoding="utf-8")
    defined = json.loads(text)["$defs"]
    documents = "\n".join(_section(f"## {TITLES[name]}", defined[name]) for name in TITLES)
    row = _section("## A row", defined["row"])
    finding = _section("## A finding", defined["finding"])
    chain = _section("## A chain of a fleet", defined["chain"])
    return f"""# JSON output

This page is made from the JSON Schema (`certbulk/core/results/output.schema.json` in the package).
With `--json`, standard output is one of these documents; messages are on standard error, and exit
codes are the same. In Python, `as_dict()` of a report, a plan, a run, a drift or a fleet returns
the same.

Rows are under `decisions` as long as they are to be sent, and under `outcomes` when they have
ended; `rows` is their number. Keys are added in later versions, and never changed.

{row}
{finding}
{chain}
{documents}
## The schema

To check a document of one kind, take its entry in `$defs`.

```text
{text.rstrip()}
```
"""


def _section(head: str, entry: dict[str, Any]) -> str:
    properties = entry.get("properties", {})
    rows = "\n".join(
        f"| `{name}` | {_kind(value)} | {value.get('description', '')} |"
        for name, value in properties.items()
    )
    table = f"\n| key | type | meaning |\n|---|---|---|\n{rows}\n" if rows else ""
    return f"{head}\n\n{entry['description']}\n{table}"


def _kind(value: dict[str, Any]) -> str:
    """Return the type of a value in words, with its choices."""
    if "enum" in value:
        given = [one for one in value["enum"] if one is not None]
        shown = ", ".join(f"`{one}`" if one else "empty" for one in given)
        return shown + (", null" if None in value["enum"] else "")
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    named = " or ".join(kinds)
    if "array" in kinds and "$ref" in value.get("items", {}):
        return f"list of {value['items']['$ref'].rpartition('/')[2]}s"
    return named
