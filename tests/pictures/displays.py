"""Displays as a notebook shows them, in pictures for the docs: `python -m tests.pictures.displays`.

Light, dark, as wide as a phone, and on paper.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

import certbulk as cb
from tests.pictures.__main__ import CHANGED, DOCS, NEW, sheet

SAMPLES = Path(cb.__file__).parents[1] / "sample_data"
PAGE = "<meta charset=utf-8><body style='margin:12px;font:14px sans-serif;{}'>{}"
LIGHT = "background:#fff;color:#111"
DARK = "background:#111;color:#eee;color-scheme:dark"


class Shot(NamedTuple):
    """How a display is shown: its width in pixels, its colours, and the kind of medium."""

    width: int
    height: int
    look: str = LIGHT
    medium: str = "screen"


SHOTS = {
    "light": Shot(900, 520),
    "dark": Shot(900, 420, DARK),
    "narrow": Shot(480, 640),
    "print": Shot(794, 420, medium="print"),
    "sheet": Shot(794, 420, medium="print"),
    "fixed": Shot(900, 330, DARK),
    "rehearsal": Shot(480, 640),
    "drift": Shot(900, 330, DARK),
    "diff": Shot(900, 460),
    "bindings": Shot(900, 400),
}


def shoot(browser: Browser, html: str, shot: Shot, path: Path) -> Path:
    """Write a picture of a display, with few colours so that it stays small."""
    page = browser.new_page(viewport={"width": shot.width, "height": shot.height})
    page.emulate_media(media=shot.medium)  # type: ignore[arg-type]
    page.set_content(PAGE.format(shot.look, html))
    page.wait_for_timeout(300)
    page.screenshot(path=path)
    page.close()
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
    return path


def displays() -> dict[str, str]:
    """Return a display for each shot."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CERTBULK_STATE_DIR"] = folder
        path = Path(folder, "types.xlsx")
        sheet().to_excel(path, index=False)
        with cb.Sandbox() as client:
            report = cb.validate(cb.read(path))
            plan = cb.plan(report, client)
            few = sheet().head(len(CHANGED) + 4).assign(**NEW)
            few.to_excel(path, index=False)
            run = cb.apply(cb.plan(cb.validate(cb.read(path)), client), client, progress=False)
        html = {"light": plan, "dark": report, "narrow": plan, "print": run, **_others(path)}
    return {name: str(shown._repr_html_()) for name, shown in html.items()}


def _others(path: Path) -> dict[str, Any]:
    """Return a sheet with mistakes and their repairs, a rehearsal, and what others have changed."""
    wrong = cb.read(SAMPLES / "with_errors.xlsx")
    sandbox = cb.Sandbox()
    with sandbox as client:
        before = cb.export(path.with_name("friday.xlsx"), client)
        run = cb.apply(cb.plan(sheet().head(len(CHANGED)), client), client, progress=False)
        sandbox.edit(288901, balance=77, salon_ids=[720441])
        sandbox.remove(288908)
        sandbox.add({"title": "Theirs", "balance": 70})
        other = sandbox.client(chain_id=706555)
        return {
            "sheet": wrong,
            "fixed": cb.fix(cb.validate(wrong)),
            "rehearsal": cb.rehearse(sheet().head(40), client),
            "drift": cb.drift(run, client),
            "diff": cb.diff(before, client),
            "bindings": cb.bindings(cb.validate(before), client, other),
        }


def main() -> None:
    """Write display-light.png and so on into the docs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, html in displays().items():
            shoot(browser, html, SHOTS[name], DOCS / f"display-{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
