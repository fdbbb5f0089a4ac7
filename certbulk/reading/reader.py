"""`read`: from a path or a frame to a `Sheet`."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.arguments import Arguments
from certbulk.core.columns.distinct import Column
from certbulk.core.file_formats import format_of, suffixes
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds.kind import tidy
from certbulk.core.places.directory import NO_NAMES
from certbulk.errors import ReadError, SettingsError
from certbulk.reading.extension.pasted_rows import understand_pasted
from certbulk.reading.formats.grid import FileToRead
from certbulk.reading.headers.guides import guide_with, wrong_for_every_row
from certbulk.reading.shape.layout import understand
from certbulk.reading.shape.source_findings import labels_findings
from certbulk.reading.sheet_column import SheetColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal

    import pandas as pd

    from certbulk.core.file_formats import FileFormat
    from certbulk.core.findings.finding import Finding
    from certbulk.reading.formats.grid import Found
    from certbulk.reading.labels import Labels
    from certbulk.reading.sheet import Sheet

__all__ = ["read", "reader_of", "sheet_names"]

LARGEST_FILE = 1 << 30
FORMATS_OF_ROWS = ("table", "booster")


def read(
    source: str | Path | pd.DataFrame,
    sheet: str | None = None,
    *,
    defaults: Mapping[str, object] | None = None,
    vocabulary: str | Path | Mapping[str, Any] | None = None,
    mapping: str | Path | Mapping[str, Any] | None = None,
    format: Literal["table", "booster"] = "table",  # noqa: A002 (what people call it)
    encoding: str | None = None,
    progress: bool = True,
) -> Sheet:
    """Read a sheet of certificate types as text, every cell at its true address.

    Args:
        source: A path to a file of a format in `certbulk.core.file_formats` (the page "File
            formats"), or a frame. A frame's column names count as row 1, its first row as row 2;
            its index is kept, so that findings, plans and runs know its rows by their labels.
        sheet: The name of the sheet in a workbook; by default the one whose headers match best.
        defaults: Values for columns that the sheet does not have, the same in every row, by
            canonical name or any other header: `{"salon_ids": 720441}`.
        vocabulary: Words for headers, yes and no, and choices, on top of those that are known: a
            path to a TOML file, or what such a file holds.
        mapping: How the columns of a foreign layout become certbulk's: a path to a TOML file with
            tables `rename`, `constant` and `template`, or what such a file holds.
        format: `booster` for the thirteen columns that are pasted into the browser extension for
            bulk creation, from a file, a frame, or as the pasted text itself.
        encoding: The encoding of a text file such as a .csv, cp1250 or utf-16 for example, if the
            detected one is wrong.
        progress: Whether to show a progress bar while a large workbook is read.

    Returns:
        A `Sheet`. What is wrong with headers and cells is in its findings, not raised.

    Raises:
        ReadError: There is no such file or sheet, or it cannot be read, or not in this encoding;
            a default is for a column that is unknown or in the sheet already, or is not a value
            of its column; or the mapping is for another sheet.
        SettingsError: The vocabulary or the mapping is not valid, or a constant is not a value of
            its column, or there is no such format.
        ArgumentError: An argument is of another kind, such as a number instead of a path.

    Example:
        >>> import certbulk as cb
        >>> cb.read("sample_data/certificate_types.xlsx")  # doctest: +ELLIPSIS
        Sheet of certificate_types.xlsx, sheet ...
    """
    _check(
        source=source,
        sheet=sheet,
        defaults=defaults,
        vocabulary=vocabulary,
        mapping=mapping,
        format_=format,
        encoding=encoding,
        progress=progress,
    )
    pasted = _is_pasted(format, mapping)
    words = guide_with(vocabulary, mapping)
    folder: str | None
    of_source: list[Finding] = []
    directory = NO_NAMES
    labels: Labels | None = None
    if pasted and isinstance(source, str) and "\t" in source:
        from certbulk.reading.formats.plain_sources import pasted_grid  # noqa: PLC0415

        grid = pasted_grid(source)
        name, digest, folder = "pasted rows", grid.digest(), None
    elif isinstance(source, str | PathLike):
        path = Path(source)
        data = _bytes(path)
        kind = _format_of(path)
        if encoding is not None and not kind.has_encoding:
            raise ReadError(f"{path.name} is not a text file, so an encoding does not apply to it.")
        if sheet is not None and not kind.has_sheets:
            raise ReadError(f"{path.name} has no sheets, so there is none called {sheet}.")
        grid, of_source, directory = reader_of(kind)(
            FileToRead(path, data, words, sheet, encoding, pasted=pasted, progress=progress)
        )
        name, digest = path.name, hashlib.sha256(data).hexdigest()
        folder = str(path.resolve().parent)
    else:
        import pandas as pd  # noqa: PLC0415 (only if it is needed)

        from certbulk.reading.formats.plain_sources import frame_grid  # noqa: PLC0415

        if not isinstance(source, pd.DataFrame) or sheet is not None or encoding is not None:
            raise ReadError(
                "Give a path, with the name of a sheet if need be, or a pandas DataFrame."
            )
        grid, labels = frame_grid(source, words)
        of_source = labels_findings(labels)
        name, digest, folder = "DataFrame", grid.digest(), None
    if pasted:
        headed = not isinstance(source, str | PathLike)
        sheet_read = understand_pasted(grid, name, digest, words, headed=headed)
    else:
        sheet_read = understand(grid, name, digest, words)
    findings = (*of_source, *sheet_read.findings)
    sheet_read = replace(
        sheet_read, folder=folder, findings=findings, directory=directory, labels=labels
    )
    return _with_defaults(sheet_read, defaults or {})


def _check(
    *,
    source: object,
    sheet: object,
    defaults: object,
    vocabulary: object,
    mapping: object,
    format_: object,
    encoding: object,
    progress: object,
) -> None:
    """Refuse arguments that are of another kind than `read` takes."""
    takes = Arguments("certbulk.read")
    if not isinstance(source, str | PathLike):
        import pandas as pd  # noqa: PLC0415 (only if it is needed)

        takes.noun("source", source, (Path, pd.DataFrame), "A path may be a text as well.")
    takes.text("sheet", sheet, "Give the name of the sheet.", optional=True)
    values = 'a dictionary, such as {"salon_ids": 720441}'
    takes.mapping("defaults", defaults, values, optional=True)
    takes.document("vocabulary", vocabulary)
    takes.document("mapping", mapping)
    takes.choice("format", format_, FORMATS_OF_ROWS)
    takes.text("encoding", encoding, optional=True)
    takes.flags(progress=progress)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, in its order; none of a file that has no sheets.

    Raises:
        ReadError: There is no such file, or it cannot be read.
    """
    known = format_of(path.name)
    if known is None or not known.has_sheets:
        return ()
    from certbulk.reading.formats.workbook import Workbook  # noqa: PLC0415

    return tuple(Workbook(_bytes(path), path.name).sheets)


def _is_pasted(format_: str, mapping: object) -> bool:
    """Whether the rows are those that are pasted into the browser extension."""
    if format_ == "booster" and mapping is not None:
        raise SettingsError("The booster format has columns of its own: leave the mapping out.")
    return format_ == "booster"


def _bytes(path: Path) -> bytes:
    _format_of(path)
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST_FILE else None
    except FileNotFoundError:
        raise ReadError(f"There is no file {path}. Check the path and the name.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(f"{path} cannot be opened: {reason}.") from None
    if data is None:
        raise ReadError(f"{path} is larger than {LARGEST_FILE >> 20} MB. Split it.")
    return data


def reader_of(kind: FileFormat) -> Callable[[FileToRead], Found]:
    """Return the function that reads files of a format, imported when it is first needed."""
    module, _, function = kind.reader.partition(":")
    reader: Callable[[FileToRead], Found] = getattr(import_module(module), function)
    return reader


def _format_of(path: Path) -> FileFormat:
    if found := format_of(path.name):
        return found
    kind = f"is a {path.suffix} file" if path.suffix else "has no file extension"
    raise ReadError(f"{path} {kind}. Supported: {', '.join(suffixes())}.")


def _with_defaults(sheet: Sheet, defaults: Mapping[str, object]) -> Sheet:
    """Return the sheet with a column for each default."""
    supplied: list[SheetColumn] = []
    for header, value in defaults.items():
        match = sheet.vocabulary.match(header)
        if match is None:
            near = sheet.vocabulary.nearest(header)
            hint = f" Did you mean {near.field}?" if near else ""
            raise ReadError(f"{quoted(header)} is not a known column.{hint}")
        name = match.field
        there = sheet.column(name)
        if there or any(name == column.field for column in supplied):
            where = f" ({there.address(sheet.header_row)})" if there else ""
            raise ReadError(
                f"{name} is in the sheet already{where}. A value for all rows can be given only "
                "for a column that is not in the sheet."
            )
        from certbulk.reading.formats.plain_sources import cell_text  # noqa: PLC0415

        text = cell_text(value)
        if wrong := wrong_for_every_row(name, text, sheet.vocabulary):
            raise ReadError(
                f"The value for all rows of {name}: {wrong}",
                terminal=f"Correct it where it is set: --set {name}=VALUE.",
            )
        rows = len(sheet)
        cells = Column.constant(text, rows) if tidy(text) else Column.blank(rows)
        supplied.append(SheetColumn(name, None, name, cells))
    return replace(sheet, columns=(*sheet.columns, *supplied)) if supplied else sheet
