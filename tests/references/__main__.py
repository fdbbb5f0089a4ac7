"""Write the reference pages."""

from pathlib import Path

from tests.references.retries import page

DOCS = Path(__file__).parents[2] / "certbulk" / "docs"

if __name__ == "__main__":
    (DOCS / "retries.md").write_text(page(), encoding="utf-8")
