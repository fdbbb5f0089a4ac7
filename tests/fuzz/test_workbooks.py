"""Workbooks with something wrong in them, a bounded number."""

from tests.fuzz.workbooks import answers

FILES = 150


def test_every_changed_workbook_is_read_or_refused() -> None:
    """Whatever is wrong inside a workbook, reading ends with a sheet or a ReadError."""
    counted = answers(FILES, seed=3)

    assert counted["read"] + counted["refused"] == FILES
    assert counted["refused"] > FILES / 10, "nothing was broken, so nothing was tried"


def test_what_can_be_read_can_be_copied_or_is_refused() -> None:
    """Annotated and fixed it says the same; parts that contradict one another are refused."""
    counted = answers(60, seed=2, copies=True)
    assert counted["copied"] > counted["not copied"]
    assert counted["read"] == counted["copied"] + counted["not copied"]
