"""Read a .parquet file in a separate process with a limit on its memory."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import psutil
import pyarrow as pa

from certbulk.errors import ReadError
from certbulk.reading.formats.tables import parquet_child

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

__all__ = ["parquet_table"]

_OFTEN = 0.02  # seconds


def parquet_table(path: Path, source: str) -> pa.Table:
    """Return the table of a .parquet file.

    Raises:
        ReadError: The file is not a parquet file, or needs too much memory.
    """
    command = [sys.executable, "-P", parquet_child.__file__, str(path.resolve())]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child,  # noqa: S603 (our own program, no shell)
        ThreadPoolExecutor(2) as beside,
    ):
        assert child.stdout is not None and child.stderr is not None  # noqa: S101, PT018 (as asked for)
        told = beside.submit(child.stderr.read)
        table = beside.submit(child.stdout.read)
        try:
            too_much = _takes_too_much(child, table)
        finally:
            child.kill()  # also after Ctrl-C
        reason = told.result().decode(errors="replace").strip().rpartition("\n")[2]
        stream = table.result()
    if too_much:
        reason = f"it needs more than {parquet_child.LARGEST >> 20:,} MB of memory"
    if too_much or child.returncode:
        raise ReadError(
            f"{source} cannot be read as parquet ({reason or 'the reader stopped'}). Export it "
            "again, or save the rows as .csv.",
            code="too_large" if too_much else "damaged",
        )
    return pa.ipc.open_stream(stream).read_all()


def _takes_too_much(child: subprocess.Popen[bytes], table: Future[bytes]) -> bool:
    """Wait until a child process ends; return whether it used too much memory."""
    process = psutil.Process(child.pid)
    while child.poll() is None:
        try:
            if process.memory_info().rss > parquet_child.LARGEST:
                return True
        except psutil.Error:
            break  # it has just ended
        wait([table], _OFTEN)
    child.wait()
    return False
