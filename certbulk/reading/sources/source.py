"""What `read` takes, and the check that a value is something of that kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, ValuesView
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from certbulk.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from certbulk.arguments import Arguments

__all__ = [
    "WHAT_READ_TAKES",
    "ArrowStream",
    "OpenFile",
    "Source",
    "are_paths",
    "is_arrow",
    "is_open_file",
    "take_source",
]

_FURTHER = "open files, bytes, frames of other libraries, a list of dictionaries, a list of paths."
_ALSO_TAKEN = f"A path may be a text. Also taken: {_FURTHER}"
WHAT_READ_TAKES = f"Also taken: a path, a DataFrame, {_FURTHER}"
"""What functions take that read their sources themselves."""

_FETCHING = ("collect", "compute", "toPandas")
"""How the rows of a lazy frame are fetched: in polars, Dask, Spark."""

_PATHS_AND_BYTES = (str, PathLike, bytes, bytearray, memoryview)


class OpenFile(Protocol):
    """An open file, or anything else that can be read to its end."""

    def read(self, size: int, /) -> str | bytes:
        """Return at most `size` characters or bytes."""


class ArrowStream(Protocol):
    """A table with the Arrow PyCapsule interface for streams, as polars, pyarrow, DuckDB have it.

    Source: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
    """

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a capsule with the stream."""


Source: TypeAlias = (
    "str | PathLike[str] | pd.DataFrame | ArrowStream | bytes | bytearray | memoryview | OpenFile"
    " | Iterable[Mapping[str, Any]] | Iterable[str | PathLike[str]]"
)
"""What `read` takes."""


def take_source(
    takes: Arguments,
    name: str,
    given: object,
    nouns: tuple[type, ...] = (),
    where_from: str = _ALSO_TAKEN,
) -> Any:
    """Return an argument that is one of these nouns, or something that `read` takes.

    What an iterator yields is returned as a list.

    Args:
        takes: The checks of the function.
        name: The argument.
        given: Its value.
        nouns: Classes that are taken besides; a refusal names them. Without any, it names a path
            and a frame.
        where_from: A sentence about where such an object comes from.

    Raises:
        ArgumentError: It is something else.
        SettingsError: It was closed.
        ReadError: It is an iterator of more rows than can be read.
    """
    given = _listed(given)
    if is_open_file(given):
        takes.noun(name, given, object, "Open it again.")
    elif isinstance(given, nouns) or not _is_source(given):
        takes.noun(name, given, nouns or _path_and_frame(), _how_to_fetch(given) or where_from)
    return given


def _how_to_fetch(given: object) -> str:
    """Return how to fetch the rows of a query that has none yet; empty if it is something else."""
    methods = (name for name in _FETCHING if callable(getattr(given, name, None)))
    method = "" if isinstance(given, type) else next(methods, "")
    return f"It is a query without rows yet: fetch them with .{method}()." if method else ""


def is_arrow(given: object) -> bool:
    """Whether an object is a table with Arrow's interface for streams."""
    return hasattr(given, "__arrow_c_stream__") and not isinstance(given, type)


def is_open_file(given: object) -> bool:
    """Whether an object is an open file, or was one."""
    return callable(getattr(given, "read", None)) and not isinstance(given, type)


def are_paths(given: Any) -> bool:
    """Whether a source is a list of paths, at least one."""
    several = isinstance(given, Sequence) and not isinstance(given, _PATHS_AND_BYTES)
    return several and bool(given) and _are(given, str | PathLike)


def _listed(given: object) -> Any:
    """Return what an iterator yields as a list; anything else as it is."""
    if not isinstance(given, Iterator | ValuesView) or is_open_file(given) or is_arrow(given):
        return given
    from certbulk.reading.formats.tables.parquet_child import MOST_ROWS  # noqa: PLC0415 (it needs pyarrow)

    rows: list[object] = []
    for row in given:
        rows.append(row)
        if len(rows) > MOST_ROWS:
            kind = type(given).__name__
            raise ReadError(f"The {kind} yields more than {MOST_ROWS:,} rows. Split them.")
    return rows


def _is_source(given: object) -> bool:
    if isinstance(given, _PATHS_AND_BYTES):
        return True
    if isinstance(given, Sequence):
        return _are(given, Mapping) or _are(given, str | PathLike)
    import pandas as pd  # noqa: PLC0415 (only if it is needed)

    # A series has Arrow's interface too, but no column names.
    return isinstance(given, pd.DataFrame) or (is_arrow(given) and not isinstance(given, pd.Series))


def _are(given: Sequence[object], kind: Any) -> bool:
    return all(isinstance(one, kind) for one in given)


def _path_and_frame() -> tuple[type, ...]:
    from pathlib import Path  # noqa: PLC0415 (only for the message)

    import pandas as pd  # noqa: PLC0415

    return Path, pd.DataFrame
