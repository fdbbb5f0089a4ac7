"""The page of facts about the API, from the table that the code cites."""

from certbulk.core.facts import FACTS

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    rows = "\n".join(
        f"| `{fact.key}` | {fact.statement} | {fact.certainty} | {fact.source} |"
        for fact in FACTS.values()
    )
    return f"""# Facts about the API

What certbulk relies on, and how it is known. This page is made from the table of facts
(`certbulk/core/facts.py`); where the code relies on one, it says so by its key: `fact:rate_limit`.

- **documented**: the vendor's documentation states it.
- **seen by clients**: other programs that use the API, or services of its kind, were seen to meet
  it. It may be otherwise tomorrow.
- **inferred**: nobody states it; certbulk concludes it, and checks what it can.

| fact | what is so | how it is known | source |
|---|---|---|---|
{rows}
"""
