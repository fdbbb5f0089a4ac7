"""The documentation site: its pages are gathered, built by Zensical, and checked."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from certbulk.docs.links import broken_links

__all__ = ["CHECKOUT", "PAGES", "Problems", "build", "gather"]

PAGES = Path(__file__).parent
CHECKOUT = PAGES.parents[1]

_LINK = re.compile(r"(?<=\]\()(\.\.?/[^)#\s]*)")
_SECONDS = 180


class Problems(Exception):  # noqa: N818 (they are what was found, not a failure of this program)
    """What keeps the site from being built.

    Attributes:
        exit_code: 1 if a page is at fault, 2 if the site cannot be built here at all.
    """

    def __init__(self, text: str, exit_code: int = 1) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def build(out: Path, pages: Path = PAGES) -> int:
    """Build the site into a folder, which is replaced if it holds an earlier site.

    Args:
        out: The folder.
        pages: The folder of pages.

    Returns:
        The number of pages.

    Raises:
        Problems: If a page has a broken link, names a picture that is missing or loads something
            from another host; or if Zensical or the notebooks are not here.
    """
    if importlib.util.find_spec("zensical") is None:
        raise Problems("Zensical builds the site: pip install -e '.[docs]'", exit_code=2)
    if not (CHECKOUT / "notebooks").is_dir():
        raise Problems("The site is built from a checkout: it has the notebooks, too.", exit_code=2)
    if out.exists() and any(out.iterdir()) and not (out / "sitemap.xml").exists():
        raise Problems(f"{out} exists and is not a site: give another folder.", exit_code=2)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        gather(pages, work)
        _run_zensical(work)
        site = work / "site"
        if problems := broken_links(site):
            raise Problems("\n".join(problems))
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(site, out)
    return len(list(out.rglob("*.html")))


def gather(pages: Path, work: Path) -> None:
    """Put everything that the site is built from into a folder, links made to fit.

    A page may link to a notebook or to a file of the package as it does in the checkout. A notebook
    becomes a page, and a file is copied beside the pages.

    Raises:
        Problems: If such a file does not exist.
    """
    work.mkdir(exist_ok=True)
    shutil.copy(pages / "zensical.toml", work)
    shutil.copytree(pages / "theme", work / "theme")
    staged = work / "pages"
    skipped = shutil.ignore_patterns("*.py", "__pycache__", "zensical.toml", "*.html")
    shutil.copytree(pages, staged, ignore=skipped)
    (staged / "notebooks").mkdir()
    (staged / "files").mkdir()
    for notebook in sorted((CHECKOUT / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, staged / "files")
        page = staged / "notebooks" / f"{notebook.stem}.md"
        page.write_text(_notebook_page(notebook), encoding="utf-8")
    for source in sorted(pages.rglob("*.md")):
        copy = staged / source.relative_to(pages)
        text = copy.read_text(encoding="utf-8")
        fitted = _LINK.sub(lambda link, at=source: _fitted(link[1], at, pages, staged), text)  # type: ignore[misc]
        copy.write_text(fitted, encoding="utf-8")


def _fitted(link: str, page: Path, pages: Path, staged: Path) -> str:
    """Return where a link of a page leads on the site, copying the file that it leads to."""
    target = (page.parent / link).resolve()
    if target.is_relative_to(pages.resolve()):
        return link
    if not target.is_file():
        raise Problems(f"{page.relative_to(pages)}: {link} does not exist")
    up = "../" * (len(page.relative_to(pages).parts) - 1)
    if target.suffix == ".ipynb":
        return f"{up}notebooks/{target.stem}.md"
    shutil.copy(target, staged / "files")
    return f"{up}files/{target.name}"


def _notebook_page(path: Path) -> str:
    """Return a notebook as a page: its texts, and its cells of code as they are stored."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    parts = []
    for cell in cells:
        text = "".join(cell["source"]).strip()
        as_page = text.replace(".ipynb)", ".md)")  # a link to another notebook
        parts.append(as_page if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
    note = (
        f'!!! note "Run it yourself"\n\n    This page is a notebook: [{path.name}]'
        f"(../files/{path.name}). In Jupyter you see the tables and pictures that its cells make."
    )
    return "\n\n".join([parts[0], note, *parts[1:]]) + "\n"


def _run_zensical(work: Path) -> None:
    """Run Zensical on the gathered pages; a warning is a problem."""
    settings = str(work / "zensical.toml")
    done = subprocess.run(  # noqa: S603 (the program is this interpreter)
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", settings],
        cwd=work,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        raise Problems(said.partition("Traceback")[0].strip() or said.strip())
