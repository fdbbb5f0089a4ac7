"""Tables that can be sorted, filtered and searched where scripts run.

The table itself is complete HTML; the script only adds to it, and loads nothing. Rows that are not
in the table are with the script, compressed: 5,000 rows of a plan are some 100 kB. A program that
takes scripts away leaves the table and the line about what it does not show.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.displays.markup import Html, on_lines, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["live"]

_FEW = 12
"""The number of rows up to which a table needs no search."""


def live(
    table: Html,
    remark: Html | None,
    all_rows: Sequence[Html],
    *,
    shown: int,
    left: int,
    where: str,
    filtered: int | None,
) -> Html:
    """Return a table with its remark, and the script for it if it is long.

    Args:
        table: The table.
        remark: What it does not show.
        all_rows: The rows to have at hand, as `tr` elements; empty if the table has them all.
        shown: The number of rows in the table.
        left: The number of rows that are not even at hand.
        where: The Python expression that has all rows.
        filtered: The position of the column whose words can be chosen from.
    """
    if shown <= _FEW and not all_rows:
        return tag("div", on_lines([table, remark]))
    options = {
        "packed": _packed("".join(all_rows)) if all_rows else "",
        "left": left,
        "where": where,
        "filtered": -1 if filtered is None else filtered,
    }
    script = Html(f"<script><!--\n({_script()})({_literal(options)});\n//--></script>")
    return tag("div", on_lines([table, remark, script]), class_="cb-live")


def _packed(html: str) -> str:
    return b64encode(zlib.compress(html.encode(), 9)).decode()


def _literal(options: dict[str, object]) -> str:
    """Return JSON that cannot end the script or the comment around it."""
    return json.dumps(options).replace("<", r"\u003c").replace(">", r"\u003e")


@cache
def _script() -> str:
    """Return the function of the script.

    It is inside a comment, which JavaScript ignores: a program that takes away the element but
    leaves its text (bleach, for one) takes away the comment.
    """
    code = (Path(__file__).parent / "live_table.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).rstrip(";")
