"""A sheet's XML: what stands behind its cells, and cells in it, rewritten piece by piece."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from certbulk.workbook.editing.package import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certbulk.workbook.editing.package import Package

__all__ = ["END_OF_CELLS", "ORDER", "Tail", "put_tail", "tail_of"]

ORDER = (
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
"""What may stand behind the cells, in the order that the format asks for."""

END_OF_CELLS = re.compile(rb"</((?:\w+:)?)sheetData\s*>|<((?:\w+:)?)sheetData\s*/>")
_OVERLAP = 64


class Tail(NamedTuple):
    """What stands behind a sheet's cells, and the prefix of its names."""

    prefix: bytes
    xml: bytes


def tail_of(package: Package, path: str) -> Tail:
    """Return what stands behind the cells of the sheet at `path`.

    Raises:
        OutputError: It has no cells, not even none of them.
    """
    found: re.Match[bytes] | None = None
    rest = b""
    behind: list[bytes] = []
    for piece in package.pieces(path):
        if found:
            behind.append(piece)
            continue
        rest += piece
        found = END_OF_CELLS.search(rest)
        if found:
            behind.append(rest[found.end() :])
        rest = rest[-_OVERLAP:]
    if not found:
        raise damaged(package.source, ValueError(f"{path} has no cells"))
    return Tail(found[1] or found[2] or b"", b"".join(behind))


def put_tail(package: Package, path: str, xml: bytes) -> None:
    """Have the sheet at `path` saved with this behind its cells."""

    def change(pieces: Iterator[bytes]) -> Iterable[bytes]:
        rest = b""
        for piece in pieces:
            rest += piece
            found = END_OF_CELLS.search(rest)
            if found:
                yield rest[: found.end()]
                break
            yield rest[:-_OVERLAP]
            rest = rest[-_OVERLAP:]
        yield xml

    package.rewrite(path, change)
