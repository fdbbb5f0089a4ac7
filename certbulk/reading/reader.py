"""`read`: from a file, a frame, records or bytes to a `Sheet`."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from certbulk.arguments import Arguments
from certbulk.core.file_formats import format_of, suffixes
from certbulk.errors import ReadError, SettingsError
from certbulk.reading.extension.pasted_rows import understand_pasted
from certbulk.reading.formats.grid import FileToRead
from certbulk.reading.headers.defaults import with_defaults
from certbulk.reading.headers.guides import guide_with
from certbulk.reading.shape.layout import understand
from certbulk.reading.shape.source_findings import labels_findings
from certbulk.reading.sheet import placed
from certbulk.reading.sources.contents import content_of
from certbulk.reading.sources.several import combined, names_of
from certbulk.reading.sources.source import are_paths, is_open_file, take_source
from certbulk.words.toml_files import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal

    from certbulk.core.file_formats import FileFormat
    from certbulk.core.findings.finding import Finding
    from certbulk.reading.formats.grid import Found, Grid
    from certbulk.reading.labels import Labels
    from certbulk.reading.sheet import Sheet
    from certbulk.reading.sources.source import Source
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["read", "reader_of", "sheet_names"]

LARGEST_FILE = 1 << 30
FORMATS_OF_ROWS = ("table", "booster")


def read(
    source: Source,
    sheet: str | int | None = None,
    *,
    defaults: Mapping[str, object] | None = None,
    vocabulary: str | Path | Mapping[str, Any] | None = None,
    mapping: str | Path | Mapping[str, Any] | None = None,
    format: Literal["table", "booster"] = "table",  # noqa: A002 (what people call it)
    encoding: str | None = None,
    progress: bool = True,
) -> Sheet:
    """Read certificate types as text, every cell at its true address.

    Args:
        source: One of these:

            - A path to a file of a format in `certbulk.core.file_formats` (the page "File
              formats").
            - An open file, or bytes. The format is that of the file's name, else it is found out
              from the first bytes.
            - A pandas frame, or a table with Arrow's interface for streams, as polars, pyarrow and
              DuckDB have it. The column names count as row 1, the first row as row 2; the index of
              a frame is kept, so that findings, plans and runs know its rows by their labels.
            - A list of dictionaries: request bodies and records of the API, or flat ones. In
              frames, too, `expiration` and `online_sale` may be dictionaries.
            - A list of paths. All rows are read as one sheet, with the columns that any of the
              files has. The index has the file and the row in it.
        sheet: The sheet in a workbook, by its name, or by its number from 0; by default the one
            whose headers match best.
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
            an open file is not at its start; a file is in the list twice; a default is for a
            column that is unknown or in the sheet already, or is not a value of its column; or the
            mapping is for another sheet.
        SettingsError: The vocabulary or the mapping is not valid, or a constant is not a value of
            its column, or there is no such format; or the file was closed.
        ArgumentError: An argument is of another kind, such as a number instead of a path.

    Example:
        >>> import certbulk as cb
        >>> cb.read("sample_data/certificate_types.xlsx")  # doctest: +ELLIPSIS
        Sheet of certificate_types.xlsx, sheet ...
        >>> cb.read([{"id": 288901, "online_sale": {"is_enabled": True, "price": 95}}])
        Sheet of records: 1 row, 3 columns (3 known)
    """
    given = _checked(
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
    number_or_name = sheet if sheet is None or isinstance(sheet, str) else operator.index(sheet)
    how = _How(guide_with(vocabulary, mapping), number_or_name, encoding, pasted, progress)
    if are_paths(given):
        names = names_of(given)
        made = combined([_sheet_of(path, how) for path in given], names)
    else:
        made = _sheet_of(given, how)
    made = replace(made, vocabulary_file=path_of(vocabulary), mapping_file=path_of(mapping))
    return with_defaults(made, defaults or {})


class _How(NamedTuple):
    """The options for reading one source."""

    words: Vocabulary
    sheet: str | int | None
    encoding: str | None
    pasted: bool
    progress: bool


def _sheet_of(source: Any, how: _How) -> Sheet:
    """Return one source as a sheet, without values for all rows."""
    if how.pasted and isinstance(source, str) and "\t" in source:
        from certbulk.reading.formats.text.text_files import pasted_grid  # noqa: PLC0415

        grid = pasted_grid(source)
        return _understood(grid, "pasted rows", grid.digest(), how, headed=False)
    if isinstance(source, str | PathLike):
        path = Path(source)
        found, digest = _of_file(path, _bytes(path), _format_of(path), how)
        folder = str(path.resolve().parent)
        return _understood_file(found, path.name, digest, folder, how)
    if isinstance(source, bytes | bytearray | memoryview) or is_open_file(source):
        content = content_of(source, LARGEST_FILE)
        if content.is_text:
            if how.encoding is not None:
                raise ReadError(f"{content.name} is open as text, so it has an encoding already.")
            how = how._replace(encoding="utf-8" if content.format.has_encoding else None)
        path = Path(content.name)
        found, digest = _of_file(path, content.data, content.format, how, in_memory=True)
        return _understood_file(found, content.name, digest, None, how)
    return _of_frame(source, how)


def _of_file(
    path: Path, data: bytes, kind: FileFormat, how: _How, *, in_memory: bool = False
) -> tuple[Found, str]:
    """Return the cells of a file, and the hash of its bytes."""
    if how.encoding is not None and not kind.has_encoding:
        raise ReadError(f"{path.name} is not a text file, so an encoding does not apply to it.")
    if how.sheet is not None and not kind.has_sheets:
        which = f"number {how.sheet}" if isinstance(how.sheet, int) else f"called {how.sheet}"
        raise ReadError(f"{path.name} has no sheets, so there is no sheet {which}.")
    file = FileToRead(
        path,
        data,
        how.words,
        how.sheet,
        how.encoding,
        pasted=how.pasted,
        progress=how.progress,
        in_memory=in_memory,
    )
    return reader_of(kind)(file), hashlib.sha256(data).hexdigest()


def _understood_file(found: Found, name: str, digest: str, folder: str | None, how: _How) -> Sheet:
    grid, of_source, directory = found
    sheet = _understood(grid, name, digest, how, headed=False)
    findings = (*of_source, *sheet.findings)
    return replace(sheet, folder=folder, findings=findings, directory=directory)


def _of_frame(source: Any, how: _How) -> Sheet:
    """Return a frame, a table of another library or a list of dictionaries as a sheet."""
    import pandas as pd  # noqa: PLC0415 (only if it is needed)

    from certbulk.reading.formats.tables.plain_sources import frame_grid  # noqa: PLC0415

    name = type(source).__name__
    if how.sheet is not None or how.encoding is not None:
        raise ReadError(
            f"A {name} has neither sheets nor an encoding: leave both out, or give a path."
        )
    if isinstance(source, pd.DataFrame):
        frame, name = source, "DataFrame"
    elif isinstance(source, Sequence):
        from certbulk.reading.formats.tables.nested import records_frame  # noqa: PLC0415

        frame, name = records_frame(source), "records"
    else:
        from certbulk.reading.sources.arrow import arrow_frame  # noqa: PLC0415

        frame = arrow_frame(source)
    grid, labels = frame_grid(frame, how.words)
    sheet = replace(_understood(grid, name, grid.digest(), how, headed=True), labels=labels)
    findings = (*labels_findings(labels), *sheet.findings)
    kept = [finding for finding in findings if not _of_labels(finding, sheet, labels)]
    return replace(sheet, findings=placed(sheet, kept))


def _understood(grid: Grid, name: str, digest: str, how: _How, *, headed: bool) -> Sheet:
    """Return a grid as a sheet; `headed` is whether it is a frame, whose names are headers."""
    if how.pasted:
        return understand_pasted(grid, name, digest, how.words, headed=headed)
    return understand(grid, name, digest, how.words, addresses=not headed)


def _of_labels(finding: Finding, sheet: Sheet, labels: Labels) -> bool:
    """Whether a finding says that a level of the index is not a known column: it needs not be."""
    levels = [column.address(sheet.header_row) for column in sheet.columns[: labels.columns]]
    unknown = finding.code == "unknown_column" and finding.suggestion is None
    return unknown and finding.cell in levels


def _checked(
    *,
    source: object,
    sheet: object,
    defaults: object,
    vocabulary: object,
    mapping: object,
    format_: object,
    encoding: object,
    progress: object,
) -> Any:
    """Return the source; refuse arguments that are of another kind than `read` takes."""
    takes = Arguments("certbulk.read")
    source = take_source(takes, "source", source)
    takes.sheet("sheet", sheet)
    values = 'a dictionary, such as {"salon_ids": 720441}'
    takes.mapping("defaults", defaults, values, optional=True)
    takes.document("vocabulary", vocabulary)
    takes.document("mapping", mapping)
    takes.choice("format", format_, FORMATS_OF_ROWS)
    takes.text("encoding", encoding, optional=True)
    takes.flags(progress=progress)
    return source


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, in its order; none of a file that has no sheets.

    Raises:
        ReadError: There is no such file, or it cannot be read.
    """
    known = format_of(path.name)
    if known is None or not known.has_sheets:
        return ()
    from certbulk.reading.workbook import Workbook  # noqa: PLC0415

    return tuple(Workbook(_bytes(path), path.name).sheets)


def _is_pasted(format_: str, mapping: object) -> bool:
    """Whether the rows are those that are pasted into the browser extension."""
    if format_ == "booster" and mapping is not None:
        raise SettingsError("The booster format has columns of its own: leave the mapping out.")
    return format_ == "booster"


def _bytes(path: Path) -> bytes:
    if _is_folder(path):
        raise ReadError(f"{path} is a folder. Give the path of a file in it, or a list of paths.")
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
        raise ReadError(
            f"{path} is larger than {LARGEST_FILE >> 20} MB. Split it.", code="too_large"
        )
    return data


def reader_of(kind: FileFormat) -> Callable[[FileToRead], Found]:
    """Return the function that reads files of a format, imported when it is first needed."""
    module, _, function = kind.reader.partition(":")
    reader: Callable[[FileToRead], Found] = getattr(import_module(module), function)
    return reader


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # for one, a name that is too long: reading it says why
        return False


def _format_of(path: Path) -> FileFormat:
    if found := format_of(path.name):
        return found
    kind = f"is a {path.suffix} file" if path.suffix else "has no file extension"
    raise ReadError(f"{path} {kind}. Supported: {', '.join(suffixes())}.")
