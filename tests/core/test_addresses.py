"""Addresses of cells."""

import pytest
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from certbulk.core.addresses import letters_of, number_of, rectangle


def test_every_column_of_a_sheet_has_its_letters() -> None:
    """The same as another library says, there and back."""
    for number in range(1, 18_279):
        letters = letters_of(number)
        assert letters == get_column_letter(number)
        assert number_of(letters) == column_index_from_string(letters) == number


@pytest.mark.parametrize("ref", ["A1", "B2:C9", "$A$1:$XFD$1048576", "AA10:AB11"])
def test_ranges(ref: str) -> None:
    """Column and row of the first cell, then of the last."""
    assert rectangle(ref) == range_boundaries(ref)


@pytest.mark.parametrize("ref", ["", "A", "1", "A1:", "A1:B2:C3", "Sheet!A1"])
def test_what_is_no_range(ref: str) -> None:
    """Whole columns and rows, other sheets, nonsense."""
    with pytest.raises(ValueError, match="not a range"):
        rectangle(ref)
