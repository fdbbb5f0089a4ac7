"""The list of file formats: reading, help, documents, messages and the page are made of it."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import certbulk as cb
from certbulk.cli import app
from certbulk.core import file_formats
from certbulk.core.file_formats import FILE_FORMATS, FileFormat, either, format_of, suffixes
from certbulk.page.state import State
from certbulk.page.view import shown_to_page
from certbulk.reading.formats.grid import FileToRead, Grid
from certbulk.reading.reader import reader_of
from tests.references import PAGES

PACKAGE = Path(cb.__file__).parent
EACH = pytest.mark.parametrize("known", FILE_FORMATS, ids=lambda known: known.suffix)


@EACH
def test_every_entry_is_whole(known: FileFormat) -> None:
    """A suffix in lower case, words for people, and a reader that is there."""
    assert re.fullmatch(r"\.[a-z0-9]+", known.suffix)
    assert known.name
    assert known.known_as
    assert callable(reader_of(known))
    assert format_of(f"a{known.suffix.upper()}") is known


def test_no_suffix_stands_twice() -> None:
    """Each names one format."""
    assert len({*suffixes()}) == len(FILE_FORMATS)


def test_what_is_not_in_the_list_is_refused_with_the_list(tmp_path: Path) -> None:
    """By its suffix, and without one; every format is offered."""
    for name in ("types.pdf", "types"):
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(cb.ReadError) as caught:
            cb.read(tmp_path / name)
        assert str(caught.value).endswith(f"Supported: {', '.join(suffixes())}.")


def _read_pairs(file: FileToRead) -> tuple[Grid, list[Any], Any]:
    """Read lines such as `title=A, balance=10`: a format that nobody has."""
    from certbulk.core.references.directory import NO_NAMES
    from certbulk.reading.formats.tables.plain_sources import frame_grid

    lines = [dict(re.findall(r"(\w+)=([^,]+)", line)) for line in file.data.decode().splitlines()]
    return frame_grid(pd.DataFrame(lines), file.vocabulary)[0], [], NO_NAMES


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> FileFormat:
    """The list with one entry more, as if it had been there when everything was imported."""
    made = FileFormat(".pairs", "Lines of pairs", "pairs", f"{__name__}:_read_pairs")
    more = (*FILE_FORMATS, made)
    monkeypatch.setattr(file_formats, "FILE_FORMATS", more)
    for module in ("certbulk.page.view", "tests.references.file_formats"):
        monkeypatch.setattr(f"{module}.FILE_FORMATS", more)
    return made


def test_a_format_is_one_entry_and_a_reader(pairs: FileFormat, tmp_path: Path) -> None:
    """It is read, and is in messages, on the page and in the reference; it has no sheets."""
    path = tmp_path / f"types{pairs.suffix}"
    path.write_text("title=A 10, balance=10\ntitle=B 20, balance=20\n")
    sheet = cb.read(path)
    assert list(sheet.frame["title"]) == ["A 10", "B 20"]
    assert sheet.rows.tolist() == [2, 3]
    with pytest.raises(cb.ReadError, match="no sheets"):
        cb.read(path, "prices")
    with pytest.raises(cb.ReadError, match="encoding"):
        cb.read(path, encoding="cp1250")
    assert cb.annotate(cb.validate(sheet), tmp_path / "look.xlsx").exists()
    page = shown_to_page(State())
    assert page["accept"].endswith(",.pairs")
    assert page["takes"]["formats"][-1] == "pairs"
    assert "| `.pairs` | Lines of pairs |" in PAGES["file_formats.md"]()
    with pytest.raises(cb.ReadError, match=r"Supported: .*\.pairs"):
        cb.read(tmp_path / "types.pdf")


def test_help_names_every_format() -> None:
    """In the words that the list makes."""
    text = " ".join(CliRunner().invoke(app, ["validate", "--help"]).stdout.split())
    assert f"The file: {either(suffixes())}." in text


def test_the_list_stands_nowhere_else() -> None:
    """Three suffixes of formats in a row are a copy of the list: in code, scripts and documents."""
    several = re.compile(r"(?:\.(?:xlsx|xlsm|xls|xlsb|ods|csv|tsv|txt|parquet)\b[^\w.]{1,6}){3}")
    made = {PACKAGE / "docs" / "reference" / name for name in PAGES}
    found = [
        (path.relative_to(PACKAGE).as_posix(), match[0])
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".js", ".md", ".toml", ".html"} and path not in made
        for match in several.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
