"""Tables of any library that has Arrow's interface for streams, as frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from certbulk.errors import ReadError
from certbulk.reading.formats.tables.parquet_child import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_ROWS,
    unpacked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from certbulk.reading.sources.source import ArrowStream

__all__ = ["arrow_frame"]


def arrow_frame(source: ArrowStream) -> pd.DataFrame:
    """Return a table as a frame; a stream is read to its end.

    Whole numbers stay whole beside missing values, structures are dictionaries.

    Raises:
        ReadError: It is one column without a name, has more cells than can be read, or its library
            cannot give it.
    """
    kind = type(source).__name__
    try:
        reader = pa.RecordBatchReader.from_stream(source)
        table = pa.Table.from_batches(list(_bounded(reader, kind)), reader.schema)
        columns = [column.cast(unpacked(column.type)) for column in table.columns]
        fields = [
            field.with_type(column.type)
            for field, column in zip(table.schema, columns, strict=True)
        ]
        plain = pa.table(columns, schema=pa.schema(fields, table.schema.metadata))
        return _frame(plain)
    except (pa.ArrowException, OSError, ValueError, TypeError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ReadError(
            f"The {kind} cannot be read as a table of Arrow ({reason}). Give a table with named "
            "columns."
        ) from None


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame
    try:
        frame = table.to_pandas(integer_object_nulls=True)
    except (KeyError, TypeError, ValueError, AttributeError):
        # Its metadata for pandas are wrong, but the table may be right.
        plain = table.replace_schema_metadata(None)
        frame = plain.to_pandas(integer_object_nulls=True)
    return frame


def _bounded(reader: pa.RecordBatchReader, kind: str) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a stream, as far as they are within the limits of a parquet file."""
    rows = size = 0
    for batch in reader:
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows > MOST_ROWS or rows * batch.num_columns > MOST_CELLS or size > MOST_BYTES:
            raise ReadError(
                f"The {kind} has more than {MOST_ROWS:,} rows, {MOST_CELLS:,} cells or "
                f"{MOST_BYTES >> 20} MB. Split it."
            )
        yield batch
