"""Whether the cells of a sheet lie far apart is only looked into where one of them is far."""

import pytest

from certbulk.reading.extent import reaches_far

PIECES = [
    (b'<worksheet xmlns:r="http://schemas"><sheetData><row r="1"><c r="A1"/></row>', False),
    (b'<row r="1048576"><c r="AZ1048576"/></row>', False),
    (b"<row r='1048576'><c r='AZ1048576'/></row>", False),
    (b'<row r="1"><c r="BA1"/></row>', True),
    (b'<row r="9999999"><c r="A9999999"/></row>', True),
]


@pytest.mark.parametrize(("piece", "far"), PIECES)
def test_what_is_far(piece: bytes, far: bool) -> None:  # noqa: FBT001
    """The prefix r that most sheets declare is no address, and costs them no second look."""
    assert reaches_far(piece) is far
