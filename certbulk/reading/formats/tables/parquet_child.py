"""Read a .parquet file in a separate process: `python THIS FILE.parquet`.

The unpacked size of a parquet file is known only after unpacking, and its reader has no limit.
This file imports nothing from certbulk, so that it starts as fast as pyarrow. It writes the table
to stdout as an Arrow stream. On failure it exits with 3, and the last line of stderr is the reason.
"""

import sys

import pyarrow as pa
from pyarrow import parquet

__all__ = ["LARGEST", "MOST_BYTES", "MOST_CELLS", "MOST_ROWS", "main", "unpacked"]

LARGEST = 2 << 30  # bytes of memory
MOST_BYTES = 512 << 20  # of the table; every cell becomes a Python object later
MOST_ROWS, MOST_CELLS, MOST_VALUES = 2_000_000, 56_000_000, 200_000_000
REFUSED = 3


def _limit_memory() -> None:
    """Set the system's limit on memory, if it has one."""
    try:
        import resource  # noqa: PLC0415 (missing on Windows)
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = LARGEST if hard == resource.RLIM_INFINITY else min(LARGEST, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


def main(path: str) -> int:
    """Write the table of a file to stdout, and return the exit code."""
    _limit_memory()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        plain = parquet.ParquetFile(path, memory_map=True)
        texts = [
            field.name
            for field in plain.schema_arrow
            if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        # Keep a repeated text as one text.
        file = parquet.ParquetFile(path, memory_map=True, read_dictionary=texts)
        _check(file.metadata)
        table = file.read(use_threads=False)
        columns = [column.cast(unpacked(column.type)) for column in table.columns]
        table = pa.table(columns, schema=_schema(table.schema))
        _check_size(table.nbytes, MOST_BYTES)
        with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
            stream.write_table(table)
    except (pa.ArrowException, OSError, ValueError, TypeError, MemoryError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        sys.stderr.write(f"\n{reason}")
        return REFUSED
    return 0


def _schema(schema: pa.Schema) -> pa.Schema:
    fields = [field.with_type(unpacked(field.type)) for field in schema]
    return pa.schema(fields, schema.metadata)


def unpacked(kind: pa.DataType, *, inside: bool = False) -> pa.DataType:
    """Return a type without dictionaries inside lists, which pandas would unpack."""
    if pa.types.is_dictionary(kind):
        return kind.value_type if inside else kind
    if pa.types.is_large_list(kind):
        return pa.large_list(unpacked(kind.value_type, inside=True))
    if pa.types.is_list(kind) or pa.types.is_list_view(kind):
        return pa.list_(unpacked(kind.value_type, inside=True))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(unpacked(field.type, inside=True)) for field in kind])
    return kind


def _check(metadata: object) -> None:
    """Check that the sizes in a file's metadata are within the limits.

    Raises:
        ValueError: They are not.
    """
    rows, columns = metadata.num_rows, metadata.num_columns  # type: ignore[attr-defined]
    groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]  # type: ignore[attr-defined]
    values = sum(group.column(n).num_values for group in groups for n in range(columns))
    size = sum(group.column(n).total_uncompressed_size for group in groups for n in range(columns))
    if rows > MOST_ROWS or rows * columns > MOST_CELLS or values > MOST_VALUES:
        raise ValueError(f"it has {rows:,} rows and {columns:,} columns, more than can be read")
    _check_size(size, LARGEST // 2)


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise ValueError(f"it unpacks to {size >> 20:,} MB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
