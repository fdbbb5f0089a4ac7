"""A results workbook as a picture, as LibreOffice shows it: `python -m tests.pictures.workbook`."""

import os
import subprocess
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image, ImageChops

import certbulk as cb

DOCS = Path(cb.__file__).parent / "docs"
SHOWN = ("id", "title", "balance", "salon_ids", "result_status", "result_id", "result_code",
         "result_message")  # fmt: skip
NEW = {
    "is_multi": "yes", "item_type_id": "0", "is_allow_empty_code": "no",
    "balance_edit_type_id": "2", "expiration_type_id": "0", "salon_ids": "720441",
}  # fmt: skip


def sheet() -> pd.DataFrame:
    """Return rows that end in each of the usual ways."""
    rows: list[dict[str, object]] = [
        {"title": "Winter Glow 75", "balance": 75, **NEW},
        {"title": "Winter Glow 120", "balance": 120, **NEW},
        {"id": 288901, "balance": 55},
        {"id": 288902, "balance": 100},
        {"title": "Candlelight Massage 90", "balance": "ninety", **NEW},
        {"title": "Gift Certificate 100", "balance": 110, **NEW},
        {"title": "Sunday at the Sauna 60", "balance": 60, **NEW},
        {"id": 288907, "balance": 205},
        {"title": "Gift Certificate 75", "balance": 70, **NEW},
        {"title": "Last year's offer", "balance": 10, **NEW, "action": "skip"},
    ]
    return pd.DataFrame(rows).astype(object)


def main() -> None:
    """Write results.png into the docs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["CERTBULK_STATE_DIR"] = name
        with cb.Sandbox() as client:
            run = cb.apply(cb.plan(cb.validate(cb.read(sheet())), client), client, progress=False)
        path = run.to_excel(folder / "results.xlsx")
        _only_what_matters(path)
        for command in (
            ["soffice", f"-env:UserInstallation={folder.as_uri()}/office", "--headless",
             "--convert-to", "pdf", "--outdir", name, str(path)],
            ["pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-png", "-singlefile",
             str(folder / "results.pdf"), str(folder / "results")],
        ):  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        _trimmed(Image.open(folder / "results.png").convert("RGB")).save(DOCS / "results.png")


def _only_what_matters(path: Path) -> None:
    """Hide the columns that the picture has no room for, and print on one page."""
    book = openpyxl.load_workbook(path)
    for other in book.sheetnames[1:]:
        del book[other]
    page = book.active
    assert page is not None
    for column in range(1, page.max_column + 1):
        letter = get_column_letter(column)
        page.column_dimensions[letter].hidden = page.cell(1, column).value not in SHOWN
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.gridLines = page.print_options.headings = True
    book.save(path)


def _trimmed(picture: Image.Image) -> Image.Image:
    white = Image.new("RGB", picture.size, "white")
    left, top, right, bottom = ImageChops.difference(picture, white).getbbox() or (0, 0, 1, 1)
    return picture.crop((left - 8, top - 8, right + 8, bottom + 8))


if __name__ == "__main__":
    main()
