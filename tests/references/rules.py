"""The rules page, from the catalogue of finding codes."""

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Code, Scope, Severity
from tests.references.markdown import cell

__all__ = ["page"]

_SCOPES = {
    Scope.TABLE: "About the table",
    Scope.CELL: "About a cell",
    Scope.ROW: "About a row",
    Scope.SHEET: "About several rows",
    Scope.PLAN: "About an update and the live type",
}


def page() -> str:
    """Return the page."""
    parts = [
        "# Findings\n",
        "This page is made from the catalogue of codes. The command",
        "`certbulk rules` prints the same.\n",
        "A row with an **error** is not sent; a *warning* does not hold a row back. Each code",
        "names its basis: the vendor's documentation, how spreadsheets keep values, or an",
        "assumption of certbulk's own.\n",
    ]
    for scope, title in _SCOPES.items():
        codes = [code for code in CODES.values() if code.scope is scope]
        parts += [f"## {title}\n", *(_entry(code) for code in codes)]
    return "\n".join(parts).rstrip() + "\n"


def _entry(code: Code) -> str:
    severity = "**error**" if code.severity is Severity.ERROR else "*warning*"
    lines = [f"### {code.name}\n", f"{code.title} ({severity}). {code.explanation}\n"]
    lines.append(f"- Basis: {code.basis}.")
    if code.example:
        shown = "; then ".join(
            ", ".join(
                f"{_named(name)} {cell(_short(value)) or 'blank'}"
                if value is not None
                else f"no column {_named(name)}"
                for name, value in row.items()
            )
            for row in code.example
        )
        lines.append(f"- Example: {shown}.")
    return "\n".join([*lines, ""])


def _named(name: str) -> str:
    return f"`{name}`" if name in BY_NAME else f'"{name}"'


def _short(value: str) -> str:
    longest = 60
    return value if len(value) <= longest else f"{value[:longest]}…"
