"""The page of the rules of a policy, from the table that the file is read with."""

from certbulk.core.results.result_codes import RESULT_CODES
from certbulk.planning.policy.rules import RULES

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    sections = "\n".join(
        f"""## {rule.key}

{rule.means} Its value is {rule.takes}.

```toml
{rule.example}
```

{_ends(rule.code)}
"""
        for rule in RULES
    )
    return f"""# Rules of a policy

The keys of `policy.toml`. This page is made from the table of rules
(`certbulk/planning/policy/rules.py`). [Rules of the house](../how-to/policy.md) says where the file
is and how rules are applied.

A key that is not on this page, or a value of another kind, makes the whole file unusable: then
nothing is planned or sent, and the message names the key.

{sections}"""


def _ends(code: str) -> str:
    if code == "policy_approval":
        return (
            "[Have plans approved](../how-to/approval.md) says how. If a run began without one, "
            f"the rows that a resume has still to send are blocked with the code `{code}`."
        )
    return f"A row that breaks it is blocked with the code `{code}`: {_start(code)}"


def _start(code: str) -> str:
    means = RESULT_CODES[code].means.partition(". ")[0]
    return f"{means[0].lower()}{means[1:]}."
