"""Rows with nothing in them but boxes that nobody has ticked, as where those are dragged down."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.columns.headers import How
from certbulk.core.kinds import Flag
from certbulk.core.kinds.normalise import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from certbulk.reading.sheet_column import SheetColumn
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["unticked"]

_UNTICKED = frozenset(("false", "ложь", "falsch", "faux", "falso"))
"""What programs write for an unticked box, where nothing says that a column is one of boxes."""


def unticked(
    columns: Sequence[SheetColumn], rows: int, vocabulary: Vocabulary
) -> NDArray[np.bool_] | None:
    """Return a mask of the rows that hold nothing but unticked boxes; None where none does.

    That is what means no in columns of yes and no, and FALSE in those that mean nothing here. A
    ticked box is something that somebody did, and so is any other text: such rows stay.

    Args:
        columns: The columns, with those that a mapping made.
        rows: How many rows there are, none of them blank.
        vocabulary: The words for no.
    """
    of_source = [column for column in columns if column.number is not None]
    bare = np.ones(rows, dtype=np.bool_)
    for column in of_source:  # nearly always there is a title or an id in every row
        if not _may_have_boxes(column):
            bare &= ~column.cells.filled
            if not bare.any():
                return None
    for column in of_source:
        if _may_have_boxes(column):
            box = column.cells.where(partial(_is_box, field=column.field, vocabulary=vocabulary))
            bare &= box | ~column.cells.filled
    return bare if bare.any() else None


def _may_have_boxes(column: SheetColumn) -> bool:
    if column.field is None:
        return column.how in {None, How.IGNORED}
    return isinstance(BY_NAME[column.field].kind, Flag)


def _is_box(text: str, *, field: str | None, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is an unticked box."""
    if field is None:
        return plain_words(text) in _UNTICKED
    return vocabulary.kinds[field].parse(text, UTC) is False
