"""The workbook that marks and repairs go into: a copy of the person's own, or a new one."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from certbulk.errors import OutputError
from certbulk.reading.sheet import original_bytes, original_path
from certbulk.repairing.readback import cells_of, check_written
from certbulk.repairing.rows_above import cells_above
from certbulk.workbook import (
    LAST_COLUMN,
    LAST_ROW,
    Package,
    cell_for,
    check_writable,
    same_file,
    sheet_as_workbook,
    write_whole,
)
from certbulk.workbook.editing.marking import SIGNATURE
from certbulk.workbook.editing.package import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from certbulk.reading import Sheet
    from certbulk.workbook.editing.sheet_part import Coordinates

__all__ = [
    "TargetWorkbook",
    "check_copy",
    "contradictions",
    "extension_of_copy",
    "is_new_workbook",
    "original_workbook",
    "signature_note",
    "write_target",
]

_SHEET = "certificate_types"


class TargetWorkbook(NamedTuple):
    """A workbook to change: its parts, and the name of its sheet of rows."""

    package: Package
    sheet: str

    @property
    def path(self) -> str:
        """The path of the sheet's part."""
        return self.package.sheets()[self.sheet]


def _made_anew(sheet: Sheet) -> TargetWorkbook:
    """Return a new workbook with the rows of `sheet`, its header, and the cells above it.

    Every cell keeps its address.

    Raises:
        OutputError: There are more rows than a workbook holds.
    """
    made = Package.opened(_new_workbook(sheet), sheet.source)
    if made is None:  # cannot happen: it was written just now
        raise OutputError(f"{sheet.source} cannot be converted to a workbook.")
    return TargetWorkbook(made, sheet.name or _SHEET)


def is_new_workbook(sheet: Sheet) -> bool:
    """Whether a copy is a new workbook, since `sheet` was read from another format.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: Its archive contradicts itself.
    """
    return original_workbook(sheet) is None


def signature_note(sheet: Sheet) -> str:
    """Return a note that a copy loses its signature; blank if the original has none.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: Its archive contradicts itself.
    """
    own = original_workbook(sheet)
    return SIGNATURE if own and own.package.is_signed else ""


def original_workbook(sheet: Sheet) -> TargetWorkbook | None:
    """Return the workbook that `sheet` was read from; None for all but .xlsx and .xlsm files.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: Its archive contradicts itself.
    """
    data = original_bytes(sheet)
    package = Package.opened(data, sheet.source) if data is not None else None
    if package is None or sheet.name not in package.sheets():
        return None
    return TargetWorkbook(package, str(sheet.name))


def _new_workbook(sheet: Sheet) -> bytes:
    if len(sheet) and sheet.rows[-1] > LAST_ROW:
        raise OutputError(
            f"{sheet.source} has more than {LAST_ROW:,} rows, which do not fit into a workbook. "
            "Split it."
        )
    of_source = (c for c in sheet.columns if c.number is not None and not c.made)
    columns = [column for column in of_source if (column.number or 0) <= LAST_COLUMN]
    headers = {column.number: column.header for column in columns if column.number is not None}
    above = cells_above(sheet, lambda number: number if number <= LAST_COLUMN else None)
    width = max(headers, default=0)

    def rows() -> Iterator[tuple[int, list[Any]]]:
        texts = zip(*(column.cells for column in columns), strict=True)
        for number, row in zip(sheet.rows.tolist(), texts, strict=True):
            cells: list[Any] = [None] * width
            for column, text in zip(columns, row, strict=True):
                cells[(column.number or 1) - 1] = cell_for(column.field, text)
            yield number, cells

    return sheet_as_workbook(sheet.name or _SHEET, sheet.header_row, headers, rows(), above)


def write_target(
    sheet: Sheet,
    path: str | Path,
    change: Callable[[TargetWorkbook], None],
    *,
    meant: Mapping[Coordinates, str | None] = MappingProxyType({}),
    overwrite: bool = False,
) -> Path:
    """Write the workbook of `sheet` with a change, and return its path.

    Rewritten cells are read back first: those in `meant`, by row and column from 1, and every
    cell of a new workbook.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: The path is that of the file that was read, or its file extension does not
            fit; the file exists and `overwrite` is false; or it cannot be written.
    """
    check_copy(sheet, path, overwrite=overwrite)
    own = original_workbook(sheet)
    target = own or _made_anew(sheet)

    def write(temporary: Path) -> None:
        target.package.save(temporary)
        anew = () if own else cells_of(sheet, LAST_COLUMN)
        cells = ((spot, meant.get(spot, text)) for spot, text in anew)
        if meant or not own:
            check_written(temporary, target.sheet, chain(cells, meant.items()), str(path))

    with contradictions(target.package):
        change(target)
        return write_whole(path, write, overwrite=overwrite)


def extension_of_copy(sheet: Sheet) -> str:
    """Return the file extension of a copy: that of the workbook, .xlsx for other sources.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: Its archive contradicts itself.
    """
    own = original_workbook(sheet)
    return own.package.extension if own else ".xlsx"


def check_copy(sheet: Sheet, path: str | Path, *, overwrite: bool = False) -> None:
    """Check that a copy can be written to a path, without making it.

    Raises:
        ReadError: The file is gone, or was changed since it was read.
        OutputError: No copy can be written there.
    """
    target, source = Path(path), original_path(sheet)
    if source is not None and same_file(target, source):
        raise OutputError(f"{target} is the file that was read. Give another name.")
    ending = extension_of_copy(sheet)
    if target.suffix.lower() != ending:
        why = "." if ending == ".xlsx" else ", like the workbook that it is a copy of."
        raise OutputError(f"{target} must end in {ending}{why}")
    check_writable(target, overwrite=overwrite)


@contextmanager
def contradictions(package: Package) -> Iterator[None]:
    """Turn errors from a damaged archive into an OutputError."""
    try:
        yield
    except OutputError:
        raise
    except (ValueError, LookupError) as error:
        raise damaged(package.source, error) from None
