"""`template`: an empty workbook that explains itself."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from certbulk.arguments import DIRECTORY, Arguments
from certbulk.core.directory import NO_NAMES, Directory
from certbulk.core.examples import EXAMPLES
from certbulk.core.fields import ACTION, BY_NAME
from certbulk.core.kinds import Instant
from certbulk.making.page import write_input_workbook

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


__all__ = ["template"]


def template(
    path: str | Path, *, directory: Directory | None = None, overwrite: bool = False
) -> Path:
    """Write a workbook to fill in: headers with notes, drop-downs, checks, example rows.

    Cells that are not used turn grey and cells that are needed red, while a person types. The
    example rows are left out as long as nobody changes them.

    Args:
        path: Where to write; the ending is .xlsx.
        directory: What the chain calls its locations, services and categories, from
            `certbulk.directory`: the names can then be picked. Without it their sheets are empty.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
        ArgumentError: An argument is of another kind, such as a client instead of a path.

    Example:
        >>> import certbulk as cb
        >>> cb.validate(cb.read(cb.template("new_types.xlsx"))).ok
        True
        >>> with cb.Sandbox() as client:
        ...     path = cb.template("with_names.xlsx", directory=cb.directory(client))
        >>> cb.read(path).directory
        Directory of 4 locations, 7 services, 3 categories
    """
    takes = Arguments("certbulk.template")
    takes.path("path", path)
    takes.noun("directory", directory, Directory, DIRECTORY, optional=True)
    takes.flags(overwrite=overwrite)
    rows = [{name: _typed(name, text) for name, text in example.items()} for example in EXAMPLES]
    return write_input_workbook(path, rows, directory=directory or NO_NAMES, overwrite=overwrite)


def _typed(name: str, text: str) -> Any:
    """Return what to write for the text of an example: a typed value; names and days as such."""
    field = BY_NAME[name]
    if isinstance(field.kind, Instant):
        return date.fromisoformat(text)
    return text if field.refers_to or field is ACTION else field.kind.parse(text, UTC)
