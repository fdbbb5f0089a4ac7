"""How headers were matched, as people are told."""

from typing import Any

import pandas as pd
import pytest

import certbulk as cb

MAPPING = {
    "ignore": ["Comment"],
    "rename": {"balance": "Wert", "online_sale_price": "Wert"},
    "constant": {"is_multi": "yes"},
    "template": {"title": "{Marke} {{x}} {Wert}"},
}


def matched(*headers: str, **options: Any) -> list[tuple[str, ...]]:
    frame = pd.DataFrame([["1"] * len(headers)], columns=list(headers))
    matches = cb.read(frame, **options).matches
    assert list(matches.columns) == ["cell", "header", "column", "how", "note"]
    return [tuple(row) for row in matches.itertuples(index=False)]


ALONE: list[tuple[str, tuple[str, ...]]] = [
    ("balance", ("", "balance", "balance", "canonical", "")),
    ("Face value", ("", "Face value", "balance", "label", "")),
    ("company_ids", ("", "company_ids", "salon_ids", "alias", "")),
    ("amount", ("", "amount", "balance", "vocabulary", "English")),
    ("Номинал", ("", "Номинал", "balance", "vocabulary", "Russian")),
    ("result_id", ("", "result_id", "", "result", "of an earlier run")),
    ("Номинл", ("", "Номинл", "", "unknown", "nearest: balance (Номинал)")),
    ("xyzzy", ("", "xyzzy", "", "unknown", "")),
]


@pytest.mark.parametrize(("header", "match"), ALONE)
def test_how_a_header_was_matched(header: str, match: tuple[str, ...]) -> None:
    """By what, in which vocabulary; for an unknown one, what is nearest. Frames have no cells."""
    assert matched(header) == [match]


def test_how_a_mapping_matched_headers() -> None:
    """What a column goes into, what one is made of, what is the same in every row."""
    assert matched("Marke", "Wert", "Comment", mapping=MAPPING) == [
        ("", "Marke", "", "mapping", "goes into title"),
        ("", "Wert", "balance", "mapping", "goes into online_sale_price, title"),
        ("", "Comment", "", "ignored", ""),
        ("", "", "online_sale_price", "mapping", "made of Wert"),
        ("", "", "title", "mapping", "made of {Marke} {{x}} {Wert}"),
        ("", "", "is_multi", "mapping", "the same in every row"),
    ]


def test_what_was_added() -> None:
    """A value for all rows, and a word of somebody's own."""
    words = {"headers": {"title": ["Karte"]}}
    assert matched("Karte", vocabulary=words, defaults={"balance": 5}) == [
        ("", "Karte", "title", "vocabulary", "the given vocabulary"),
        ("", "", "balance", "supplied", "the same in every row"),
    ]


def test_how_pasted_columns_were_matched() -> None:
    """By their places; what holds several things goes into several columns."""
    sheet = cb.read("Card\tмного\t10\tуслуги\tсрок-6м", format="booster")
    matches = sheet.matches.to_dict("records")
    assert matches[0] | {"how": "place", "column": "title", "cell": "A"} == matches[0]
    term = "expiration_type_id, expiration_date, expiration_timeout, expiration_timeout_unit_id"
    assert [match["note"] for match in matches if match["header"] == "Term"] == [
        f"goes into {term}"
    ]
    assert {match["note"] for match in matches if match["column"] == "expiration_date"} == {
        "made of Term"
    }
