"""`template`: an empty workbook that explains itself."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from certbulk.core.field import SKIP
from certbulk.core.fields import FIELDS
from certbulk.making.page import write_input_workbook

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["template"]


def template(path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a workbook to fill in: headers with notes, drop-downs, one example row.

    Args:
        path: Where to write; the ending is .xlsx.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.

    Example:
        >>> import certbulk as cb
        >>> cb.validate(cb.read(cb.template("new_types.xlsx"))).ok
        True
    """
    example = {
        field.name: field.kind.parse(field.example, UTC) for field in FIELDS if field.example
    }
    example["action"] = SKIP  # nobody is to create it by leaving it in
    return write_input_workbook(path, [example], overwrite=overwrite)
