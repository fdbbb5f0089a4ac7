"""The reference pages are those that the code makes."""

from pathlib import Path

from tests.references.retries import page

DOCS = Path(__file__).parents[2] / "certbulk" / "docs"


def test_the_retry_table_is_that_of_the_decision() -> None:
    """Whoever changes the decision makes the page anew: python -m tests.references."""
    assert (DOCS / "retries.md").read_text(encoding="utf-8") == page()
