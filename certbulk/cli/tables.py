"""Tables for people: aligned at a terminal and wrapped to its width, whole rows elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from certbulk.cli.isolates import are_isolated, isolated
from certbulk.cli.terminal import Painted
from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Column", "put_table"]

_AS_WIDE_AS_NEEDED = 10_000  # a file has no edge
_NARROWEST = 10  # of a column that wraps: at a narrow terminal it would vanish


class Column(NamedTuple):
    """A column: its header, whether it is flush right, and whether its cells may wrap."""

    header: str
    right: bool = False
    wraps: bool = False


def put_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; what comes from the service cannot move the cursor."""
    from rich.console import Console  # noqa: PLC0415 (only those who see a table wait for it)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(
            column.header.capitalize() if len(column.header) > len("id") else column.header.upper(),
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            min_width=_NARROWEST if column.wraps else None,
            overflow="fold",
        )
    put = isolated if are_isolated() else str
    for row in rows:
        table.add_row(*(Text(put(clean(cell))) for cell in row))
    at_terminal = _is_terminal()
    console = Console(
        file=sys.stdout,
        width=None if at_terminal else _AS_WIDE_AS_NEEDED,
        color_system=None,
        highlight=False,
        markup=False,
    )
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        sys.stdout.write(Painted(f"{line.rstrip()}\n"))
    sys.stdout.flush()


def _is_terminal() -> bool:
    return sys.stdout.isatty()
