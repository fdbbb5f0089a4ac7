"""Old workbooks: what is in them beside the cells."""

import io
import zipfile
from pathlib import Path

from certbulk import read
from tests.corpus import FILES

from .files import found


def test_an_archive_inside_an_old_workbook_is_not_the_workbook(tmp_path: Path) -> None:
    """Excel keeps the colours of an .xls as an archive in it: its hidden rows are seen as ever."""
    colours = io.BytesIO()
    with zipfile.ZipFile(colours, "w") as archive:
        archive.writestr("theme/theme/theme1.xml", "<theme/>")
    data = (FILES / "hidden_rows.xls").read_bytes()
    (tmp_path / "a.xls").write_bytes(data + colours.getvalue())
    assert zipfile.is_zipfile(tmp_path / "a.xls")
    assert found(read(tmp_path / "a.xls")) == found(read(FILES / "hidden_rows.xls"))
    assert "hidden_rows" in {code for _, code in found(read(tmp_path / "a.xls"))}
