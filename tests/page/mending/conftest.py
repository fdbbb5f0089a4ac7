"""Messy workbooks, and a page on the practice chain that is given one."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest

from tests.page.screen import Screen

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a workbook of these headers and rows."""

    def write(headers: Sequence[str], *rows: Sequence[object], name: str = "mine.xlsx") -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(list(headers))
        for row in rows:
            sheet.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def screen() -> Iterator[Screen]:
    """A page at the practice chain."""
    shown = Screen()
    shown.do("hello")
    shown.do("choose", destination="practice")
    yield shown
    shown.controller.close()


@pytest.fixture
def opened() -> Iterator[Callable[..., Screen]]:
    """Opens a page in a browser that remembers something."""
    screens: list[Screen] = []

    def open_page(**remembered: object) -> Screen:
        screens.append(Screen())
        screens[-1].do("hello", **remembered)
        return screens[-1]

    yield open_page
    for one in screens:
        one.controller.close()
