"""The page about words and layouts: what it shows is what happens."""

import re
from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb

PAGE = Path(cb.__file__).parent / "docs" / "how-to" / "layouts.md"
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The page's files, in its order."""
    paths = [tmp_path / f"{position}.{kind}" for position, (kind, _) in enumerate(BLOCKS)]
    for path, (_, text) in zip(paths, BLOCKS, strict=True):
        path.write_text(text, encoding="utf-8")
    assert [path.suffix for path in paths] == [".toml", ".toml", ".csv"]
    return paths


def test_the_words_of_the_page(files: list[Path]) -> None:
    """They are understood as headers, as yes and no, as choices and as units."""
    row = {
        "Bezeichnung": "Gutschein 50", "Betrag": "50", "is_multi": "Ja", "item_type_id": "0",
        "is_allow_empty_code": "nein", "balance_edit_type_id": "1", "Filialen": "alle Filialen",
        "expiration_type_id": "ab Kauf", "expiration_timeout": "6", "Unit": "MONATE",
    }  # fmt: skip
    locations = pd.DataFrame({"Nummer": ["720441", "720442"], "name": ["Nord", "Süd"]})
    with pd.ExcelWriter(book := files[0].with_suffix(".xlsx")) as writer:
        pd.DataFrame([row]).to_excel(writer, sheet_name="Typen", index=False)
        locations.to_excel(writer, sheet_name="Filialen", index=False)
    report = cb.validate(cb.read(book, vocabulary=files[0]))
    assert report.all_findings == ()
    assert report.values(0)["salon_ids"] == (720441, 720442)
    assert report.values(0)["expiration_timeout_unit_id"] == 3


def test_the_mapping_of_the_page(files: list[Path]) -> None:
    """With it, the page's sheet is valid and has the titles that it promises."""
    report = cb.validate(cb.read(files[2], mapping=files[1]))
    assert report.all_findings == ()
    assert [report.values(i)["title"] for i in (0, 1)] == ["Gift 50", "Spa 120"]
    assert report.values(0)["salon_ids"] == (720441, 720442)
