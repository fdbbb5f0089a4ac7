"""The reference pages are those that the code makes."""

from pathlib import Path

import pytest

from tests.references import PAGES

DOCS = Path(__file__).parents[2] / "certbulk" / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_code_makes(name: str) -> None:
    """Whoever changes what a page is made from makes it anew: python -m tests.references."""
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()
