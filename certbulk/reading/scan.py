"""One look at a sheet's XML, for what the fast reader does not tell: it passes by once, in pieces.

How far the cells lie apart must be known before the reader makes room for what is between them;
formulas without a result and merged cells look like blanks to it.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import IO, TYPE_CHECKING, NamedTuple

from certbulk.errors import ReadError
from certbulk.reading.extent import check_extent, reaches_far
from certbulk.reading.formulas import formulas_without_result
from certbulk.reading.merges import merges_in
from certbulk.reading.parts import CONTRADICTIONS, damaged, sheet_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.reading.grid import Hazard
    from certbulk.reading.merges import Merge

__all__ = ["Scan", "scan_sheet"]

_CHUNK = 1 << 20


class Scan(NamedTuple):
    """What a look at a sheet's XML told.

    Attributes:
        formulas: Formulas that were saved without their result.
        merges: Merged cells.
    """

    formulas: tuple[Hazard, ...] = ()
    merges: tuple[Merge, ...] = ()


def scan_sheet(data: bytes, sheet: str, source: str) -> Scan:
    """Look through the sheet called `sheet` of an .xlsx or .xlsm file.

    Other formats tell nothing here: .xls and .xlsb keep a result with every formula.

    Raises:
        ReadError: The cells lie too far apart, a formula without result has no address, or the
            archive contradicts itself.
    """
    if not zipfile.is_zipfile(BytesIO(data)):
        return Scan()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            part = sheet_part(archive, sheet)
            if part is None or not part.path.endswith(".xml"):
                return Scan()
            far = False
            formulas: list[Hazard] = []
            merges: set[Merge] = set()
            with archive.open(part.path) as xml:
                for piece in _pieces(xml):
                    far = far or reaches_far(piece)
                    formulas += formulas_without_result(piece, uncalculated=part.uncalculated)
                    merges.update(merges_in(piece))
            if far:
                check_extent(archive, part.path, sheet, source)
    except ReadError:
        raise
    except CONTRADICTIONS as error:
        raise ReadError(damaged(source, error)) from None
    return Scan(tuple(formulas), tuple(sorted(merges)))


def _pieces(xml: IO[bytes]) -> Iterator[bytes]:
    """Yield a sheet's XML in pieces that end where a row does, the last one where it ends."""
    held: list[bytes] = []
    while chunk := xml.read(_CHUNK):
        whole, end_of_row, rest = chunk.rpartition(b"row>")
        if end_of_row:
            yield b"".join((*held, whole, end_of_row))
            held = []
        held.append(rest)
    yield b"".join(held)
