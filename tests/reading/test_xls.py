"""Old workbooks: what is in them beside the cells."""

import io
import zipfile
from pathlib import Path
from struct import pack

from certbulk import read
from certbulk.reading.formats.xls import _all_records, _stream
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


def test_formulas_of_a_writer_that_never_calculates(tmp_path: Path) -> None:
    """Their result in the file is the empty text, which nobody intended there.

    xlwt, which writes such files, leaves a name that tells it from Excel.
    """
    stream = _stream((FILES / "boolean_formulas.xls").read_bytes())
    written = b""
    for kind, content in _all_records(stream, 0):
        new = content
        if kind == 0x06:
            new = content[:6] + b"\3" + bytes(5) + b"\xff\xff" + bytes(2) + content[16:]
        elif kind == 0x5C:
            new = b"None".ljust(len(content))
        written += pack("<HH", kind, len(new)) + new
    (tmp_path / "a.xls").write_bytes(written)
    codes = [code for _, code in found(read(tmp_path / "a.xls"))]
    assert codes
    assert {*codes} == {"formula_without_value"}
