"""Files that pandas writes, with all that is typical of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pandas as pd

from tests.timeless import timeless

__all__ = ["MAKERS"]


def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [11.0, None, 13.0],  # a column of ids beside a blank becomes one of decimals
            "title": ["Oak", "NA", "Ash"],
            "balance": [100, 200, 300],
            "is_multi": [True, False, True],
        }
    )


def index_and_floats_xlsx(path: Path) -> None:
    written = BytesIO()
    _frame().to_excel(written, sheet_name="Types")
    path.write_bytes(timeless(written.getvalue()))


def index_and_floats_csv(path: Path) -> None:
    _frame().to_csv(path)


def typed_parquet(path: Path) -> None:
    """Write columns of every type that a database may give."""
    frame = pd.DataFrame(
        {
            "id": pd.array([11, None, 13], dtype="Int64"),
            "title": pd.Categorical(["Oak", "Elm", "Ash"]),
            "balance": [Decimal("100.50"), None, Decimal("300.00")],
            "online_sale_price": [90.0, float("nan"), 0.1],
            "is_multi": pd.array([True, None, False], dtype="boolean"),
            "salon_ids": [[720441, 720442], [], None],
            "expiration_date": [
                datetime(2031, 12, 31, 20, tzinfo=UTC),
                None,
                datetime(2032, 1, 1, tzinfo=UTC),
            ],
        }
    )
    frame.to_parquet(path)


def days_and_floats_parquet(path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": [11.0, None],
            "title": ["Oak \u200b", "  "],
            "expiration_date": [date(2031, 12, 31), None],
        },
        index=[5, 9],
    )
    frame.to_parquet(path)


MAKERS: dict[str, Callable[[Path], None]] = {
    "index_and_floats.xlsx": index_and_floats_xlsx,
    "index_and_floats.csv": index_and_floats_csv,
    "typed.parquet": typed_parquet,
    "days_and_floats.parquet": days_and_floats_parquet,
}
