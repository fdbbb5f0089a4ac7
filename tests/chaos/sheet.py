"""The rows of a run: titles that services like to change, updates, and who else has them."""

import random
import unicodedata
from typing import Any

__all__ = ["UPDATABLE", "rows_of", "strangers_of"]

UPDATABLE = (288901, 288902, 288904, 288905, 288909)

_BASE = {
    "is_multi": "yes",
    "item_type_id": 0,
    "is_allow_empty_code": "no",
    "balance_edit_type_id": 1,
    "salon_ids": "720441",
    "expiration_type_id": 0,
}


def rows_of(dice: random.Random) -> list[dict[str, Any]]:
    """Return rows with titles that stand once, some of them updates of live types."""
    family = f"{dice.randrange(1 << 40):x}"
    rows: list[dict[str, Any]] = [
        {"id": "", "title": _title(dice, family), "balance": 10 + position, **_BASE}
        for position in range(dice.randint(2, 14))
    ]
    rows += [
        {"id": number, "title": _title(dice, family), "balance": 77, **_BASE}
        for number in dice.sample(UPDATABLE, dice.randint(0, 4))
    ]
    dice.shuffle(rows)
    return rows


def strangers_of(dice: random.Random, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records that somebody has made before, some with nearly the titles of rows."""
    creates = [row for row in rows if not row["id"]]
    chosen = dice.sample(creates, min(len(creates), dice.choice([0, 0, 1, 2])))
    return [{"title": row["title"].swapcase(), "balance": 5} for row in chosen]


def _title(dice: random.Random, family: str) -> str:
    own = f"{dice.randrange(1 << 40):x}"
    return dice.choice(
        [
            f"Chaos {own}",
            f"Chaos {own}",
            f"Spa & Sauna {own}",
            f'<b>"Day" {own}</b>',
            f"Gift \N{WRAPPED PRESENT} {own}",
            f"Two  spaces {own}",
            unicodedata.normalize("NFD", f"Café Überraschung {own}"),
            f"A title of one family, {family}, and {own}",
            f"{own}: a title with its own beginning that is cut",
        ]
    )
