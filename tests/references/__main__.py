"""Write the reference pages."""

from pathlib import Path

from tests.references import PAGES
from tests.references.settings import env_example

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "certbulk" / "docs" / "reference"

if __name__ == "__main__":
    for name, page in PAGES.items():
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(), encoding="utf-8")
    (ROOT / "sample_data" / ".env.example").write_text(env_example(), encoding="utf-8")
