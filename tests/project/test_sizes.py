"""The sizes of rooms and files: each can be taken in at a glance, and is a subject of its own."""

from collections import Counter

import pytest

from tests.project.sources import MODULES, PACKAGE, text_of
from tests.project.test_layers import imports_of

MOST_FILES = 20
FEWEST_LINES = 40

# What the parts of the room `reading` may import of each other, beside what is in themselves.
COLUMNS = {"sheet", "sheet_column", "labels", "error_cells"}
PARTS = {
    "formats": {"labels"},
    "sources": {"formats", *COLUMNS},
    "extension": {"formats", *COLUMNS},
    "headers": {"formats", "extension", *COLUMNS},
    "shape": {"formats", "extension", "headers", "label_document", *COLUMNS},
}


def test_a_room_has_few_files() -> None:
    """A folder with more than twenty modules becomes several, by subject."""
    files = Counter(path.parent for path in MODULES.values())
    assert [folder for folder, number in files.items() if number > MOST_FILES] == []


def test_files_are_subjects() -> None:
    """No module is shorter than forty lines, those that only stand for a folder or program apart.

    A few lines belong to the neighbour that uses them.
    """
    short = {
        str(path.relative_to(PACKAGE)): lines
        for path in MODULES.values()
        if not path.name.startswith("__")
        if (lines := len(text_of(path).splitlines())) < FEWEST_LINES
    }
    assert not short


def test_folders_have_several_files() -> None:
    """A room within a room is worth a folder if it holds at least two modules."""
    inside = Counter(
        path.parent.relative_to(PACKAGE).as_posix()
        for path in MODULES.values()
        if path.name != "__init__.py" and len(path.relative_to(PACKAGE).parts) > 2
    )
    assert not [folder for folder, files in inside.items() if files < 2]


@pytest.mark.parametrize("part", PARTS)
def test_no_arrow_runs_up_within_reading(part: str) -> None:
    """Files of a format know nothing of sheets; what headers mean is asked before the shape."""
    begins = "certbulk.reading."
    used = {
        name.removeprefix(begins).partition(".")[0]
        for module, path in MODULES.items()
        if module.startswith(f"{begins}{part}")
        for name in imports_of(path)
        if name.startswith(begins)
    }
    assert used - {part} <= PARTS[part]
