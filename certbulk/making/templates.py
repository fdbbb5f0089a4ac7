"""`template`: a workbook to fill in, with explanations and examples."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from certbulk.arguments import DIRECTORY, Arguments
from certbulk.core.columns.example_rows import EXAMPLES
from certbulk.core.columns.fields import ACTION, BY_NAME
from certbulk.core.kinds import Instant
from certbulk.core.references.directory import NO_NAMES, Directory
from certbulk.making.input_workbook import write_input_workbook

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


__all__ = ["sample", "template"]


def template(
    path: str | Path, *, directory: Directory | None = None, overwrite: bool = False
) -> Path:
    """Write a workbook to fill in: headers with notes, drop-downs, checks, example rows.

    While a person types, unused cells turn grey and missing ones red. Example rows are skipped as
    long as nobody changes them.

    Args:
        path: Where to write; the file extension is .xlsx.
        directory: The names of the chain's locations, services and categories, from
            `certbulk.directory`, for the drop-downs. Without it their sheets are empty.
        overwrite: Whether to replace an existing file.

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


def sample(path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a small workbook to try things out with: rows of the template, not to be skipped.

    Args:
        path: Where to write; the file extension is .xlsx.
        overwrite: Whether to replace an existing file.

    Returns:
        The path.

    Raises:
        OutputError: The file exists and `overwrite` is false, or it cannot be written.
    """
    rows = [
        {
            **{name: _typed(name, text) for name, text in example.items() if name != ACTION.name},
            "title": f"Sample: {example['title']}",  # so that no live type has the title
        }
        for example in EXAMPLES
        if not example.get("service_ids")  # no other chain has the services of the example
    ]
    return write_input_workbook(path, rows, directory=NO_NAMES, overwrite=overwrite)


def _typed(name: str, text: str) -> Any:
    """Return a typed value for the text of an example; names and days stay as they are."""
    field = BY_NAME[name]
    if isinstance(field.kind, Instant):
        return date.fromisoformat(text)
    return text if field.refers_to or field is ACTION else field.kind.parse(text, UTC)
