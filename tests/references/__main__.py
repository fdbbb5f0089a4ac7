"""Write the reference pages."""

from pathlib import Path

from tests.references import PAGES

DOCS = Path(__file__).parents[2] / "certbulk" / "docs" / "reference"

if __name__ == "__main__":
    for name, page in PAGES.items():
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(), encoding="utf-8")
